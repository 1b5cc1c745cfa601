use ossum_client::op::ObjectInfo;
use ossum_types::ObjectUrl;

use crate::args::Tier;
use crate::failure::Failure;

/// A storage class whose objects have to be restored before they can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Archive,
    ColdArchive,
    DeepColdArchive,
}

impl Class {
    /// The class of this name; `None` for those that can be read at any time.
    pub(super) fn of(name: Option<&str>) -> Option<Self> {
        match name? {
            "Archive" => Some(Self::Archive),
            "ColdArchive" => Some(Self::ColdArchive),
            "DeepColdArchive" => Some(Self::DeepColdArchive),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Archive => "Archive",
            Self::ColdArchive => "ColdArchive",
            Self::DeepColdArchive => "DeepColdArchive",
        }
    }

    /// How long restoring takes (official documentation of `RestoreObject`).
    pub(super) fn takes(self, tier: Option<Tier>) -> &'static str {
        match (self, tier.unwrap_or(Tier::Standard)) {
            (Self::Archive, _) => "about a minute",
            (Self::ColdArchive, Tier::Expedited) => "an hour at most",
            (Self::ColdArchive, Tier::Standard) => "2 to 5 hours",
            (Self::ColdArchive, Tier::Bulk) => "5 to 12 hours",
            (Self::DeepColdArchive, Tier::Expedited) => "12 hours at most",
            (Self::DeepColdArchive, _) => "48 hours at most",
        }
    }

    /// Refuses more days than this class allows (official documentation of `RestoreObject`).
    pub(super) fn check(self, url: &ObjectUrl, days: u32) -> Result<(), Failure> {
        const MOST_OF_ARCHIVE: u32 = 7;
        if self != Self::Archive || days <= MOST_OF_ARCHIVE {
            return Ok(());
        }
        Err(Failure::usage(
            format!("restore {url}: objects of the class Archive are restored for 7 days at most"),
            "--days 7 is the most; the same command extends it later",
        ))
    }
}

/// How far the restoring of an archived object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It has to be restored.
    Frozen,
    /// It is being restored.
    Thawing,
    /// It can be read, until then as OSS writes it.
    Readable { until: Option<String> },
}

impl State {
    /// As the header `x-oss-restore` tells it (official documentation of `HeadObject`).
    pub(super) fn of(info: &ObjectInfo) -> Self {
        info.restore().map_or(Self::Frozen, Self::read)
    }

    fn read(header: &str) -> Self {
        if !header.contains("ongoing-request=\"false\"") {
            return Self::Thawing;
        }
        let date = header.split_once("expiry-date=\"");
        let date = date.and_then(|(_, rest)| rest.split_once('"'));
        Self::Readable {
            until: date.map(|(date, _)| date.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_how_far_it_is() {
        assert_eq!(State::read("ongoing-request=\"true\""), State::Thawing);
        let date = "Sun, 16 Apr 2017 08:12:33 GMT";
        let header = format!("ongoing-request=\"false\", expiry-date=\"{date}\"");
        let until = Some(date.to_owned());
        assert_eq!(State::read(&header), State::Readable { until });
    }

    #[test]
    fn what_is_not_archived_has_no_such_class() {
        for class in [None, Some("Standard"), Some("IA")] {
            assert_eq!(Class::of(class), None);
        }
        assert_eq!(Class::of(Some("ColdArchive")), Some(Class::ColdArchive));
    }
}
