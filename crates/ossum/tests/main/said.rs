use ossum::{Durability, SignatureVersion, Verified, VerifyKept};

use crate::bench::{Bench, MIB, OBJECT};

#[test]
fn everything_that_can_be_said_of_a_transfer_is_taken() {
    let bench = Bench::new();
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let builder = bench.builder(ossum::blocking::Ossum::builder());
    let ossum = builder
        .signature_version(SignatureVersion::V1)
        .addressing(ossum::Addressing::Path)
        .timeout(std::time::Duration::from_millis(12_345))
        .retries(3)
        .build()
        .unwrap();
    let report = ossum
        .upload(bench.place.path("f"), OBJECT)
        .part_size("100K")
        .concurrency(2)
        .memory("4M")
        .durability(Durability::None)
        .content_type("text/plain")
        .meta("a", "b")
        .tag("c", "d")
        .storage_class("IA")
        .acl("private")
        .adopt()
        .verify_kept(VerifyKept::Changed)
        .restart_on_change()
        .send()
        .unwrap();
    assert_eq!((report.parts_total, report.verified), (11, Verified::Crc64));
    assert!(bench.object() == bytes);
}

#[test]
fn a_range_is_cut_off_at_the_end_of_the_object() {
    let bench = Bench::new();
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.blocking();
    ossum.upload(bench.place.path("f"), OBJECT).send().unwrap();
    let target = bench.place.path("g");
    for (report, expected) in [
        (
            ossum.download(OBJECT, &target).range(500..).send(),
            &bytes[500..],
        ),
        (
            ossum.download(OBJECT, &target).range(10..=19).send(),
            &bytes[10..20],
        ),
        (ossum.download(OBJECT, &target).range(..).send(), &bytes[..]),
    ] {
        assert_eq!(report.unwrap().bytes_total, expected.len() as u64);
    }
    assert!(bench.place.read("g") == bytes);
}

#[test]
fn a_copy_keeps_its_checkpoint_in_the_state_directory_and_leaves_none() {
    let bench = Bench::new();
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.blocking();
    let up = ossum.upload(bench.place.path("f"), "oss://bkt/up");
    up.send().unwrap();
    ossum.copy("oss://bkt/up", OBJECT).send().unwrap();
    assert!(bench.object() == bytes);
    assert_eq!(bench.names(), ["f"]);
}
