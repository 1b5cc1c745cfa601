use ossum_types::PartSize;
use ossum_types::limits::MAX_PART_BYTES;

use crate::{Grown, LayoutError, PartLayout, PartSizeWish, lay_out};

/// The most bytes that are uploaded in one request, from memory: 8 MiB.
///
/// Such a request can carry the MD5 of its bytes, so that OSS refuses damaged ones; and one
/// request where multipart needs three makes many small files quick.
pub const MAX_SINGLE_BYTES: u64 = 8 << 20;

/// Without a wish, an object has at least this many parts, so that some can be sent at a time.
///
/// What is divided has more than [`MAX_SINGLE_BYTES`], so that none has less than 2 MiB: below it a
/// part takes less time than its round trip.
const MIN_AUTO_PARTS: u64 = 4;

/// How the bytes of an object get to OSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadPlan {
    /// In one `PutObject`; at most [`MAX_SINGLE_BYTES`].
    Single,
    /// In the parts of a multipart upload; at least one.
    Multipart {
        /// The parts.
        layout: PartLayout,
        /// Set when the parts are larger than was asked for: worth a note to the user.
        grown: Option<Grown>,
    },
}

/// Decides how to upload an object of `object_size` bytes.
///
/// One request for at most 8 MiB, unless smaller parts than that were asked for and there would
/// be more than one: who asks for parts of 100 KiB wants a multipart upload.
///
/// # Errors
/// [`LayoutError::PartTooSmall`] if parts of less than 100 KiB were asked for, whatever the size
/// of the object; [`LayoutError::ObjectTooLarge`] above 48.83 TiB.
pub fn how_to_upload(object_size: u64, wish: PartSizeWish) -> Result<UploadPlan, LayoutError> {
    let wished = wish.asked();
    if let Some(asked) = wished.filter(|asked| *asked < PartSize::MIN_UPLOAD) {
        return Err(LayoutError::PartTooSmall { asked });
    }
    let largest_part = wished.map_or(MAX_PART_BYTES, PartSize::get);
    if object_size <= largest_part.min(MAX_SINGLE_BYTES) {
        return Ok(UploadPlan::Single);
    }
    let layout = match wish {
        PartSizeWish::Auto => spread_out(lay_out(object_size, wish)?)?,
        PartSizeWish::Asked(_) => lay_out(object_size, wish)?,
    };
    let grown = Grown::from_wish(wish, &layout);
    Ok(UploadPlan::Multipart { layout, grown })
}

/// Halves the parts of a small object until there are a few.
fn spread_out(layout: PartLayout) -> Result<PartLayout, LayoutError> {
    let mut bytes = layout.part_size().get();
    while layout.object_size() / bytes < MIN_AUTO_PARTS {
        bytes /= 2;
    }
    let size = PartSize::new(bytes).expect("a fourth of the object or more");
    PartLayout::new(layout.object_size(), size)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;

    /// Part size and count; `None` for a single request.
    fn parts(object_size: u64, wish: &str) -> Option<(u64, u32)> {
        match how_to_upload(object_size, wish.parse().unwrap()).unwrap() {
            UploadPlan::Single => None,
            UploadPlan::Multipart { layout, .. } => {
                Some((layout.part_size().get(), layout.count()))
            }
        }
    }

    #[test]
    fn up_to_8_mib_go_in_one_request() {
        assert_eq!(parts(0, "auto"), None);
        assert_eq!(parts(1, "auto"), None);
        assert_eq!(parts(8 * MIB, "auto"), None);
        assert_eq!(parts(8 * MIB + 1, "auto"), Some((2 * MIB, 5)));
    }

    #[test]
    fn small_objects_still_have_parts_to_send_at_a_time() {
        assert_eq!(parts(16 * MIB, "auto"), Some((4 * MIB, 4)));
        assert_eq!(parts(32 * MIB - 1, "auto"), Some((4 * MIB, 8)));
        assert_eq!(parts(32 * MIB, "auto"), Some((8 * MIB, 4)));
        assert_eq!(parts(1 << 30, "auto"), Some((8 * MIB, 128)));
    }

    #[test]
    fn who_asks_for_small_parts_gets_parts() {
        assert_eq!(parts(0, "100K"), None);
        assert_eq!(parts(100 * KIB, "100K"), None);
        assert_eq!(parts(100 * KIB + 1, "100K"), Some((100 * KIB, 2)));
        assert_eq!(parts(8 * MIB + 1, "5G"), Some((5 << 30, 1)));
    }

    /// Cases: 115.
    #[test]
    fn parts_too_small_for_oss_are_refused_with_the_next_step() {
        for object_size in [0, 1, 1 << 30] {
            let wish = "99K".parse().unwrap();
            let error = how_to_upload(object_size, wish).unwrap_err();
            assert_eq!(
                error.to_string(),
                "parts of 99 KiB are too small for an upload: ask for 100 KiB or more, or leave \
                 the size to be chosen"
            );
        }
    }

    #[test]
    fn parts_that_had_to_grow_are_told() {
        let plan = how_to_upload(1 << 40, "100K".parse().unwrap()).unwrap();
        let UploadPlan::Multipart { layout, grown } = plan else {
            panic!("{plan:?}");
        };
        assert_eq!(grown.map(|grown| grown.used), Some(layout.part_size()));
        assert_eq!(layout.part_size().get() % (100 * KIB), 0);
    }
}
