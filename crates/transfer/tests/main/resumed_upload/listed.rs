//! What the service lists decides what it has.

use http::StatusCode;
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, ListingLie, PartChange, Rule, Turn};
use ossum_transfer::{ErrorKind, Report, Restarted, Safe};
use ossum_types::PartNumber;

use crate::bench::{Bench, MIB, data};

const SECOND: fn() -> PartNumber = || PartNumber::new(2).unwrap();

/// An upload is cancelled with five parts sent, and continued while `effect` happens to the
/// listing.
fn continued_while(effect: Effect) -> (Bench, Report) {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    bench
        .oss()
        .faults([Rule::on(Operation::ListParts).then(effect)]);
    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == data(MIB), "the file's bytes");
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    assert_eq!(bench.oss().service().fired(), [1]);
    (bench, report)
}

/// Cases: 67.
#[test]
fn a_part_that_is_gone_is_sent_again_and_no_other() {
    let lost = Effect::Part(PartChange::Lost(SECOND()));
    assert_eq!(continued_while(lost).1.parts_reused, 4);
}

/// Cases: 67.
#[test]
fn a_part_of_other_bytes_is_sent_again_and_no_other() {
    let replaced = Effect::Part(PartChange::Replaced(SECOND()));
    assert_eq!(continued_while(replaced).1.parts_reused, 4);
}

/// Cases: 67.
#[test]
fn a_part_of_another_size_is_sent_again_and_no_other() {
    let shortened = Effect::Part(PartChange::Shortened(SECOND()));
    assert_eq!(continued_while(shortened).1.parts_reused, 4);
    let part = SECOND();
    let lie = Effect::Listing(ListingLie::PartSize { part, size: 1 });
    assert_eq!(continued_while(lie).1.parts_reused, 4);
}

/// Cases: 67.
#[test]
fn a_part_that_is_listed_with_another_crc64_is_sent_again() {
    let lie = Effect::Listing(ListingLie::PartCrc64(SECOND()));
    assert_eq!(continued_while(lie).1.parts_reused, 4);
}

/// Cases: 49.
#[test]
fn a_part_without_a_crc64_is_known_by_what_was_recorded() {
    let lie = Effect::Listing(ListingLie::PartNoCrc64(SECOND()));
    assert_eq!(continued_while(lie).1.parts_reused, 5);
}

/// Cases: 67.
#[test]
fn a_listing_that_loses_a_part_costs_that_part() {
    let lie = Effect::Listing(ListingLie::PartMissing(SECOND()));
    assert_eq!(continued_while(lie).1.parts_reused, 4);
}

/// Cases: 66.
#[test]
fn an_upload_that_the_service_knows_no_more_is_begun_anew() {
    let (_, report) = continued_while(Effect::DropUpload(Turn::Before));
    assert_eq!(report.restarted, Some(Restarted::UploadGone));
    assert_eq!(report.parts_reused, 0);
}

#[test]
fn a_listing_that_fails_is_an_error_with_everything_kept() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    let failing = Answer::new(StatusCode::INTERNAL_SERVER_ERROR).code("InternalError");
    bench
        .oss()
        .faults([Rule::on(Operation::ListParts).then(Effect::Answer(failing))]);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Service(ClientErrorKind::Unavailable)
    );
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    assert_eq!(bench.oss().requests(Operation::InitiateMultipartUpload), 1);
    bench.oss().faults([]);
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 5);
}

/// Cases: 106.
#[test]
fn a_listing_that_never_ends_is_an_error_with_everything_kept() {
    for lie in [ListingLie::Endless, ListingLie::Repeating] {
        let bench = Bench::new();
        let upload = bench.kept_upload(bench.file("f", MIB));
        bench.upload_until_part(6, &upload);
        bench
            .oss()
            .faults([Rule::on(Operation::ListParts).then(Effect::Listing(lie))]);
        let error = bench.upload(&upload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Malformed));
        assert!(error.is_resumable());
    }
}

/// Cases: 67, 73.
#[test]
fn a_part_that_is_replaced_before_the_end_is_looked_at_again() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let replaced = Effect::Part(PartChange::Replaced(SECOND()));
    bench
        .oss()
        .faults([Rule::on(Operation::CompleteMultipartUpload)
            .nth(1)
            .then(replaced)]);
    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == data(MIB), "the file's bytes");
    // What this run has sent is not reused when it is looked at again.
    assert_eq!(report.parts_reused, 0);
    assert_eq!(report.bytes_sent, MIB as u64 + 102_400);
}
