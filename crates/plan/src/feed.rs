use ossum_types::limits::{MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_PARTS, MIN_UPLOAD_PART_BYTES};
use ossum_types::{PartNumber, PartSize};

use crate::{LayoutError, PartSizeWish};

/// The size of the first parts, where nothing else is known.
const USUAL_BYTES: u64 = 8 << 20;

/// After so many parts they are twice as large.
const STEP: u32 = 100;

/// Where a part is held until its request has succeeded: the source cannot be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// In memory, so many bytes of which are for all parts together: a part has a quarter at most,
    /// so that one can be filled while others are sent.
    Memory(u64),
    /// On a disk.
    Disk,
}

/// How a source is uploaded whose size nobody knows: small parts first, larger ones later, so that
/// 10,000 of them reach far and a short source still has some to send at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedPlan {
    first_bytes: u64,
    /// So many parts have the first size.
    equal: u32,
    most_bytes: u64,
}

impl FeedPlan {
    /// The size in bytes of a part that is not the last.
    pub fn part_bytes(&self, number: PartNumber) -> u64 {
        let doublings = number.get().saturating_sub(self.equal).div_ceil(STEP);
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        self.first_bytes.saturating_mul(factor).min(self.most_bytes)
    }

    /// How many bytes 10,000 parts take; no more than an object may have.
    pub fn reach(&self) -> u64 {
        let numbers = (1..=MAX_PARTS).filter_map(|number| PartNumber::new(number).ok());
        let bytes: u64 = numbers.map(|number| self.part_bytes(number)).sum();
        bytes.min(MAX_OBJECT_BYTES)
    }

    /// The largest part there can be, in bytes.
    pub fn most_part_bytes(&self) -> u64 {
        self.most_bytes
    }
}

/// Decides how to upload a source of unknown size, which is expected to have `expected_bytes`.
///
/// What is expected goes in equal parts; what passes it goes in growing ones, so that an
/// expectation that was too low does no harm.
///
/// # Errors
/// [`LayoutError::PartTooSmall`] and [`LayoutError::PartTooLarge`] if such parts were asked for;
/// [`LayoutError::TooManyParts`] if there is no room for parts as large as would be needed;
/// [`LayoutError::ObjectTooLarge`] above 48.83 TiB.
pub fn how_to_feed(
    room: Room,
    expected_bytes: Option<u64>,
    wish: PartSizeWish,
) -> Result<FeedPlan, LayoutError> {
    let most_bytes = match room {
        Room::Memory(bytes) => (bytes / 4).clamp(MIN_UPLOAD_PART_BYTES, MAX_PART_BYTES),
        Room::Disk => MAX_PART_BYTES,
    };
    let usual = usual(most_bytes, wish)?;
    let Some(object_size) = expected_bytes else {
        let equal = wish.asked().map_or(STEP, |_| MAX_PARTS / 2);
        return Ok(FeedPlan {
            first_bytes: usual,
            equal,
            most_bytes,
        });
    };
    if object_size > MAX_OBJECT_BYTES {
        return Err(LayoutError::ObjectTooLarge { object_size });
    }
    let least = object_size.div_ceil(u64::from(MAX_PARTS)).max(1);
    if least > most_bytes {
        let part_size = PartSize::new(most_bytes).expect("it is between both bounds");
        return Err(LayoutError::TooManyParts {
            object_size,
            part_size,
        });
    }
    let first_bytes = match wish.asked() {
        Some(asked) => least.next_multiple_of(asked.get()),
        None => least.next_power_of_two().max(usual),
    };
    let first_bytes = first_bytes.min(most_bytes);
    let equal = u32::try_from(object_size.div_ceil(first_bytes)).unwrap_or(MAX_PARTS);
    Ok(FeedPlan {
        first_bytes,
        equal,
        most_bytes,
    })
}

/// The size of parts as long as there need not be others.
fn usual(most_bytes: u64, wish: PartSizeWish) -> Result<u64, LayoutError> {
    match wish.asked() {
        None => Ok(USUAL_BYTES.min(most_bytes)),
        Some(asked) if asked < PartSize::MIN_UPLOAD => Err(LayoutError::PartTooSmall { asked }),
        Some(asked) if asked.get() > most_bytes => {
            let most = PartSize::new(most_bytes).expect("it is between both bounds");
            Err(LayoutError::PartTooLarge { asked, most })
        }
        Some(asked) => Ok(asked.get()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    fn plan(memory: u64, expected: Option<u64>, wish: &str) -> Result<FeedPlan, LayoutError> {
        how_to_feed(Room::Memory(memory), expected, wish.parse().unwrap())
    }

    fn part(plan: &FeedPlan, number: u32) -> u64 {
        plan.part_bytes(PartNumber::new(number).unwrap())
    }

    #[test]
    fn parts_double_every_hundred_until_one_is_a_quarter_of_the_memory() {
        let plan = plan(256 * MIB, None, "auto").unwrap();
        let sizes = [1, 100, 101, 200, 201, 301, 10_000].map(|number| part(&plan, number) / MIB);
        assert_eq!(sizes, [8, 8, 16, 16, 32, 64, 64]);
        assert_eq!(plan.reach() / MIB, 100 * (8 + 16 + 32) + 9_700 * 64);
    }

    #[test]
    fn a_disk_reaches_most_of_what_an_object_may_have() {
        let plan = how_to_feed(Room::Disk, None, PartSizeWish::Auto).unwrap();
        assert!(plan.reach() > 44 << 40, "{}", plan.reach() >> 40);
        let all = how_to_feed(Room::Disk, Some(MAX_OBJECT_BYTES), PartSizeWish::Auto).unwrap();
        assert_eq!(all.reach(), MAX_OBJECT_BYTES);
    }

    #[test]
    fn what_is_expected_goes_in_equal_parts_and_more_is_no_error() {
        let plan = plan(256 * MIB, Some(500 * GIB), "auto").unwrap();
        assert_eq!((part(&plan, 1), part(&plan, 8_000)), (64 * MIB, 64 * MIB));
        let small = how_to_feed(Room::Memory(256 * MIB), Some(GIB), PartSizeWish::Auto).unwrap();
        assert_eq!((part(&small, 128), part(&small, 129)), (8 * MIB, 16 * MIB));
    }

    #[test]
    fn what_there_is_no_room_for_is_refused_before_it_begins() {
        assert_eq!(
            plan(64 * MIB, Some(1 << 40), "auto")
                .unwrap_err()
                .to_string(),
            "1 TiB do not fit in 10000 parts of 16 MiB"
        );
        assert!(matches!(
            plan(64 * MIB, None, "17M"),
            Err(LayoutError::PartTooLarge { .. })
        ));
        assert!(matches!(
            plan(64 * MIB, None, "99K"),
            Err(LayoutError::PartTooSmall { .. })
        ));
    }

    #[test]
    fn parts_of_a_size_that_was_asked_for_stay_so_for_the_first_5000() {
        let plan = plan(256 * MIB, None, "1M").unwrap();
        let sizes = [1, 5000, 5001, 5101].map(|number| part(&plan, number) / MIB);
        assert_eq!(sizes, [1, 1, 2, 4]);
        assert_eq!(plan.most_part_bytes(), 64 * MIB);
    }

    #[test]
    fn what_is_expected_goes_in_a_multiple_of_what_was_asked_for() {
        let plan = plan(256 * MIB, Some(20_001 * MIB), "1M").unwrap();
        assert_eq!(part(&plan, 1), 3 * MIB);
        assert_eq!((part(&plan, 6667), part(&plan, 6668)), (3 * MIB, 6 * MIB));
    }

    #[test]
    fn what_just_fits_is_not_refused() {
        assert!(plan(64 * MIB, None, "16M").is_ok());
        assert!(plan(64 * MIB, None, "100K").is_ok());
        assert!(plan(64 * MIB, Some(10_000 * 16 * MIB), "auto").is_ok());
        assert!(plan(64 * MIB, Some(10_000 * 16 * MIB + 1), "auto").is_err());
        let object_size = MAX_OBJECT_BYTES + 1;
        assert_eq!(
            how_to_feed(Room::Disk, Some(object_size), PartSizeWish::Auto),
            Err(LayoutError::ObjectTooLarge { object_size })
        );
    }

    proptest! {
        #[test]
        fn every_part_is_within_its_bounds_and_what_is_expected_is_reached(
            memory in 0..1_u64 << 40,
            expected in prop::option::of(0..=MAX_OBJECT_BYTES),
            number in 1..=MAX_PARTS,
        ) {
            let Ok(plan) = how_to_feed(Room::Memory(memory), expected, PartSizeWish::Auto) else {
                return Ok(());
            };
            let bytes = part(&plan, number);
            prop_assert!(bytes >= MIN_UPLOAD_PART_BYTES);
            prop_assert!(bytes <= (memory / 4).clamp(MIN_UPLOAD_PART_BYTES, MAX_PART_BYTES));
            prop_assert!(plan.reach() >= expected.unwrap_or(0));
        }
    }
}
