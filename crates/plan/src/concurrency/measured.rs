/// What a number of requests moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) requests: usize,
    pub(super) bytes_per_second: u64,
}

impl Measured {
    /// What one of the requests moves in a second.
    pub(super) fn each(&self) -> u64 {
        self.bytes_per_second / self.requests as u64
    }

    /// Whether at least two fifths of what was added to `before` show.
    pub(super) fn is_gain_over(&self, before: &Self) -> bool {
        self.shows(before, 2)
    }

    /// The same of a look so short that chance may hide half of it.
    pub(super) fn is_better_than(&self, before: &Self) -> bool {
        self.shows(before, 1)
    }

    fn shows(&self, before: &Self, fifths: u128) -> bool {
        let added = self.requests.saturating_sub(before.requests) as u128;
        let base = u128::from(before.bytes_per_second);
        let expected = base + base * added * fifths / 5 / before.requests as u128;
        u128::from(self.bytes_per_second) >= expected
    }

    /// Whether it moves what `before` did, but for what chance takes.
    pub(super) fn is_as_good_as(&self, before: &Self) -> bool {
        u128::from(self.bytes_per_second) * 12 >= u128::from(before.bytes_per_second) * 11
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(requests: usize, bytes_per_second: u64) -> Measured {
        Measured {
            requests,
            bytes_per_second,
        }
    }

    #[test]
    fn a_gain_is_two_fifths_of_what_was_added_and_one_fifth_at_a_glance() {
        let before = measured(10, 1000);
        assert!(measured(15, 1200).is_gain_over(&before));
        assert!(!measured(15, 1199).is_gain_over(&before));
        assert!(measured(15, 1100).is_better_than(&before));
        assert!(!measured(15, 1099).is_better_than(&before));
    }

    #[test]
    fn a_twelfth_less_is_as_good() {
        let before = measured(8, 1200);
        assert!(measured(6, 1100).is_as_good_as(&before));
        assert!(!measured(6, 1099).is_as_good_as(&before));
    }

    #[test]
    fn each_has_an_equal_share() {
        assert_eq!(measured(15, 1200).each(), 80);
    }
}
