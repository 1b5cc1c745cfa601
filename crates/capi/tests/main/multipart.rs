//! Uploads in parts.

use http::StatusCode;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, ListingLie, Moment, Rule, Spot};
use ossum_testkit::Server;

use crate::ways::succeeds;

#[test]
fn an_upload_is_made_of_parts_from_memory_file_and_object() {
    let text = include_str!("../programs/multipart.c");
    succeeds("multipart", text, Server::new);
}

#[test]
fn a_file_goes_on_by_its_upload_id_where_a_refusal_ended_it() {
    let text = include_str!("../programs/upload_file.c");
    let refused = || Effect::Answer(Answer::new(StatusCode::FORBIDDEN).code("AccessDenied"));
    succeeds("upload_file", text, || {
        let third = Rule::on(Operation::UploadPart).nth(3);
        Server::new().fault(third.then(refused()))
    });
}

#[test]
fn a_file_goes_on_by_its_upload_id_where_the_server_is_busy_and_its_last_answer_lost() {
    let text = include_str!("../programs/upload_file.c");
    let answer = |status| Answer::new(status);
    let busy =
        || Effect::Answer(answer(StatusCode::SERVICE_UNAVAILABLE).code("ServiceUnavailable"));
    let refused = || Effect::Answer(answer(StatusCode::FORBIDDEN).code("AccessDenied"));
    let complete = || Rule::on(Operation::CompleteMultipartUpload);
    succeeds("upload_file", text, || {
        Server::new()
            .fault(Rule::on(Operation::UploadPart).nth(1).then(busy()))
            .fault(Rule::on(Operation::UploadPart).nth(4).then(refused()))
            .fault(complete().nth(1).then(Effect::Reset(Moment::AfterCommit)))
    });
}

#[test]
fn answers_that_went_astray_are_failures() {
    let text = include_str!("../programs/astray.c");
    let endless = |operation| {
        let lie = Effect::Listing(ListingLie::Endless);
        Rule::on(operation).then(lie)
    };
    let error = || Effect::Answer(Answer::new(StatusCode::OK).code("InternalError"));
    let damage = || Effect::CorruptRequest(Spot::At(1));
    succeeds("astray", text, || {
        Server::new()
            .fault(Rule::on(Operation::UploadPart).nth(1).then(damage()))
            .fault(endless(Operation::ListObjects))
            .fault(endless(Operation::ListParts))
            .fault(endless(Operation::ListMultipartUploads))
            .fault(
                Rule::on(Operation::CompleteMultipartUpload)
                    .nth(1)
                    .then(error()),
            )
    });
}
