//! Objects in one request each.

use http::StatusCode;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Moment, Rule, Spot};
use ossum_testkit::{LocalOss, Server, Workspace, seeded};

use crate::compiler::{STRICT, STRICT_CPP};

/// A place with the files that the programs expect.
fn place() -> Workspace {
    let place = Workspace::new();
    place.write("big.json", seeded(1, 700_000));
    place.write("back.bin", "another");
    place.write("old.bin", "old");
    place.write("empty", "");
    place
}

fn nothing_waits_in(place: &Workspace) {
    let names = place.names();
    let is_waiting = |name: &String| name.starts_with(".ossum-");
    assert!(!names.iter().any(is_waiting), "{names:?}");
}

/// Runs a program as C and as C++, with signatures of either version.
fn succeeds_in_every_way(oss: &LocalOss, place: &Workspace, name: &str, text: &str) {
    let as_c = STRICT.compile(place, name, text).using(oss);
    let as_cpp = STRICT_CPP.compile(place, &format!("{name}_cpp"), text);
    as_c.run([""; 0]).exit(0);
    as_c.env("SIGNATURE", "1").run([""; 0]).exit(0);
    as_cpp.using(oss).run([""; 0]).exit(0);
}

macro_rules! programs {
    ($($claim:ident: $name:literal;)*) => {
        $(#[test]
        fn $claim() {
            let (oss, place) = (Server::new().on_loopback(), place());
            let text = include_str!(concat!("../programs/", $name, ".c"));
            succeeds_in_every_way(&oss, &place, $name, text);
        })*
    };
}

programs! {
    an_object_goes_out_of_memory_and_comes_back: "put_and_get";
    an_object_grows_by_what_is_appended: "append";
    objects_are_deleted_one_by_one_and_together: "deletes";
    who_may_use_an_object_and_its_tags_are_kept: "acl_and_tags";
    objects_are_copied_linked_and_restored: "copies";
    texts_are_encoded_and_decoded: "texts";
}

#[test]
fn files_become_objects_and_objects_files() {
    let (oss, place) = (Server::new().on_loopback(), place());
    let text = include_str!("../programs/files.c");
    succeeds_in_every_way(&oss, &place, "files", text);
    assert!(place.read("back.bin") == place.read("big.json"));
    assert!(place.read("range.bin") == place.read("big.json")[10..20]);
    nothing_waits_in(&place);
}

const DAMAGED: &str = include_str!("../programs/damaged.c");

#[test]
fn a_damaged_answer_leaves_the_old_file_and_says_so() {
    let damage = Rule::on(Operation::GetObject).then(Effect::CorruptResponse(Spot::At(300_000)));
    let (oss, place) = (Server::new().fault(damage).on_loopback(), place());
    let program = STRICT.compile(&place, "damaged", DAMAGED).using(&oss);
    program.run(["down", "-978", "InconsistentError"]).exit(0);
    assert_eq!(place.read("old.bin"), b"old");
    nothing_waits_in(&place);
    // Who wants no check gets what came.
    program
        .env("UNCHECKED", "1")
        .run(["down", "200", ""])
        .exit(0);
    assert_eq!(place.read("old.bin").len(), 700_000);
}

#[test]
fn a_damaged_request_is_found_by_its_crc() {
    let damage = Rule::on(Operation::PutObject).then(Effect::CorruptRequest(Spot::At(300_000)));
    let (oss, place) = (Server::new().fault(damage).on_loopback(), place());
    let program = STRICT.compile(&place, "damaged", DAMAGED).using(&oss);
    program.run(["up", "-978", "InconsistentError"]).exit(0);
    program.env("UNCHECKED", "1").run(["up", "200", ""]).exit(0);
}

#[test]
fn half_an_answer_is_no_file() {
    let cut = Effect::Close(Moment::AfterResponseBytes(300_000));
    let cut = Rule::on(Operation::GetObject).then(cut);
    let (oss, place) = (Server::new().fault(cut).on_loopback(), place());
    let program = STRICT.compile(&place, "damaged", DAMAGED).using(&oss);
    program.run(["down", "-992", "HttpIoError"]).exit(0);
    assert_eq!(place.read("old.bin"), b"old");
    nothing_waits_in(&place);
}

#[test]
fn a_203_of_somebody_on_the_way_is_no_success() {
    let status = StatusCode::NON_AUTHORITATIVE_INFORMATION;
    let other = Rule::on(Operation::GetObject).then(Effect::Answer(Answer::new(status)));
    let (oss, place) = (Server::new().fault(other).on_loopback(), place());
    let program = STRICT.compile(&place, "damaged", DAMAGED).using(&oss);
    program.run(["down", "-986", "UnknownError"]).exit(0);
    assert_eq!(place.read("old.bin"), b"old");
}
