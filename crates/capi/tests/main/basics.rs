//! What needs no server.

use ossum_testkit::{Server, Workspace};

use crate::compiler::{STRICT, STRICT_CPP};

#[test]
fn pools_tables_lists_texts_and_logs_do_what_programs_expect() {
    let place = Workspace::new();
    let text = include_str!("../programs/tables_and_lists.c");
    STRICT.compile(&place, "c", text).run([""; 0]).exit(0);
    STRICT_CPP.compile(&place, "cpp", text).run([""; 0]).exit(0);
}

#[test]
fn what_is_null_is_an_invalid_argument_and_asks_nobody() {
    let (oss, place) = (Server::new().on_loopback(), Workspace::new());
    let text = include_str!("../programs/null_arguments.c");
    let program = STRICT.compile(&place, "null_arguments", text).using(&oss);
    program.run([""; 0]).exit(0);
    assert_eq!(oss.answered(), 0);
}
