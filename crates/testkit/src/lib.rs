//! What the tests of all crates share: a place to work in, data, a local OSS, and the command line
//! as a user runs it. Nothing here is shipped.
//!
//! Whatever fails here panics, with what was seen: that is the test's answer. Start at [`Server`],
//! which makes a local OSS behind sockets or without any, and at [`Program`]. What must hold after a
//! run, whatever went wrong under it, is said by [`oracle`].

mod corpus;
mod faulty;
mod in_process;
mod in_process_oss;
mod local_oss;
mod movable_clock;
pub mod oracle;
mod outcome;
mod program;
mod seeded;
mod server;
mod terminal;
mod workspace;

pub use corpus::corpus;
pub use faulty::{Fault, Faults, FaultyTransport};
pub use in_process::{InProcess, Waits};
pub use in_process_oss::InProcessOss;
pub use local_oss::LocalOss;
pub use movable_clock::MovableClock;
pub use outcome::Outcome;
pub use program::{Program, Running};
pub use rustix::process::Signal;
pub use seeded::seeded;
pub use server::Server;
pub use terminal::OnTerminal;
pub use workspace::Workspace;
