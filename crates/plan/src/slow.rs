//! Which of those that move bytes beside each other are far behind.

/// Fewer than these tell nothing: who is slow is seen by the others.
const FEWEST: usize = 4;

/// The one in the middle has to have moved so much before anyone is judged: in less, a shared limit
/// or a busy machine looks like a slow connection.
const ENOUGH_BYTES: u64 = 1 << 20;

/// Whoever moves less than this share of what the one in the middle does is far behind. Connections
/// that share a line fairly differ by less.
const SHARE: u64 = 8;

/// What those have moved in the same time, of which `moved` tells, has to be more than to be far
/// behind; `None` while nobody can be judged.
///
/// Half of them may be slow, and nobody is far behind then: it is not the connections.
pub fn least_of_peers(moved: &[u64]) -> Option<u64> {
    if moved.len() < FEWEST {
        return None;
    }
    let mut sorted = moved.to_vec();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    (middle >= ENOUGH_BYTES).then_some(middle / SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn an_eighth_of_the_middle_is_the_least() {
        let moved = [16 * MIB, 8 * MIB, 0, 12 * MIB];
        assert_eq!(least_of_peers(&moved), Some(12 * MIB / 8));
    }

    #[test]
    fn few_and_those_who_moved_little_tell_nothing() {
        assert_eq!(least_of_peers(&[0, 8 * MIB, 8 * MIB]), None);
        assert_eq!(least_of_peers(&[0, MIB - 1, MIB - 1, MIB - 1]), None);
    }

    #[test]
    fn where_most_are_slow_it_is_not_the_connections() {
        assert_eq!(least_of_peers(&[0, 0, 0, 8 * MIB, 8 * MIB]), None);
    }
}
