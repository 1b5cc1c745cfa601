//! Uploads in parts.

use http::StatusCode;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Rule};
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
