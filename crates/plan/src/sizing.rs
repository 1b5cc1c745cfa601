use std::fmt;

use ossum_types::PartSize;
use ossum_types::limits::{MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_PARTS};

use crate::{LayoutError, PartLayout, PartSizeWish};

/// The part size that is chosen while it gives few enough parts: 8 MiB.
///
/// Large enough that a request's fixed cost (signature, round trip, record) is lost in it, small
/// enough that a part cut off by a crash costs little to send again.
const USUAL_BYTES: u64 = 8 << 20;

/// A part larger than was asked for, because OSS allows no more than 10,000 of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grown {
    /// The size that was asked for.
    pub asked: PartSize,
    /// The size that is used.
    pub used: PartSize,
}

impl Grown {
    /// What became of a wish in `layout`; `None` if it was met, or nothing was wished.
    pub fn from_wish(wish: PartSizeWish, layout: &PartLayout) -> Option<Self> {
        let used = layout.part_size();
        wish.asked()
            .filter(|asked| *asked != used)
            .map(|asked| Self { asked, used })
    }
}

impl fmt::Display for Grown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, used } = self;
        write!(
            f,
            "parts of {asked} would be more than {MAX_PARTS}; they have {used} ({} bytes)",
            used.get()
        )
    }
}

/// Divides an object of `object_size` bytes into at most 10,000 parts.
///
/// A size that was asked for is used if it gives few enough parts, and otherwise its smallest
/// multiple that does (5 GiB at most); [`Grown`] tells. Otherwise 8 MiB, doubled until it fits:
/// up to 78 GiB with 8 MiB, 156 GiB with 16 MiB, and so on.
///
/// # Errors
/// [`LayoutError::ObjectTooLarge`] above 10,000 parts of 5 GiB, 48.83 TiB.
pub fn lay_out(object_size: u64, wish: PartSizeWish) -> Result<PartLayout, LayoutError> {
    lay_out_from(USUAL_BYTES, object_size, wish)
}

/// The same where parts usually have another size.
pub(crate) fn lay_out_from(
    usual_bytes: u64,
    object_size: u64,
    wish: PartSizeWish,
) -> Result<PartLayout, LayoutError> {
    if object_size > MAX_OBJECT_BYTES {
        return Err(LayoutError::ObjectTooLarge { object_size });
    }
    let least = object_size.div_ceil(u64::from(MAX_PARTS));
    let bytes = match wish {
        // A multiple keeps the alignment that the size may have been chosen for.
        PartSizeWish::Asked(asked) => least.max(1).next_multiple_of(asked.get()),
        PartSizeWish::Auto => least.next_power_of_two().max(usual_bytes),
    };
    let size = PartSize::new(bytes.min(MAX_PART_BYTES)).expect("at least 1, at most 5 GiB");
    PartLayout::new(object_size, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    fn auto(object_size: u64) -> (u64, u32) {
        let layout = lay_out(object_size, PartSizeWish::Auto).unwrap();
        (layout.part_size().get(), layout.count())
    }

    fn asked(object_size: u64, asked: u64) -> (PartLayout, Option<Grown>) {
        let wish = PartSizeWish::Asked(PartSize::new(asked).unwrap());
        let layout = lay_out(object_size, wish).unwrap();
        (layout, Grown::from_wish(wish, &layout))
    }

    #[test]
    fn the_usual_part_is_8_mib_until_there_are_10000_of_them() {
        assert_eq!(auto(0), (8 * MIB, 0));
        assert_eq!(auto(1), (8 * MIB, 1));
        assert_eq!(auto(80_000 * MIB), (8 * MIB, 10_000));
        assert_eq!(auto(80_000 * MIB + 1), (16 * MIB, 5_001));
    }

    /// Cases: 115.
    #[test]
    fn the_largest_object_has_10000_parts_of_5_gib_and_no_byte_more() {
        assert_eq!(auto(MAX_OBJECT_BYTES), (5 * GIB, 10_000));
        let object_size = MAX_OBJECT_BYTES + 1;
        for object_size in [object_size, u64::MAX] {
            assert_eq!(
                lay_out(object_size, PartSizeWish::Auto),
                Err(LayoutError::ObjectTooLarge { object_size })
            );
        }
        let message = LayoutError::ObjectTooLarge { object_size }.to_string();
        assert!(message.starts_with("53687091200001 bytes"), "{message}");
    }

    #[test]
    fn a_size_that_fits_is_used_as_asked() {
        let (layout, grown) = asked(100, 10);
        assert_eq!((layout.count(), grown), (10, None));
    }

    /// Cases: 115.
    #[test]
    fn a_size_that_gives_too_many_parts_grows_to_a_multiple_and_says_so() {
        let (layout, grown) = asked(10_001 * MIB, MIB);
        let grown = grown.unwrap();
        assert_eq!((grown.asked.get(), grown.used.get()), (MIB, 2 * MIB));
        assert_eq!(layout.part_size(), grown.used);
        assert_eq!(
            grown.to_string(),
            "parts of 1 MiB would be more than 10000; they have 2 MiB (2097152 bytes)"
        );
    }

    #[test]
    fn growing_stops_at_5_gib_where_no_multiple_is_small_enough() {
        let (layout, grown) = asked(MAX_OBJECT_BYTES, 3 * GIB);
        assert_eq!(
            (layout.part_size(), layout.count()),
            (PartSize::MAX, 10_000)
        );
        assert!(grown.is_some());
    }
}
