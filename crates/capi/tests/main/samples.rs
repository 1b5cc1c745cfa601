//! The programs of the official pages, with nothing changed but the placeholders for endpoint,
//! bucket, object, file and keys.

use ossum_testkit::{LocalOss, Program, Server, Workspace, seeded};

use crate::compiler::AS_SAMPLES;

const UPLOAD: &str = include_str!("../samples/resumable_upload.c");
const DOWNLOAD: &str = include_str!("../samples/resumable_download.c");
const DOWNLOAD_V1: &str = include_str!("../samples/resumable_download_v1.c");

const KEY: &str = "exampledir/exampleobject.txt";

/// Fills in what the page says to fill in.
fn sample(oss: &LocalOss, place: &Workspace, name: &str, page: &str, file: &str) -> Program {
    let blanks = [
        ("<yourEndpoint>", oss.endpoint()),
        ("yourEndpoint", oss.endpoint()),
        ("<yourAccessKeyId>", LocalOss::ACCESS_KEY_ID),
        ("<yourAccessKeySecret>", LocalOss::ACCESS_KEY_SECRET),
        ("<yourBucketName>", LocalOss::BUCKET),
        ("\"examplebucket\"", "\"bkt\""),
        ("<yourObjectName>", KEY),
        ("yourRegion", LocalOss::REGION),
        ("<yourLocalFilename>", file),
        ("yourLocalFilename", file),
    ];
    let filled = |text: String, (blank, value): (&str, &str)| {
        // Only what stands between quotes: the comments of the page stay as they are.
        text.replace(&format!("\"{blank}\""), &format!("\"{value}\""))
    };
    let text = blanks
        .map(|(blank, value)| (blank.trim_matches('"'), value.trim_matches('"')))
        .into_iter()
        .fold(page.to_owned(), filled);
    AS_SAMPLES.compile(place, name, &text).using(oss)
}

#[test]
fn the_samples_upload_and_download_the_same_bytes() {
    let (oss, place) = (Server::new().on_loopback(), Workspace::new());
    let bytes = seeded(1, 12 << 20);
    place.write("big.bin", &bytes);
    let upload = sample(&oss, &place, "upload", UPLOAD, "big.bin");
    upload
        .run([""; 0])
        .exit(0)
        .prints("resumable upload succeeded");
    for (name, page) in [("download", DOWNLOAD), ("download_v1", DOWNLOAD_V1)] {
        let file = format!("{name}.bin");
        let download = sample(&oss, &place, name, page, &file);
        download.run([""; 0]).exit(0).prints("download succeeded");
        assert!(place.read(&file) == bytes, "{name}");
    }
    let left: Vec<_> = place
        .names()
        .into_iter()
        .filter(|name| name.contains(".cp"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_sample_whose_keys_are_not_set_fails_and_says_so() {
    let (oss, place) = (Server::new().on_loopback(), Workspace::new());
    place.write("big.bin", seeded(1, 1000));
    let upload = sample(&oss, &place, "upload", UPLOAD, "big.bin").without_env("OSS_ACCESS_KEY_ID");
    upload
        .run([""; 0])
        .exit(0)
        .prints("resumable upload failed");
    assert_eq!(oss.answered(), 0);
}
