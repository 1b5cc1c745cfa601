//! What a later run keeps and sends, whatever was listed and recorded.

use std::collections::BTreeMap;

use ossum_plan::{
    Candidate, Evidence, ListedPart, PartLayout, Reconciled, Recorded, RecordedPart, Reread,
    reconcile, reconcile_copy, reconcile_received,
};
use ossum_types::{Crc64, ETag, PartNumber, PartSize};
use proptest::prelude::*;

const PART_BYTES: u64 = 10;

/// What the service and an earlier run say of one part. Bytes are stood for by a number: equal
/// numbers are equal bytes.
#[derive(Debug, Clone)]
struct Situation {
    /// What the file has now.
    local: u8,
    /// What the service has, and whether its size is right.
    stored: Option<(u8, bool)>,
    lists_crc64: bool,
    etag_is_md5: bool,
    /// What an earlier run says that it sent.
    recorded: Option<u8>,
}

fn situations() -> impl Strategy<Value = Vec<Situation>> {
    let bytes = || 0..3_u8;
    let situation = (
        bytes(),
        prop::option::of((bytes(), prop::bool::weighted(0.9))),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(bytes()),
    )
        .prop_map(
            |(local, stored, lists_crc64, etag_is_md5, recorded)| Situation {
                local,
                stored,
                lists_crc64,
                etag_is_md5,
                recorded,
            },
        );
    prop::collection::vec(situation, 1..30)
}

fn crc64(bytes: u8) -> Crc64 {
    Crc64::of(&[bytes])
}

/// The ETag of a part with these bytes; one that is an MD5 begins differently from one that is not.
fn etag(bytes: u8, is_md5: bool) -> ETag {
    let text = if is_md5 {
        format!("{bytes:032X}")
    } else {
        format!("opaque-{bytes}")
    };
    text.parse().expect("an ETag")
}

fn number(index: usize) -> PartNumber {
    let number = u32::try_from(index).expect("a few parts") + 1;
    PartNumber::new(number).expect("a few parts")
}

fn layout(parts: usize) -> PartLayout {
    let size = parts as u64 * PART_BYTES - 3;
    let part_size = PartSize::new(PART_BYTES).expect("a part size");
    PartLayout::new(size, part_size).expect("a few parts")
}

fn listed(situations: &[Situation]) -> Vec<ListedPart> {
    let layout = layout(situations.len());
    let of = |(index, situation): (usize, &Situation)| {
        let (bytes, right_size) = situation.stored?;
        let size = layout.part(number(index))?.len();
        Some(ListedPart {
            number: number(index),
            size: if right_size { size } else { size - 1 },
            etag: etag(bytes, situation.etag_is_md5),
            crc64: situation.lists_crc64.then(|| crc64(bytes)),
        })
    };
    situations.iter().enumerate().filter_map(of).collect()
}

fn recorded(situations: &[Situation]) -> Recorded {
    let of = |(index, situation): (usize, &Situation)| {
        let bytes = situation.recorded?;
        let recorded = RecordedPart {
            crc64: Some(crc64(bytes)),
            etag: Some(etag(bytes, situation.etag_is_md5)),
        };
        Some((number(index), recorded))
    };
    situations.iter().enumerate().filter_map(of).collect()
}

/// Whether the file's bytes are what the evidence says.
fn holds(candidate: &Candidate, situations: &[Situation]) -> bool {
    let local = situations[candidate.part.number.get() as usize - 1].local;
    match candidate.evidence {
        Evidence::Crc64(expected) => crc64(local) == expected,
        Evidence::Md5(expected) => etag(local, true).as_md5() == Some(expected),
    }
}

/// Every part of the layout is in one list, once.
fn numbers(plan: &Reconciled) -> Vec<u32> {
    let keep = plan.keep.iter().map(|kept| kept.part);
    let check = plan.check.iter().map(|candidate| candidate.part);
    let mut all: Vec<_> = keep
        .chain(check)
        .chain(plan.send.iter().copied())
        .map(|part| part.number.get())
        .collect();
    all.sort_unstable();
    all
}

proptest! {
    #[test]
    fn a_part_that_differs_is_never_kept_and_one_that_matches_never_sent_again(
        situations in situations(),
    ) {
        let plan = reconcile(
            &layout(situations.len()),
            &recorded(&situations),
            listed(&situations),
            Reread::Always,
        );
        prop_assert!(plan.keep.is_empty(), "everything is read again");
        prop_assert_eq!(numbers(&plan).len(), situations.len());
        for candidate in &plan.check {
            let situation = &situations[candidate.part.number.get() as usize - 1];
            let same = situation.stored == Some((situation.local, true));
            prop_assert_eq!(holds(candidate, &situations), same);
        }
        for part in &plan.send {
            let situation = &situations[part.number.get() as usize - 1];
            let same = situation.stored == Some((situation.local, true));
            let known = situation.lists_crc64
                || situation.etag_is_md5
                || situation.recorded == situation.stored.map(|stored| stored.0);
            prop_assert!(!same || !known, "sent again although it is there: {:?}", situation);
        }
    }

    #[test]
    fn what_is_believed_was_recorded_as_the_service_has_it(situations in situations()) {
        let plan = reconcile(
            &layout(situations.len()),
            &recorded(&situations),
            listed(&situations),
            Reread::Believe,
        );
        prop_assert_eq!(numbers(&plan).len(), situations.len());
        for kept in &plan.keep {
            let situation = &situations[kept.part.number.get() as usize - 1];
            let stored = situation.stored.map(|stored| stored.0);
            prop_assert_eq!(situation.recorded, stored);
            prop_assert_eq!(kept.crc64, stored.map(crc64));
        }
    }

    #[test]
    fn a_copy_keeps_the_parts_that_an_earlier_run_made_and_no_others(situations in situations()) {
        let plan = reconcile_copy(
            &layout(situations.len()),
            &recorded(&situations),
            listed(&situations),
        );
        prop_assert_eq!(numbers(&plan).len(), situations.len());
        for (index, situation) in situations.iter().enumerate() {
            let kept = plan.keep.iter().any(|kept| kept.part.number == number(index));
            let ours = situation.recorded.is_some_and(|bytes| situation.stored == Some((bytes, true)));
            prop_assert_eq!(kept, ours);
        }
    }

    #[test]
    fn a_download_looks_for_what_was_recorded_and_fetches_the_rest(situations in situations()) {
        let layout = layout(situations.len());
        let (check, fetch) = reconcile_received(&layout, &recorded(&situations));
        prop_assert_eq!(check.len() + fetch.len(), situations.len());
        for received in check {
            let situation = &situations[received.part.number.get() as usize - 1];
            prop_assert_eq!(Some(received.crc64), situation.recorded.map(crc64));
        }
    }
}

#[test]
fn parts_beyond_the_layout_are_ignored() {
    let beyond = ListedPart {
        number: number(7),
        size: PART_BYTES,
        etag: etag(1, true),
        crc64: Some(crc64(1)),
    };
    let plan = reconcile(&layout(2), &BTreeMap::new(), [beyond], Reread::Always);
    assert_eq!((plan.check.len(), plan.send.len()), (0, 2));
}

#[test]
fn a_record_is_believed_only_as_far_as_the_service_does_not_contradict_it() {
    let recorded = RecordedPart {
        crc64: Some(crc64(1)),
        etag: Some(etag(1, false)),
    };
    let recorded = BTreeMap::from([(number(0), recorded)]);
    let plan = |lists: Option<Crc64>| {
        let listed = ListedPart {
            number: number(0),
            size: PART_BYTES - 3,
            etag: etag(1, false),
            crc64: lists,
        };
        reconcile(&layout(1), &recorded, [listed], Reread::Believe)
    };
    for agreeing in [None, Some(crc64(1))] {
        let kept = plan(agreeing).keep;
        assert_eq!(kept[0].crc64, Some(crc64(1)), "{agreeing:?}");
    }
    let contradicted = plan(Some(crc64(2)));
    assert!(contradicted.keep.is_empty());
    let evidence = contradicted.check[0].evidence;
    assert_eq!(evidence, Evidence::Crc64(crc64(2)));
}
