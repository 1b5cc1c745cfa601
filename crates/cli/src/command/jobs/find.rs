//! Which transfer an ID, or its beginning, stands for.

use ossum_checkpoint::Pointer;

use crate::failure::Failure;
use crate::session::Session;

/// All unfinished transfers, the oldest first.
pub(in crate::command) fn all(session: &Session) -> Result<Vec<Pointer>, Failure> {
    match super::pointers(session) {
        Some(pointers) => Ok(pointers.list()?),
        None => Ok(Vec::new()),
    }
}

/// The one whose ID begins with `beginning`.
pub(in crate::command) fn one(session: &Session, beginning: &str) -> Result<Pointer, Failure> {
    let wanted = beginning.to_ascii_lowercase();
    let is_id = (1..=16).contains(&wanted.len()) && wanted.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_id {
        return Err(Failure::usage(
            format!("{beginning} is not the ID of a transfer"),
            "`ossum jobs ls` shows them; the first digits of one are enough",
        ));
    }
    let mut found = all(session)?;
    found.retain(|pointer| pointer.transfer.id().to_string().starts_with(&wanted));
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            found.push(last);
            Err(ambiguous(beginning, &found))
        }
        (None, _) => Err(Failure::NoSuchJob(beginning.to_owned())),
    }
}

fn ambiguous(beginning: &str, found: &[Pointer]) -> Failure {
    let ids: Vec<_> = found
        .iter()
        .map(|pointer| pointer.transfer.id().to_string())
        .collect();
    Failure::usage(
        format!("{} unfinished transfers begin with {beginning}", ids.len()),
        format!("write more digits: {}", ids.join(" or ")),
    )
}
