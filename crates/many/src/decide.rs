//! What becomes of an item whose destination may be there.

use crate::request::IfExists;
use crate::told::Skipped;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// It is copied; an object or file that appears meanwhile is replaced, or not.
    Copy(Replace),
    /// It is left out.
    Skip(Skipped),
    /// It fails, because the destination is there.
    Refuse,
    /// It is copied if it is newer.
    Compare,
}

/// Whether what stands at the destination may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replace {
    Allow,
    Forbid,
}

/// Decides by what is known of the destination: whether it is there, and whether it is what an
/// earlier run has made of this very source.
pub(crate) fn decide(if_exists: IfExists, is_there: bool, is_done: bool) -> Action {
    match (is_done, is_there, if_exists) {
        (true, _, _) => Action::Skip(Skipped::DoneBefore),
        (_, true, IfExists::Skip) => Action::Skip(Skipped::Exists),
        (_, true, IfExists::Fail) => Action::Refuse,
        (_, true, IfExists::Newer) => Action::Compare,
        (_, false, IfExists::Skip | IfExists::Fail) => Action::Copy(Replace::Forbid),
        (_, _, IfExists::Overwrite) | (_, false, IfExists::Newer) => Action::Copy(Replace::Allow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_replaced_left_or_refused_as_asked() {
        let there = |if_exists| decide(if_exists, true, false);
        assert_eq!(there(IfExists::Overwrite), Action::Copy(Replace::Allow));
        assert_eq!(there(IfExists::Skip), Action::Skip(Skipped::Exists));
        assert_eq!(there(IfExists::Fail), Action::Refuse);
        assert_eq!(there(IfExists::Newer), Action::Compare);
    }

    #[test]
    fn what_must_stay_is_not_replaced_if_it_appears_meanwhile() {
        let absent = |if_exists| decide(if_exists, false, false);
        for if_exists in [IfExists::Skip, IfExists::Fail] {
            assert_eq!(absent(if_exists), Action::Copy(Replace::Forbid));
        }
        for if_exists in [IfExists::Overwrite, IfExists::Newer] {
            assert_eq!(absent(if_exists), Action::Copy(Replace::Allow));
        }
    }

    #[test]
    fn what_an_earlier_run_has_made_is_done_whatever_is_asked() {
        for if_exists in [IfExists::Overwrite, IfExists::Fail, IfExists::Newer] {
            assert_eq!(
                decide(if_exists, true, true),
                Action::Skip(Skipped::DoneBefore)
            );
        }
    }
}
