//! Which transfer or run an ID, or its beginning, stands for.

use super::book::{Book, Unfinished};
use crate::failure::Failure;

/// The one whose ID begins with `beginning`.
pub(in crate::command) fn one<'a>(
    book: Option<&'a Book>,
    beginning: &str,
) -> Result<(&'a Book, Unfinished<'a>), Failure> {
    let wanted = beginning.to_ascii_lowercase();
    let is_id = (1..=16).contains(&wanted.len()) && wanted.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_id {
        return Err(Failure::usage(
            format!("{beginning} is not the ID of a transfer or run"),
            "`ossum jobs ls` shows them; the first digits of one are enough",
        ));
    }
    let none = || Failure::NoSuchJob(beginning.to_owned());
    let book = book.ok_or_else(none)?;
    let found: Vec<_> = book
        .all()
        .filter(|one| one.id().starts_with(&wanted))
        .collect();
    match found[..] {
        [] => Err(none()),
        [only] => Ok((book, only)),
        _ => Err(ambiguous(beginning, &found)),
    }
}

fn ambiguous(beginning: &str, found: &[Unfinished<'_>]) -> Failure {
    let ids: Vec<_> = found.iter().map(Unfinished::id).collect();
    Failure::usage(
        format!("{} unfinished jobs begin with {beginning}", ids.len()),
        format!("write more digits: {}", ids.join(" or ")),
    )
}
