//! Where checkpoints lie.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use ossum_checkpoint::{CheckpointPlace, Error, FileStore, Journal, MemoryStore, Transfer};
use ossum_durable::{Durability, RealFs};

use crate::support::{Desk, begun, copy, download_to, header, session, upload_of};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn without_state(place: CheckpointPlace) -> FileStore {
    FileStore::new(Arc::new(RealFs), place, None, Durability::Full)
}

fn begin(store: &FileStore, transfer: &Transfer) -> Result<(), Error> {
    let (mut journal, _) = Journal::open(store, transfer)?;
    journal.begin(&header(transfer.clone()), None)
}

#[test]
fn a_checkpoint_is_its_owners_alone() {
    let desk = Desk::new();
    desk.left_unfinished();
    assert_eq!(mode(&desk.first()), 0o600);

    std::fs::write(desk.first(), "").unwrap();
    std::fs::set_permissions(desk.first(), PermissionsExt::from_mode(0o644)).unwrap();
    drop(begun(&desk.beside(), &desk.upload()));
    assert_eq!(mode(&desk.first()), 0o600);
}

#[test]
fn a_copys_checkpoint_lies_in_the_state_directory() {
    let desk = Desk::new();
    let journal = begun(&desk.beside(), &copy());
    let expected = desk.state().join(format!("checkpoints/{}.cp", copy().id()));
    assert_eq!(journal.location(), Some(&*expected));
    assert_eq!(mode(&desk.state()), 0o700);
    assert_eq!(mode(&desk.state().join("checkpoints")), 0o700);
    drop(journal);
    session(Journal::open(&desk.beside(), &copy()).unwrap().1);
}

#[test]
fn a_directory_for_checkpoints_is_made_and_the_bytes_stay_beside_the_target() {
    let desk = Desk::new();
    let store = desk.store(CheckpointPlace::Directory(desk.path("x/y")));
    let target = desk.path("b.tar");
    let journal = begun(&store, &download_to(&target));
    let id = download_to(&target).id().short();
    assert_eq!(
        journal.location(),
        Some(&*desk.path(&format!("x/y/b.tar.{id}.cp")))
    );
    assert_eq!(journal.partial_path(&target), desk.path("b.tar.ossum-part"));
    assert_eq!(mode(&desk.path("x/y")), 0o700);
}

#[test]
fn of_what_is_kept_in_memory_the_bytes_lie_beside_the_target_too() {
    let target = Path::new("/d/b.tar");
    let (journal, _) = Journal::open(&MemoryStore::new(), &download_to(target)).unwrap();
    let partial = journal.partial_path(target);
    assert_eq!(partial, Path::new("/d/b.tar.ossum-part"));
}

/// Cases: 35.
#[test]
fn names_as_long_as_they_can_be_have_checkpoints() {
    let desk = Desk::new();
    let transfers = ["n".repeat(255), "n".repeat(254) + "m", "中".repeat(85)]
        .map(|name| upload_of(&desk.path(&name)));
    let journals = transfers
        .clone()
        .map(|transfer| begun(&desk.beside(), &transfer));
    let in_directory = desk.store(CheckpointPlace::Directory(desk.path("cp")));
    for transfer in &transfers {
        begin(&in_directory, transfer).unwrap();
    }
    drop(journals);
    for transfer in &transfers {
        session(Journal::open(&desk.beside(), transfer).unwrap().1);
    }
}

#[test]
fn where_nothing_can_be_written_the_error_says_so() {
    let desk = Desk::new();
    std::fs::write(desk.state(), "no directory").unwrap();
    let error = begin(&desk.beside(), &copy()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unwritable {
                path: Some(_),
                source: Some(_)
            }
        ),
        "{error:?}"
    );
    let error = begin(&without_state(CheckpointPlace::Beside), &copy()).unwrap_err();
    assert!(
        matches!(error, Error::Unwritable { path: None, .. }),
        "{error:?}"
    );
    assert_eq!(error.to_string(), "checkpoint cannot be made");
}

#[test]
fn an_upload_whose_directory_is_missing_fails_as_such() {
    let desk = Desk::new();
    let error = begin(&desk.beside(), &upload_of(&desk.path("no/a"))).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
}

#[test]
fn what_a_power_loss_has_left_empty_in_the_spare_place_is_removed() {
    let desk = Desk::new();
    let upload = desk.upload();
    let directory = desk.state().join("checkpoints");
    let spare = directory.join(format!("{}.cp", upload.id()));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(&spare, "").unwrap();
    let mut journal = begun(&desk.beside(), &upload);
    assert!(!spare.exists() && desk.first().exists());
    journal.remove().unwrap();
    assert!(!desk.first().exists());
}
