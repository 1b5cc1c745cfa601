//! Every way to be refused that the official documentation of the operations and of error codes
//! names and that one request can bring about, with its status and code.

// A table is as long as what it lists.
#![allow(clippy::too_many_lines)]

mod access;
mod names_and_arguments;
mod special_objects;
mod uploads_and_copies;

use crate::oss::{Headers, Oss};

/// What is asked, with which headers and body, and status and code of the answer.
type Row<'r> = (&'r str, Headers<'r>, &'r str, u16, &'r str);

fn check(oss: &Oss, rows: &[Row<'_>]) {
    for (what, headers, body, status, code) in rows {
        let reply = oss.ask(what, headers, body.as_bytes());
        let got = (reply.status.as_u16(), reply.element("Code"));
        assert_eq!(
            got,
            (*status, Some((*code).to_owned())),
            "{what} {headers:?} {body}"
        );
        assert!(reply.header("x-oss-request-id").is_some());
        assert_eq!(reply.element("EC"), reply.header("x-oss-ec"), "{what}");
    }
}
