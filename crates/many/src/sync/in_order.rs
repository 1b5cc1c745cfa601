use std::collections::VecDeque;

/// Things in the order in which they were found, some of which are known only later.
#[derive(Debug)]
pub(super) struct InOrder<T> {
    /// The number of the first one.
    first: u64,
    line: VecDeque<Option<T>>,
}

impl<T> InOrder<T> {
    pub(super) fn new() -> Self {
        Self {
            first: 0,
            line: VecDeque::new(),
        }
    }

    /// Adds one that is known.
    pub(super) fn known(&mut self, thing: T) {
        self.line.push_back(Some(thing));
    }

    /// Adds one that will be; it has this number.
    pub(super) fn awaited(&mut self) -> u64 {
        self.line.push_back(None);
        self.first + self.line.len() as u64 - 1
    }

    /// Now it is known.
    pub(super) fn came(&mut self, number: u64, thing: T) {
        let at = number.checked_sub(self.first);
        let at = at.and_then(|at| usize::try_from(at).ok());
        if let Some(place) = at.and_then(|at| self.line.get_mut(at)) {
            *place = Some(thing);
        }
    }

    /// The first, if it is known.
    pub(super) fn next(&mut self) -> Option<T> {
        if self.line.front()?.is_none() {
            return None;
        }
        self.first += 1;
        self.line.pop_front().flatten()
    }

    /// How many are held.
    pub(super) fn len(&self) -> usize {
        self.line.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_come_out_as_they_went_in_whenever_they_become_known(
            awaited in proptest::collection::vec(any::<bool>(), 0..20),
            seed in any::<u64>(),
        ) {
            let (mut in_order, mut missing, mut out) = (InOrder::new(), Vec::new(), Vec::new());
            for (number, is_awaited) in awaited.iter().enumerate() {
                if *is_awaited {
                    missing.push((in_order.awaited(), number));
                } else {
                    in_order.known(number);
                }
                out.extend(std::iter::from_fn(|| in_order.next()));
            }
            while !missing.is_empty() {
                let at = usize::try_from(seed).unwrap_or(0) % missing.len();
                let (place, number) = missing.swap_remove(at);
                in_order.came(place, number);
                out.extend(std::iter::from_fn(|| in_order.next()));
            }
            prop_assert!(out.into_iter().eq(0..awaited.len()));
            prop_assert_eq!(in_order.len(), 0);
        }
    }
}
