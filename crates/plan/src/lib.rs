//! Decides how a transfer is divided into requests, without making any.
//!
//! Pure: no clock, no randomness, no file, no socket, no async. Same inputs, same plan. Start at
//! [`how_to_upload`] and [`how_to_download`]; what both rest on is [`PartLayout`].

mod download;
mod layout;
mod layout_error;
mod part_size_wish;
mod sizing;
mod upload;

pub use download::{DownloadPlan, first_range, how_to_download};
pub use layout::{Part, PartLayout};
pub use layout_error::LayoutError;
pub use part_size_wish::PartSizeWish;
pub use sizing::{Grown, lay_out};
pub use upload::{MAX_SINGLE_BYTES, UploadPlan, how_to_upload};
