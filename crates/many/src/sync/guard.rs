//! Whether a plan may be carried out.

use super::plan::Totals;
use super::request::Delete;
use crate::error::Error;

/// What is known of the source of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// As a user writes it.
    pub(super) place: &'a str,
    /// How many items it has.
    pub(super) items: u64,
    /// How many times it was not known what it has.
    pub(super) unknown: u64,
}

/// Finds that deletions follow from what the source surely has, and are not too many.
///
/// # Errors
/// Why not. Nothing may be deleted then, and nothing copied either: who asked for both has made a
/// mistake, or the disk that the source is on is not there.
pub(super) fn guard(totals: &Totals, source: Source<'_>, delete: &Delete) -> Result<(), Error> {
    if source.unknown > 0 {
        return Err(Error::UnknownSource {
            source_place: source.place.to_owned(),
            unknown: source.unknown,
        });
    }
    if source.items == 0 && totals.delete > 0 {
        return Err(Error::EmptySource {
            source_place: source.place.to_owned(),
            would_delete: totals.delete,
        });
    }
    guard_number(totals, delete)
}

/// Finds that deletions are not too many.
pub(super) fn guard_number(totals: &Totals, delete: &Delete) -> Result<(), Error> {
    let most = delete.most.of(totals.destination_items);
    if totals.delete > most {
        return Err(Error::TooManyDeleted {
            would_delete: totals.delete,
            there: totals.destination_items,
            most,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::request::MostDeleted;

    fn totals(delete: u64, destination_items: u64) -> Totals {
        Totals {
            delete,
            destination_items,
            ..Totals::default()
        }
    }

    fn source(items: u64, unknown: u64) -> Source<'static> {
        Source {
            place: "/d",
            items,
            unknown,
        }
    }

    #[test]
    fn as_many_as_may_be_deleted_are_and_one_more_is_too_many() {
        let at_most = |count| Delete {
            most: MostDeleted::Count(count),
            backup: None,
        };
        for count in [0, 1, 7] {
            assert!(guard(&totals(count, 9), source(1, 0), &at_most(count)).is_ok());
            let refused = guard(&totals(count + 1, 9), source(1, 0), &at_most(count));
            assert!(matches!(refused, Err(Error::TooManyDeleted { .. })));
        }
        let usual = Delete::default();
        assert!(guard(&totals(1000, 1000), source(1, 0), &usual).is_ok());
        assert!(guard(&totals(1001, 1001), source(1, 0), &usual).is_err());
        assert!(guard(&totals(2000, 20_000), source(1, 0), &usual).is_ok());
        assert!(guard(&totals(2001, 20_000), source(1, 0), &usual).is_err());
    }

    #[test]
    fn an_empty_source_deletes_nothing_and_may_be_empty_where_there_is_nothing() {
        let refused = guard(&totals(1, 1), source(0, 0), &Delete::default());
        assert!(matches!(refused, Err(Error::EmptySource { .. })));
        assert!(guard(&totals(0, 0), source(0, 0), &Delete::default()).is_ok());
    }

    #[test]
    fn a_source_that_is_known_in_part_stops_it_whatever_would_be_deleted() {
        let refused = guard(&totals(0, 1), source(5, 1), &Delete::default());
        assert!(matches!(refused, Err(Error::UnknownSource { .. })));
    }
}
