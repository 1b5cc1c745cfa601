//! What holds of every layout, whatever the object and the wish.

use ossum_plan::{
    DownloadPlan, PartLayout, PartSizeWish, UploadPlan, how_to_download, how_to_upload, lay_out,
};
use ossum_types::PartSize;
use ossum_types::limits::{MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_PARTS, MIN_UPLOAD_PART_BYTES};
use proptest::prelude::*;

/// Sizes of every magnitude, and those just around multiples of a part.
fn object_sizes() -> impl Strategy<Value = u64> {
    let any_magnitude = (0..46_u32, any::<u64>()).prop_map(|(bits, n)| n & ((1 << bits) - 1));
    let edges = (1..=10_000_u64, 1..=MAX_PART_BYTES, 0..=2_u64)
        .prop_map(|(count, part, extra)| (count * part + extra).saturating_sub(1));
    prop_oneof![any_magnitude, edges, Just(MAX_OBJECT_BYTES)]
        .prop_map(|size| size.min(MAX_OBJECT_BYTES))
}

fn wishes(smallest: u64) -> impl Strategy<Value = PartSizeWish> {
    let any_magnitude = (0..33_u32, any::<u64>()).prop_map(|(bits, n)| n & ((1 << bits) - 1));
    let asked = any_magnitude
        .prop_map(move |bytes| {
            PartSize::new(bytes.clamp(smallest, MAX_PART_BYTES)).expect("1 B to 5 GiB")
        })
        .prop_map(PartSizeWish::Asked);
    prop_oneof![Just(PartSizeWish::Auto), asked]
}

fn check(layout: &PartLayout, object_size: u64) -> Result<(), TestCaseError> {
    let mut end = 0;
    let mut count = 0;
    for part in layout.parts() {
        count += 1;
        prop_assert_eq!(part.number.get(), count);
        prop_assert_eq!(layout.part(part.number), Some(part.range));
        prop_assert_eq!(part.range.start(), end, "neither gap nor overlap");
        end = part.range.end();
        let last = count == layout.count();
        prop_assert!(part.range.len() == layout.part_size().get() || last);
        prop_assert!(part.range.len() <= MAX_PART_BYTES);
    }
    prop_assert_eq!(end, object_size, "all bytes");
    prop_assert_eq!(count, layout.count());
    prop_assert!(count <= MAX_PARTS);
    Ok(())
}

proptest! {
    /// Cases: 115.
    #[test]
    fn parts_cover_the_object_without_gap_or_overlap(
        object_size in object_sizes(),
        wish in wishes(1),
    ) {
        check(&lay_out(object_size, wish).unwrap(), object_size)?;
    }

    #[test]
    fn parts_are_never_smaller_than_asked_and_grow_only_if_they_must(
        object_size in object_sizes(),
        wish in wishes(1),
    ) {
        let layout = lay_out(object_size, wish).unwrap();
        if let Some(asked) = wish.asked() {
            prop_assert!(layout.part_size() >= asked);
            let fits = object_size.div_ceil(asked.get()) <= u64::from(MAX_PARTS);
            prop_assert_eq!(layout.part_size() == asked, fits);
        }
    }

    /// Cases: 115.
    #[test]
    fn every_upload_plan_is_one_that_oss_accepts(
        object_size in object_sizes(),
        wish in wishes(MIN_UPLOAD_PART_BYTES),
    ) {
        if let UploadPlan::Multipart { layout, grown } = how_to_upload(object_size, wish).unwrap() {
            check(&layout, object_size)?;
            prop_assert!(layout.count() >= 1);
            prop_assert!(layout.part_size() >= PartSize::MIN_UPLOAD);
            prop_assert_eq!(grown.is_some(), wish.asked().is_some_and(|a| a != layout.part_size()));
        }
    }

    #[test]
    fn every_download_plan_brings_all_bytes(object_size in object_sizes(), wish in wishes(1)) {
        if let DownloadPlan::Ranges { layout, .. } = how_to_download(object_size, wish).unwrap() {
            check(&layout, object_size)?;
        }
    }

    /// Cases: 115.
    #[test]
    fn one_byte_more_than_oss_stores_is_refused(
        too_large in MAX_OBJECT_BYTES + 1..,
        wish in wishes(MIN_UPLOAD_PART_BYTES),
    ) {
        prop_assert!(lay_out(too_large, wish).is_err());
        prop_assert!(how_to_upload(too_large, wish).is_err());
        prop_assert!(how_to_download(too_large, wish).is_err());
    }
}
