//! Objects in one request each.

use ossum_testkit::{Server, Workspace};

use crate::compiler::{STRICT, STRICT_CPP};

#[test]
fn an_object_goes_out_of_memory_and_comes_back() {
    let (oss, place) = (Server::new().on_loopback(), Workspace::new());
    let text = include_str!("../programs/put_and_get.c");
    let program = STRICT.compile(&place, "put_and_get", text).using(&oss);
    program.run([""; 0]).exit(0);
    program.env("SIGNATURE", "1").run([""; 0]).exit(0);
    STRICT_CPP
        .compile(&place, "put_and_get_cpp", text)
        .using(&oss)
        .run([""; 0])
        .exit(0);
}
