//! The ledger of a shard: what became of its rows, and in which attempt.
//!
//! Lines of JSON in chunks, each a file that appears whole. Whoever works on a shard writes chunks of its own
//! attempt, so that two at once never write the same file; whoever reads takes those of all attempts. A
//! line is never taken back: what a row came to is told by all lines about it.

mod attempt;
mod line;
pub(crate) mod read;
mod write;

pub use self::attempt::Attempt;
pub use self::line::{Became, Cause, Line};
pub use self::read::{BadLine, read};
pub use self::write::LedgerWriter;
