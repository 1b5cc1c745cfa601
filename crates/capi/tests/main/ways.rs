//! One program in every way that it may be built and sign its requests.

use ossum_testkit::{Program, Server, Workspace};

use crate::compiler::{STRICT, STRICT_CPP};

/// Runs the C of `text`, which must succeed: as C and as C++, with V4 and with V1 signatures, each
/// time against an empty server, which `server` makes.
#[track_caller]
pub(crate) fn succeeds(name: &str, text: &str, server: impl Fn() -> Server) {
    for (compiler, signature) in [(STRICT, "4"), (STRICT, "1"), (STRICT_CPP, "4")] {
        let (oss, place) = (server().on_loopback(), Workspace::new());
        let program: Program = compiler.compile(&place, name, text).using(&oss);
        program.env("SIGNATURE", signature).run([""; 0]).exit(0);
    }
}
