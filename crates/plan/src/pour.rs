use ossum_types::PartSize;

use crate::PartSizeWish;

/// Without a wish: as large as other parts, so that a request's fixed cost is lost in it.
const USUAL_BYTES: u64 = 8 << 20;

/// What a request takes beside the bytes that wait for their turn: its read buffer.
const REQUEST_BYTES: u64 = 1 << 20;

/// Of what is left, one part in so many stays free: blocks are made by many threads and given back by
/// one, and the allocator of the system keeps some of that for a while.
const SLACK: u64 = 6;

/// No less is used, however little memory is given.
const FEWEST_BYTES: u64 = 128 << 10;

/// How an object's bytes are fetched that are handed on in order: in blocks, some at a time, each of
/// which is held in memory until all before it are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PourPlan {
    /// The size of a block in bytes; that of the last may be less.
    pub block_bytes: u64,
    /// So many blocks are in memory at most, those on their way included.
    pub most_blocks: u64,
    /// So many requests are under way at a time.
    pub requests: u64,
}

/// Decides how to hand on an object's bytes with `requests` at a time and `memory_bytes` for all of
/// it.
///
/// Two blocks for each request: while one is on its way another waits for its turn. Fewer requests
/// where the memory does not do for so many, smaller blocks where it does not do for large ones; a
/// size that was asked for is used as far as it fits. Below 1.125 MiB the memory does not do at all,
/// and so much is used.
pub fn how_to_pour(memory_bytes: u64, requests: u64, wish: PartSizeWish) -> PourPlan {
    let affordable = memory_bytes / (3 * REQUEST_BYTES);
    let requests = requests.min(affordable).max(1);
    let left = memory_bytes.saturating_sub(requests * REQUEST_BYTES);
    let left = (left - left / SLACK).max(FEWEST_BYTES);
    let block_bytes = match wish.asked().map(PartSize::get) {
        Some(asked) => asked.min(left),
        None => rounded(left / (2 * requests)).min(USUAL_BYTES),
    };
    PourPlan {
        block_bytes,
        most_blocks: (left / block_bytes).min(2 * requests),
        requests,
    }
}

/// Down to whole pages.
fn rounded(bytes: u64) -> u64 {
    const PAGE: u64 = 4 << 10;
    (bytes / PAGE * PAGE).max(PAGE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn with_memory_enough_blocks_have_8_mib() {
        let plan = how_to_pour(256 * MIB, 8, PartSizeWish::Auto);
        let expected = PourPlan {
            block_bytes: 8 * MIB,
            most_blocks: 16,
            requests: 8,
        };
        assert_eq!(plan, expected);
        let less = how_to_pour(64 * MIB, 8, PartSizeWish::Auto);
        assert_eq!((less.block_bytes, less.most_blocks), (2984 << 10, 16));
    }

    #[test]
    fn with_little_memory_requests_are_fewer_each_with_3_mib() {
        let plan = how_to_pour(12 * MIB, 8, PartSizeWish::Auto);
        // 8 MiB remain beside four requests, of which a sixth stays free.
        let expected = PourPlan {
            block_bytes: 852 << 10,
            most_blocks: 8,
            requests: 4,
        };
        assert_eq!(plan, expected);
    }

    #[test]
    fn with_hardly_any_memory_128_kib_are_used_beside_one_request() {
        for memory in [0, MIB + 1] {
            let plan = how_to_pour(memory, 8, PartSizeWish::Auto);
            let expected = PourPlan {
                block_bytes: 64 << 10,
                most_blocks: 2,
                requests: 1,
            };
            assert_eq!(plan, expected);
        }
    }

    #[test]
    fn a_size_that_was_asked_for_is_used_as_far_as_it_fits() {
        let plan = how_to_pour(256 * MIB, 8, "100M".parse().unwrap());
        assert_eq!((plan.block_bytes, plan.most_blocks), (100 * MIB, 2));
        let plan = how_to_pour(7 * MIB, 8, "100M".parse().unwrap());
        assert_eq!(
            (plan.block_bytes, plan.most_blocks),
            (5 * MIB - 5 * MIB / 6, 1)
        );
    }

    proptest! {
        #[test]
        fn everything_together_is_within_the_memory(
            memory in 0..1_u64 << 40,
            requests in 0..10_000_u64,
            asked in prop::option::of(1..=PartSize::MAX.get()),
        ) {
            let wish = asked.map_or(PartSizeWish::Auto, |bytes| {
                PartSizeWish::Asked(PartSize::new(bytes).unwrap())
            });
            let plan = how_to_pour(memory, requests, wish);
            let used = plan.requests * REQUEST_BYTES + plan.block_bytes * plan.most_blocks;
            prop_assert!(used <= memory.max(REQUEST_BYTES + FEWEST_BYTES));
            prop_assert!(plan.requests > 0 && plan.block_bytes > 0 && plan.most_blocks > 0);
        }
    }
}
