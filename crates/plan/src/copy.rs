use ossum_types::PartSize;

use crate::sizing::lay_out_from;
use crate::{Grown, LayoutError, PartLayout, PartSizeWish};

/// The most bytes that are copied in one request: 64 MiB. OSS is silent while it copies, and a
/// request that is lost begins anew.
pub const MAX_SINGLE_COPY_BYTES: u64 = 64 << 20;

/// How the service copies an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyPlan {
    /// In one `CopyObject`.
    Single,
    /// In the parts of a multipart upload; at least one.
    Multipart {
        /// The parts.
        layout: PartLayout,
        /// Set when the parts are larger than was asked for.
        grown: Option<Grown>,
    },
}

/// Decides how an object of `object_size` bytes is copied within a region.
///
/// # Errors
/// As [`how_to_upload`](crate::how_to_upload).
pub fn how_to_copy(object_size: u64, wish: PartSizeWish) -> Result<CopyPlan, LayoutError> {
    let wished = wish.asked();
    if let Some(asked) = wished.filter(|asked| *asked < PartSize::MIN_UPLOAD) {
        return Err(LayoutError::PartTooSmall { asked });
    }
    let largest = wished.map_or(MAX_SINGLE_COPY_BYTES, PartSize::get);
    if object_size <= largest.min(MAX_SINGLE_COPY_BYTES) {
        return Ok(CopyPlan::Single);
    }
    let layout = lay_out_from(MAX_SINGLE_COPY_BYTES, object_size, wish)?;
    let grown = Grown::from_wish(wish, &layout);
    Ok(CopyPlan::Multipart { layout, grown })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(object_size: u64, wish: &str) -> Option<(u64, u32)> {
        match how_to_copy(object_size, wish.parse().unwrap()).unwrap() {
            CopyPlan::Single => None,
            CopyPlan::Multipart { layout, .. } => Some((layout.part_size().get(), layout.count())),
        }
    }

    #[test]
    fn small_objects_are_one_request_and_large_ones_parts_of_64_mib() {
        assert_eq!(parts(0, "auto"), None);
        assert_eq!(parts(64 << 20, "auto"), None);
        assert_eq!(parts((64 << 20) + 1, "auto"), Some((64 << 20, 2)));
        assert_eq!(parts(1 << 40, "auto"), Some((128 << 20, 8192)));
    }

    #[test]
    fn a_size_that_was_asked_for_is_used() {
        assert_eq!(parts(1 << 20, "100K"), Some((100 << 10, 11)));
        assert!(how_to_copy(1, "1K".parse().unwrap()).is_err());
    }
}
