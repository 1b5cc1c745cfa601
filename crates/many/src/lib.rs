//! Moves what is below a directory or a prefix: up, down, or to another prefix, many at once.
//!
//! Decides what is to be moved and remembers what is done; each object is moved by `ossum-transfer`.
//! Holds neither a listing nor results: both pass through. Start at [`run`]: a lister finds items in
//! the order of their names (`walk.rs`, `listing.rs`), a bounded queue hands them to workers
//! (`work.rs`), and what became of each is told at once. [`sync()`] finds items by a plan in place of a
//! lister: two listings, held against each other.

mod allowance;
mod at_destination;
mod batches;
mod beneath;
mod decide;
mod deletion;
mod error;
mod filter;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod halt;
#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;
mod item;
mod lister;
mod listing;
mod made_with;
mod monitor;
mod names;
mod queue;
mod record;
mod request;
mod route;
mod run;
mod run_pointer;
mod runs;
mod slots;
mod sorted;
mod sync;
mod told;
mod trouble;
mod walk;
mod work;

pub use batches::{Batches, Giver, NobodyTakes, batches};
pub use deletion::delete_objects;
pub use error::{Error, Limit};
pub use filter::{Filter, Rule};
pub use item::Item;
pub use listing::{Listed, Listers};
pub use monitor::{Monitor, Snapshot};
pub use names::BadName;
pub use request::{IfExists, KeptWith, Links, Remembering, Run};
pub use route::Route;
pub use run::run;
pub use run_pointer::{Direction, RunPointer};
pub use runs::{DoneSoFar, Remembered, RunClaim, RunSighting, Runs};
pub use sorted::{Sorted, Sorter};
pub use sync::{Compare, Delete, MostDeleted, PlanUse, Renames, Sync, sync};
pub use told::{Ended, Skipped, Summary, Told, What};
pub use trouble::Trouble;
pub use walk::{Walk, Walked};
