use std::sync::{Mutex, PoisonError};

use crate::error::Limit;

/// How many bytes a run may still move.
#[derive(Debug)]
pub(crate) struct Allowance {
    limit: Option<u64>,
    taken: Mutex<u64>,
}

impl Allowance {
    pub(crate) fn new(limit: Option<u64>) -> Self {
        Self {
            limit,
            taken: Mutex::default(),
        }
    }

    /// Takes so many bytes.
    pub(crate) fn take(&self, bytes: u64) -> Result<(), Limit> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = taken.saturating_add(bytes);
        match self.limit {
            Some(limit_bytes) if sum > limit_bytes => Err(Limit {
                limit_bytes,
                moved_bytes: *taken,
                next_bytes: bytes,
            }),
            _ => {
                *taken = sum;
                Ok(())
            }
        }
    }

    /// Takes note that so many were moved where `taken` had been taken: fewer where some were there
    /// already, more where some were moved twice.
    pub(crate) fn settle(&self, taken: u64, moved: u64) {
        let mut sum = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *sum = sum.saturating_sub(taken).saturating_add(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_pass_the_limit_is_refused_and_leaves_room_for_less() {
        let allowance = Allowance::new(Some(10));
        assert!(allowance.take(6).is_ok());
        let limit = allowance.take(5).unwrap_err();
        assert_eq!((limit.moved_bytes, limit.next_bytes), (6, 5));
        assert!(allowance.take(4).is_ok());
        assert!(allowance.take(0).is_ok());
        assert!(allowance.take(1).is_err());
    }

    #[test]
    fn what_was_there_already_is_given_back() {
        let allowance = Allowance::new(Some(10));
        assert!(allowance.take(10).is_ok());
        allowance.settle(10, 2);
        assert!(allowance.take(8).is_ok());
    }

    #[test]
    fn without_a_limit_all_is_allowed() {
        let allowance = Allowance::new(None);
        assert!(allowance.take(u64::MAX).is_ok() && allowance.take(1).is_ok());
    }
}
