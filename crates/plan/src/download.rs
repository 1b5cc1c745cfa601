use ossum_types::{ByteRange, PartSize};

use crate::{Grown, LayoutError, PartLayout, PartSizeWish, lay_out};

/// Without a wish, the first request asks for this many bytes: 8 MiB, the usual part.
const AUTO_FIRST_BYTES: u64 = 8 << 20;

/// How the bytes of an object get here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadPlan {
    /// In one request: the [first one](first_range) brings everything.
    Whole,
    /// In several ranges at a time.
    Ranges {
        /// The ranges. The first one begins with the [first range](first_range).
        layout: PartLayout,
        /// Set when the parts are larger than was asked for: worth a note to the user.
        grown: Option<Grown>,
    },
}

/// The bytes to ask for first, when the object's size is not known yet.
///
/// That request tells the size, and none of what it brings is asked for twice: it is the whole
/// object, the first part, or the beginning of the first part.
pub fn first_range(wish: PartSizeWish) -> ByteRange {
    let bytes = wish.asked().map_or(AUTO_FIRST_BYTES, PartSize::get);
    ByteRange::new(0, bytes).expect("a part size is never 0")
}

/// Decides how to download an object, or a range of one, of `object_size` bytes.
///
/// # Errors
/// [`LayoutError::ObjectTooLarge`] above 48.83 TiB: no such object exists.
pub fn how_to_download(object_size: u64, wish: PartSizeWish) -> Result<DownloadPlan, LayoutError> {
    if object_size <= first_range(wish).len() {
        return Ok(DownloadPlan::Whole);
    }
    let layout = lay_out(object_size, wish)?;
    let grown = Grown::from_wish(wish, &layout);
    Ok(DownloadPlan::Ranges { layout, grown })
}

#[cfg(test)]
mod tests {
    use ossum_types::PartNumber;
    use ossum_types::limits::MAX_OBJECT_BYTES;
    use proptest::prelude::*;

    use super::*;

    fn wish(text: &str) -> PartSizeWish {
        text.parse().unwrap()
    }

    #[test]
    fn what_the_first_request_brings_whole_is_not_divided() {
        for (object_size, text) in [(0, "auto"), (8 << 20, "auto"), (0, "1"), (1, "1")] {
            let plan = how_to_download(object_size, wish(text)).unwrap();
            assert_eq!(plan, DownloadPlan::Whole, "{object_size} {text}");
        }
        let plan = how_to_download((8 << 20) + 1, PartSizeWish::Auto).unwrap();
        assert!(matches!(plan, DownloadPlan::Ranges { layout, .. } if layout.count() == 2));
    }

    #[test]
    fn parts_may_be_as_small_as_a_byte_until_they_are_too_many() {
        let plan = how_to_download(10_000, wish("1")).unwrap();
        assert!(
            matches!(plan, DownloadPlan::Ranges { layout, grown: None } if layout.count() == 10_000)
        );
        let plan = how_to_download(10_001, wish("1")).unwrap();
        assert!(
            matches!(plan, DownloadPlan::Ranges { layout, grown: Some(_) } if layout.count() == 5_001)
        );
    }

    proptest! {
        #[test]
        fn the_first_request_never_asks_beyond_the_first_part(
            object_size in 0..=MAX_OBJECT_BYTES,
            asked in prop::option::of(1..=PartSize::MAX.get()),
        ) {
            let wish = asked.map_or(PartSizeWish::Auto, |bytes| {
                PartSizeWish::Asked(PartSize::new(bytes).unwrap())
            });
            if let DownloadPlan::Ranges { layout, .. } = how_to_download(object_size, wish).unwrap() {
                let first = layout.part(PartNumber::FIRST).unwrap();
                prop_assert!(first_range(wish).end() <= first.end());
            }
        }
    }
}
