use std::path::PathBuf;

use ossum_types::PrefixUrl;

/// How a destination is made the same as its source.
#[derive(Debug, Clone, Default)]
pub struct Sync {
    /// How it is told whether two items are the same.
    pub compare: Compare,
    /// What becomes of items that are at the destination only; absent leaves them.
    pub delete: Option<Delete>,
    /// What becomes of files that were renamed since they were uploaded.
    pub renames: Renames,
    /// What is done with the plan.
    pub plan: PlanUse,
}

/// How it is told whether two items of one size are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compare {
    /// By when they were modified.
    #[default]
    Times,
    /// Of one size they are the same.
    Size,
    /// By the CRC-64 of their bytes.
    Checksum,
}

/// What becomes of a file that the destination does not have, where an object has its bytes, by size and
/// CRC-64, under a name that the source does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Renames {
    /// It is uploaded as any other.
    #[default]
    Ignore,
    /// Its object is made of that one, and nothing is sent. Where none passes here anyway, from prefix to
    /// prefix, this changes nothing; nor does it for a download.
    Track,
}

/// How items are deleted that are at the destination only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delete {
    /// How many at most.
    pub most: MostDeleted,
    /// Where objects are moved to in place of being deleted.
    pub backup: Option<PrefixUrl>,
}

/// How many items may be deleted by one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MostDeleted {
    /// 1,000, or a tenth of what is at the destination if that is more.
    #[default]
    Usual,
    /// So many.
    Count(u64),
    /// So many of a hundred that are at the destination, from 0 to 100.
    Percent(u8),
}

impl MostDeleted {
    /// How many of `there` items.
    pub(crate) fn of(self, there: u64) -> u64 {
        match self {
            Self::Usual => 1000.max(there / 10),
            Self::Count(count) => count,
            Self::Percent(percent) => {
                let most = u128::from(there) * u128::from(percent.min(100)) / 100;
                u64::try_from(most).unwrap_or(u64::MAX)
            }
        }
    }
}

/// What is done with the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PlanUse {
    /// It is carried out.
    #[default]
    CarryOut,
    /// It is written to a file, and nothing else is done.
    Write(PathBuf),
    /// One that was written is carried out, as far as nothing has changed since.
    Apply(PathBuf),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_may_be_deleted_or_a_thousand_if_that_is_more() {
        for (there, most) in [
            (0, 1000),
            (10_000, 1000),
            (10_010, 1001),
            (1 << 30, 107_374_182),
        ] {
            assert_eq!(MostDeleted::Usual.of(there), most);
        }
    }

    #[test]
    fn what_was_asked_for_is_the_most() {
        assert_eq!(MostDeleted::Count(0).of(1 << 40), 0);
        assert_eq!(MostDeleted::Percent(100).of(u64::MAX), u64::MAX);
        assert_eq!(MostDeleted::Percent(50).of(3), 1);
    }
}
