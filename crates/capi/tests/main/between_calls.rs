//! What a program does between calls, and in the middle of one.

use ossum_testkit::Server;

use crate::ways::succeeds;

#[test]
fn a_child_that_ends_takes_no_connection_of_its_parent() {
    succeeds("fork", include_str!("../programs/fork.c"), Server::new);
}

#[test]
fn a_callback_may_make_calls() {
    let text = include_str!("../programs/callbacks.c");
    succeeds("callbacks", text, Server::new);
}

#[test]
fn the_log_says_as_much_as_its_level_and_no_secret() {
    succeeds("logs", include_str!("../programs/logs.c"), Server::new);
}
