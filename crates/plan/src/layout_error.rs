use ossum_types::limits::{MAX_OBJECT_BYTES, MAX_PARTS};
use ossum_types::{ByteSize, PartSize};

/// Why an object cannot be divided as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// It is larger than OSS can store.
    #[error(
        "{object_size} bytes are too many for one object: OSS stores {MAX_PARTS} parts of {} at \
         most, {MAX_OBJECT_BYTES} bytes; split the data into several objects",
        PartSize::MAX
    )]
    ObjectTooLarge {
        /// The size in bytes it would have.
        object_size: u64,
    },
    /// Uploads do not have parts as small as were asked for.
    #[error(
        "parts of {asked} are too small for an upload: ask for {} or more, or leave the size to \
         be chosen",
        PartSize::MIN_UPLOAD
    )]
    PartTooSmall {
        /// The size that was asked for.
        asked: PartSize,
    },
    /// There is no room to hold parts as large as were asked for.
    #[error(
        "parts of {asked} are too large here: a part is held until it has been sent, and there is room for parts of {most}"
    )]
    PartTooLarge {
        /// The size that was asked for.
        asked: PartSize,
        /// The largest there is room for.
        most: PartSize,
    },
    /// Parts of this very size would be more than OSS allows.
    #[error(
        "{} do not fit in {MAX_PARTS} parts of {part_size}",
        ByteSize::new(*object_size)
    )]
    TooManyParts {
        /// The object's size in bytes.
        object_size: u64,
        /// The size its parts would have.
        part_size: PartSize,
    },
}
