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
