use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};
use ossum_migrate::manifest::{Row, Rows};
use ossum_migrate::{Destination, Error, Inventory, Job, Monitor, Place, Plan, Source, Told, plan};
use ossum_testkit::{InProcessOss, Server};

fn planned(oss: &InProcessOss, source: &str, told: Told) -> Result<(Job, Vec<Row>), Error> {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::directory(dir.path());
    let destination = Destination {
        url: "oss://bkt/to/".parse().unwrap(),
        endpoint: "http://localhost".to_owned(),
    };
    let source = match source {
        "" => Source::Urls,
        source => Source::parse(source)?,
    };
    let what = Plan {
        told,
        ..Plan::new(source, destination)
    };
    let job = plan(oss.client(), &place, &what, &Monitor::new(), &|_, _| {})?;
    let rows = (0..job.shards).map(|shard| Rows::of_shard(&place, shard).unwrap());
    let rows = rows.collect::<Vec<_>>().concat();
    Ok((job, rows))
}

fn keys(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.listed.key.as_str()).collect()
}

#[test]
fn a_list_of_names_is_planned_in_the_order_of_keys_and_each_once() {
    let oss = Server::new().in_process();
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list");
    std::fs::write(&list, "b\r\na,1\n\nc d\nb\nä").unwrap();
    let (job, rows) = planned(&oss, "oss://bkt/from/", Told::ByNames(list)).unwrap();
    assert_eq!(keys(&rows), ["a,1", "b", "c d", "ä"]);
    assert_eq!((job.totals.objects, job.totals.left_out), (4, 1));
    assert_eq!(rows[0].listed.size, None);
}

#[test]
fn files_of_a_list_are_looked_at() {
    let oss = Server::new().in_process();
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list");
    std::fs::write(dir.path().join("f"), "123").unwrap();
    std::fs::write(&list, "f\nabsent\n../etc\n").unwrap();
    let source = dir.path().to_str().unwrap();
    let (job, rows) = planned(&oss, source, Told::ByNames(list)).unwrap();
    assert_eq!(keys(&rows), ["f"]);
    assert_eq!((rows[0].listed.size, job.totals.left_out), (Some(3), 2));
}

#[test]
fn a_list_of_addresses_has_a_key_for_each() {
    let oss = Server::new().in_process();
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list");
    std::fs::write(&list, "https://h/z/1%20a\nhttps://h/x?y,a/b\nno address\n").unwrap();
    let (job, rows) = planned(&oss, "", Told::ByUrls(list)).unwrap();
    assert_eq!(keys(&rows), ["a/b", "z/1 a"]);
    assert_eq!(rows[0].listed.address.as_deref(), Some("https://h/x?y"));
    assert_eq!((job.totals.left_out, job.source), (1, Source::Urls));
}

fn gz(text: &str) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap()
}

fn manifest(parts: &[(&str, &[u8])]) -> String {
    let file = |(key, bytes): &(&str, &[u8])| {
        let md5 = hex::encode_upper(Md5::digest(bytes));
        format!(
            r#"{{"key":"{key}","size":{},"MD5checksum":"{md5}"}}"#,
            bytes.len()
        )
    };
    let files: Vec<_> = parts.iter().map(file).collect();
    format!(
        r#"{{"creationTimestamp":"1","destinationBucket":"bkt","fileFormat":"CSV","sourceBucket":"bkt","version":"1",
        "fileSchema":"Bucket, Key, Size, LastModifiedDate, ETag","files":[{}]}}"#,
        files.join(",")
    )
}

const ONE: &str = "\"bkt\",\"from%2Fz\",\"12\",\"2026-11-27T20-00-36Z\",\"AB\"\n\
                   \"bkt\",\"elsewhere\",\"1\",\"2026-11-27T20-00-36Z\",\"AB\"\n";
const TWO: &str = "\"bkt\",\"from%2Fa%2Cb\",\"3\",\"2026-11-27T20-00-36Z\",\"CD\"\n";

#[test]
fn an_inventory_in_oss_is_planned_without_listing_anything() {
    let oss = Server::new().in_process();
    let (one, two) = (gz(ONE), gz(TWO));
    let text = manifest(&[("inv/data/1.csv.gz", &one), ("inv/data/2.csv.gz", &two)]);
    oss.put("inv/data/1.csv.gz", one)
        .put("inv/data/2.csv.gz", two);
    oss.put("inv/manifest.json", text);
    let url = "oss://bkt/inv/manifest.json".parse().unwrap();
    let told = Told::ByInventory(Inventory::Object(url));
    let (job, rows) = planned(&oss, "oss://bkt/from", told).unwrap();
    assert_eq!(keys(&rows), ["a,b", "z"]);
    assert_eq!((job.totals.bytes, job.totals.left_out), (15, 0));
    assert_eq!(rows[0].listed.etag, Some("CD".parse().unwrap()));
    assert_eq!(oss.requests(ossum_devserver::Operation::ListObjectsV2), 0);
}

#[test]
fn an_inventory_whose_files_are_not_those_of_its_manifest_is_refused() {
    let oss = Server::new().in_process();
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("data")).unwrap();
    let part = dir.path().join("data/1.csv.gz");
    let path = dir.path().join("manifest.json");
    std::fs::write(&path, manifest(&[("x/1.csv.gz", &gz(ONE))])).unwrap();
    let inventory = || Told::ByInventory(Inventory::File(path.clone()));
    let plan = || planned(&oss, "oss://bkt/from", inventory());
    std::fs::write(&part, gz(ONE)).unwrap();
    assert_eq!(keys(&plan().unwrap().1), ["z"]);
    std::fs::write(&part, gz(TWO)).unwrap();
    assert!(matches!(plan(), Err(Error::Local { .. })));
    std::fs::remove_file(&part).unwrap();
    assert!(plan().is_err());
    std::fs::write(&path, r#"{"fileFormat":"ORC","fileSchema":"","files":[]}"#).unwrap();
    assert!(plan().is_err());
}
