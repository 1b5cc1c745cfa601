//! Decides how a transfer is divided into requests, and which of them an earlier run has saved.
//!
//! Pure: no clock, no randomness, no file, no socket, no async. Same inputs, same plan. Start at
//! [`how_to_upload`], [`how_to_download`] and [`how_to_copy`]; what they rest on is [`PartLayout`].
//! What a later run goes on with is decided by [`reconcile`], how much is under way at a time by
//! [`Concurrency`], and which connection is too slow by [`least_of_peers`].

mod adopt;
mod concurrency;
mod copy;
mod download;
mod feed;
mod layout;
mod layout_error;
mod part_size_wish;
mod pour;
mod reconcile;
mod sizing;
mod slow;
mod upload;

pub use adopt::{fitting_bytes, infer_layout};
pub use concurrency::{Change, Concurrency, Progress, Reason};
pub use copy::{CopyPlan, MAX_SINGLE_COPY_BYTES, how_to_copy};
pub use download::{DownloadPlan, first_range, how_to_download};
pub use feed::{FeedPlan, Room, how_to_feed};
pub use layout::{Part, PartLayout};
pub use layout_error::LayoutError;
pub use part_size_wish::PartSizeWish;
pub use pour::{PourPlan, how_to_pour};
pub use reconcile::{
    Candidate, Evidence, KeptPart, ListedPart, ReceivedPart, Reconciled, Recorded, RecordedPart,
    Reread, reconcile, reconcile_copy, reconcile_received,
};
pub use sizing::{Grown, lay_out};
pub use slow::least_of_peers;
pub use upload::{MAX_SINGLE_BYTES, UploadPlan, how_to_upload};
