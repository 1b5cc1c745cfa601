use ossum_many::RunPointer;

use super::one_transfer;
use crate::args::JobsRmArgs;
use crate::command::jobs::book::Book;
use crate::failure::Failure;
use crate::message;
use crate::output::Undone;
use crate::session::Session;

/// Gives up a run: first each of its transfers, and when nothing of them is left, its record. So a
/// failure leaves what can be given up again.
pub(super) fn give_up(
    session: &Session,
    book: &Book,
    run: &RunPointer,
    args: &JobsRmArgs,
) -> Result<Undone, Failure> {
    // Nobody goes on with it meanwhile.
    let claim = book.runs.claim(run.clone())?;
    let mut undone = Undone::default();
    for pointer in book.of(run) {
        let of_one = one_transfer::give_up(session, &book.pointers, pointer, args)?;
        undone.add(of_one);
    }
    if args.dry_run {
        return Ok(undone);
    }
    if let Some(left) = claim.remove()? {
        let left = left.to_string_lossy();
        tracing::warn!(
            "{} has checkpoints that nothing leads to; what they remember may be unfinished at OSS (ossum parts ls)",
            message::escaped(&left)
        );
    } else {
        undone.removed.push(run.record.display().to_string());
    }
    Ok(undone)
}
