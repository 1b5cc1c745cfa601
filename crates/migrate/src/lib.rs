//! Divides a migration into shards that any number of machines carry out, and proves what became of it.
//!
//! Everything that the machines have in common lies in one place ([`Place`]: a directory they share, or
//! a prefix of a bucket): the manifest of each shard ([`manifest`]), what became of its rows ([`ledger`]),
//! and, when all of them are done, a marker ([`Done`]). Each file there appears whole or not at all, and
//! is put again with the same meaning, so nothing rests on who comes first. Which engine calls
//! whom and when is not known here. Start at [`Job`], which says what was planned; [`names`] says where
//! each file lies.

pub mod audit;
mod cause;
mod done;
mod error;
mod finish;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod history;
mod job;
pub mod ledger;
pub mod manifest;
mod metrics;
mod monitor;
pub mod names;
mod open_uploads;
mod place;
mod plan;
mod progress;
mod reader;
mod recipe;
mod run;
mod run_shard;
mod source;
mod spool;
mod status;
mod table;
mod tally;
mod text;
mod time;
mod upload;

pub use cause::Outlook;
pub use done::Done;
pub use error::Error;
pub use finish::{FinishEnd, Finished, finish};
pub use job::{Destination, Job, Options, Totals};
pub use metrics::metrics;
pub use monitor::Monitor;
pub use place::{Entry, Place};
pub use plan::{Plan, plan};
pub use progress::{Progress, RowsSoFar};
pub use reader::{Reader, Web};
pub use recipe::{Engine, Recipe};
pub use run::{Happened, RunEnd, run};
pub use run_shard::{Mover, RunShard, ShardEnd, Verdict, run_shard};
pub use source::{Inventory, S3, S3Access, S3Error, S3ErrorKind, Source, Told, slashed};
pub use status::{Status, status};
pub use upload::HugeUpload;
