use ossum_plan::PartLayout;
use ossum_types::ByteRange;

/// Divides an object into ranges of about `split_bytes`: all of whole parts, and as equal as these allow.
///
/// They have no gap and no overlap; an empty object has none.
pub(super) fn ranges(layout: &PartLayout, split_bytes: u64) -> Vec<ByteRange> {
    let parts = u64::from(layout.count());
    let (part, size) = (layout.part_size().get(), layout.object_size());
    let wanted = size.div_ceil(split_bytes.max(1));
    let count = wanted.clamp(1, parts.max(1));
    let start = |number: u64| (parts * number / count).saturating_mul(part).min(size);
    let ranges = (0..count).filter_map(|at| ByteRange::new(start(at), start(at + 1)));
    ranges.collect()
}

#[cfg(test)]
mod tests {
    use ossum_plan::{PartSizeWish, lay_out};
    use ossum_types::limits::MAX_OBJECT_BYTES;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_the_object_in_whole_parts_and_nearly_equal(
            size in 1..=MAX_OBJECT_BYTES,
            split in 1..100_u64 << 30,
        ) {
            let layout = lay_out(size, PartSizeWish::Auto).unwrap();
            let part = layout.part_size().get();
            let ranges = ranges(&layout, split);
            let mut at = 0;
            for range in &ranges {
                prop_assert_eq!(range.start(), at);
                prop_assert_eq!(range.start() % part, 0);
                prop_assert!(range.len() <= split.saturating_add(2 * part));
                at = range.end();
            }
            prop_assert_eq!(at, size);
            let lens = || ranges.iter().map(|range| range.len().div_ceil(part));
            prop_assert!(lens().max().unwrap() - lens().min().unwrap() <= 1);
        }
    }

    #[test]
    fn a_range_has_at_least_a_part() {
        let layout = lay_out(20 << 20, PartSizeWish::Auto).unwrap();
        assert_eq!(ranges(&layout, 1).len(), 3);
        let empty = lay_out(0, PartSizeWish::Auto).unwrap();
        assert_eq!(ranges(&empty, 1), []);
    }
}
