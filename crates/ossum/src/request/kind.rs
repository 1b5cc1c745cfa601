use ossum_transfer::Options;

use super::prepared::Transfer;
use crate::error::Error;

/// What a [`Request`](super::Request) can be about; nothing outside this crate.
pub trait Kind: private::Ask {}

impl<T: private::Ask> Kind for T {}

pub(super) mod private {
    use super::{Error, Options, Transfer};

    /// Not to be named from outside, so that nobody else implements it.
    pub trait Ask {
        /// Makes of what was said what is meant.
        fn transfer(self, options: Options) -> Result<Transfer, Error>;
    }
}
