//! What the tests of all crates share: a place to work in, data, a local OSS, and the command line
//! as a user runs it. Nothing here is shipped.
//!
//! Whatever fails here panics, with what was seen: that is the test's answer. Start at [`Program`].

mod local_oss;
mod outcome;
mod program;
mod seeded;
mod workspace;

pub use local_oss::LocalOss;
pub use outcome::Outcome;
pub use program::{Program, Running};
pub use rustix::process::Signal;
pub use seeded::seeded;
pub use workspace::Workspace;
