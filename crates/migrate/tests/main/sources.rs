//! What is not in OSS: directories, and what addresses lead to.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use ossum_client::RetryPolicy;
use ossum_devserver::faults::{Effect, Moment, Rule};
use ossum_devserver::{Access, Operation};
use ossum_migrate::manifest::{Listed, Piece, ShardWriter};
use ossum_migrate::{Job, Reader, Source, Verdict, Web};
use ossum_testkit::{InProcessOss, Server};

use crate::migration::{KIB, Migration, bytes_of};

fn of_directory(directory: &Path) -> Migration {
    let source = Source::Directory {
        path: directory.to_owned(),
    };
    let reader = Reader::Files(directory.to_owned());
    Migration::planned(Server::new().in_process(), source, reader)
}

const FILES: [(&str, usize); 5] = [
    ("empty", 0),
    ("a b/ü", 10),
    ("large", 250 * KIB),
    ("huge", 500 * KIB),
    ("z\n", 1),
];

fn directory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, len) in FILES {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes_of(name, len)).unwrap();
    }
    dir
}

#[test]
fn a_directory_becomes_objects_that_keep_their_times() {
    let dir = directory();
    let migration = of_directory(dir.path());
    for shard in migration.job.shards_to_do() {
        assert_eq!(migration.run(shard).verdict(), Verdict::Done);
    }
    assert_eq!(migration.finish().unwrap().objects, 1);
    migration.has(&FILES);
    let modified = fs::metadata(dir.path().join("large")).unwrap().modified();
    let since = modified.unwrap().duration_since(UNIX_EPOCH).unwrap();
    let info = migration.new.info("to/large").unwrap();
    let (name, kept) = &info.metadata()[0];
    assert_eq!(name, "mtime");
    assert!(kept.starts_with(&since.as_secs().to_string()), "{kept}");
}

#[test]
fn a_file_that_was_changed_or_removed_since_it_was_listed_becomes_no_object() {
    let dir = directory();
    let migration = of_directory(dir.path());
    // The same size: only its time tells.
    fs::write(dir.path().join("large"), bytes_of("other", 250 * KIB)).unwrap();
    fs::remove_file(dir.path().join("empty")).unwrap();
    let end = migration.run(0);
    assert_eq!((end.verdict(), end.rows_never), (Verdict::Never, 2));
    let mut causes = migration.causes(0);
    causes.sort();
    assert_eq!(causes, ["changed", "source_missing"]);
    migration.new.has_no("to/large").has_no("to/empty");
}

/// Whoever can write to the work place could otherwise have any file of this machine published.
#[test]
fn no_row_leads_out_of_the_directory() {
    let dir = directory();
    let mut migration = of_directory(&dir.path().join("a b"));
    let rows = ["../large", "/etc/hostname", "x/../../large"];
    rewrite(&mut migration, rows.map(|key| (key, None)));
    let end = migration.run(0);
    assert_eq!((end.verdict(), end.rows_never), (Verdict::Never, 3));
    assert_eq!(migration.causes(0), ["source_refused"; 3]);
}

/// Has shard 0 have these rows, by their keys and addresses.
fn rewrite<const N: usize>(migration: &mut Migration, rows: [(&str, Option<String>); N]) {
    let mut shard = ShardWriter::new();
    for (key, address) in rows {
        let listed = Listed {
            key: key.to_owned(),
            address,
            ..Listed::default()
        };
        shard.add(&listed, &Piece::Object);
    }
    shard.put(&migration.place, 0).unwrap();
    let Job { shards, .. } = &mut migration.job;
    *shards = (*shards).max(1);
}

/// A server that lets in everybody, and a migration from what its addresses lead to.
fn of_web(objects: &[(&'static str, usize)]) -> Migration {
    let open = Server::new().with(|settings| settings.access = Access::Open);
    let old = open.in_process();
    for (key, len) in objects {
        old.put(key, bytes_of(key, *len));
    }
    let empty = tempfile::tempdir().unwrap();
    let source = Source::Directory {
        path: empty.path().to_owned(),
    };
    let reader = Reader::Web(web(&old));
    let mut migration = Migration::planned(old, source, reader);
    migration.job.source = Source::Urls;
    migration
}

fn web(old: &InProcessOss) -> Web {
    let retry = RetryPolicy {
        retries: 3,
        ..RetryPolicy::default()
    };
    Web::new(Arc::new(old.transport().clone()), retry)
}

fn address(key: &str) -> String {
    format!("http://127.0.0.1/bkt/{key}")
}

#[test]
fn what_addresses_lead_to_becomes_objects_and_bodies_that_break_are_gone_on_with() {
    let objects = [("empty", 0), ("some", 1000), ("large", 350 * KIB)];
    let mut migration = of_web(&objects);
    rewrite(
        &mut migration,
        objects.map(|(key, _)| (key, Some(address(key)))),
    );
    let broken = Rule::on(Operation::GetObject)
        .nth(2)
        .then(Effect::Reset(Moment::AfterResponseBytes(500)));
    let busy = Rule::on(Operation::GetObject)
        .nth(4)
        .then(Effect::Close(Moment::BeforeAnswer));
    migration.old.faults([broken, busy]);
    let end = migration.run(0);
    assert_eq!(end.verdict(), Verdict::Done, "{:?}", migration.ledger(0));
    assert_eq!(migration.old.service().fired(), [1, 1]);
    migration.has(&objects);
}

#[test]
fn an_address_that_leads_to_nothing_or_to_what_changes_makes_no_object() {
    let mut migration = of_web(&[("large", 350 * KIB)]);
    let rows = [
        ("large", Some(address("large"))),
        ("none", Some(address("none"))),
        ("odd", Some("not an address".to_owned())),
    ];
    rewrite(&mut migration, rows);
    let replaced = Rule::on(Operation::GetObject)
        .nth(3)
        .then(Effect::ReplaceObject(ossum_devserver::faults::Turn::Before));
    migration.old.faults([replaced]);
    let end = migration.run(0);
    assert_eq!((end.verdict(), end.rows_never), (Verdict::Never, 3));
    let mut causes = migration.causes(0);
    causes.sort();
    assert_eq!(causes, ["changed", "source_missing", "source_refused"]);
    migration.new.has_no("to/large").no_open_uploads();
}
