use std::collections::BTreeMap;

use ossum_types::PartSize;

use crate::{ListedPart, PartLayout};

/// So many part sizes are considered: an upload has one, and perhaps a last part of another.
const MOST_SIZES: usize = 8;

/// Finds out how an upload that nobody remembers was divided, from the parts it has.
///
/// The layout with which the most bytes of `listed` stand where they should; `None` if that is not
/// a single one. Parts that do not fit it are somebody's mistake and will be sent again.
pub fn infer_layout(object_size: u64, listed: &[ListedPart]) -> Option<PartLayout> {
    let sizes = common_sizes(listed).into_iter();
    let sizes = sizes.chain(size_before_the_last(object_size, listed));
    let layouts = sizes.filter_map(|bytes| {
        let size = PartSize::new(bytes).ok()?;
        let layout = PartLayout::new(object_size, size).ok()?;
        let fitting = fitting_bytes(&layout, listed);
        (size >= PartSize::MIN_UPLOAD && fitting > 0).then_some((fitting, layout))
    });
    layouts
        .max_by_key(|(fitting, layout)| (*fitting, layout.part_size()))
        .map(|(_, layout)| layout)
}

/// How many bytes of `listed` stand where `layout` has them.
pub fn fitting_bytes(layout: &PartLayout, listed: &[ListedPart]) -> u64 {
    let fits = |listed: &&ListedPart| {
        layout
            .part(listed.number)
            .is_some_and(|range| range.len() == listed.size)
    };
    listed.iter().filter(fits).map(|listed| listed.size).sum()
}

/// The sizes that most parts have.
fn common_sizes(listed: &[ListedPart]) -> Vec<u64> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for part in listed {
        *counts.entry(part.size).or_default() += 1;
    }
    let mut sizes: Vec<_> = counts.into_iter().collect();
    sizes.sort_by_key(|(size, count)| std::cmp::Reverse((*count, *size)));
    sizes
        .into_iter()
        .map(|(size, _)| size)
        .take(MOST_SIZES)
        .collect()
}

/// The size of the other parts, if the one with the highest number is the last of the object.
fn size_before_the_last(object_size: u64, listed: &[ListedPart]) -> Option<u64> {
    let last = listed.iter().max_by_key(|part| part.number)?;
    let before = u64::from(last.number.get() - 1);
    let rest = object_size.checked_sub(last.size)?;
    (before > 0 && rest % before == 0).then(|| rest / before)
}

#[cfg(test)]
mod tests {
    use ossum_types::PartNumber;
    use proptest::prelude::*;

    use super::*;

    const KIB: u64 = 1 << 10;

    fn listed(parts: &[(u32, u64)]) -> Vec<ListedPart> {
        let part = |&(number, size): &(u32, u64)| ListedPart {
            number: PartNumber::new(number).unwrap(),
            size,
            etag: "A".parse().unwrap(),
            crc64: None,
        };
        parts.iter().map(part).collect()
    }

    fn inferred(object_size: u64, parts: &[(u32, u64)]) -> Option<u64> {
        infer_layout(object_size, &listed(parts)).map(|layout| layout.part_size().get())
    }

    #[test]
    fn the_size_that_most_parts_have_is_the_part_size() {
        let parts = [(2, 200 * KIB), (3, 200 * KIB), (6, 24 * KIB)];
        assert_eq!(inferred(1024 * KIB, &parts), Some(200 * KIB));
    }

    #[test]
    fn the_last_part_alone_tells_the_size_of_the_others() {
        assert_eq!(inferred(1024 * KIB, &[(6, 24 * KIB)]), Some(200 * KIB));
    }

    #[test]
    fn parts_that_fit_nowhere_tell_nothing() {
        assert_eq!(inferred(1024 * KIB, &[]), None);
        assert_eq!(inferred(1024 * KIB, &[(900, 300 * KIB)]), None);
        assert_eq!(inferred(1024 * KIB, &[(1, 10)]), None);
        assert_eq!(inferred(0, &[(1, 200 * KIB)]), None);
    }

    #[test]
    fn a_foreign_part_among_ours_does_not_mislead() {
        let parts = [(1, 200 * KIB), (2, 150 * KIB), (3, 200 * KIB)];
        assert_eq!(inferred(1024 * KIB, &parts), Some(200 * KIB));
    }

    #[test]
    fn what_most_parts_have_counts_however_many_other_sizes_there_are() {
        let mut parts: Vec<_> = (1..=9)
            .map(|n| (n + 100, u64::from(n) * 700 * KIB))
            .collect();
        parts.extend([(1, 200 * KIB), (2, 200 * KIB)]);
        assert_eq!(inferred(1024 * KIB, &parts), Some(200 * KIB));
    }

    proptest! {
        #[test]
        fn any_two_full_parts_of_an_upload_tell_its_layout(
            part_size in (100 * KIB)..(1 << 30),
            count in 3..200_u64,
            rest in 1..(100 * KIB),
            chosen in prop::collection::btree_set(1..200_u32, 2..20),
        ) {
            let object_size = part_size * (count - 1) + rest;
            let layout = PartLayout::new(object_size, PartSize::new(part_size).unwrap()).unwrap();
            let full: Vec<_> = chosen
                .into_iter()
                .filter(|number| u64::from(*number) < count)
                .map(|number| (number, part_size))
                .collect();
            prop_assume!(full.len() >= 2);
            prop_assert_eq!(infer_layout(object_size, &listed(&full)), Some(layout));
        }
    }
}
