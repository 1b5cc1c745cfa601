//! What both directions do about a source that changes, and what a path is called for good.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::options::OnChange;
use crate::report::Report;

/// So often a transfer starts over because its source changed.
const MOST_RESTARTS: u32 = 2;

/// Makes attempts until one ends otherwise than by a change of the source.
pub(crate) async fn again_on_change<F>(
    on_change: OnChange,
    mut attempt: impl FnMut() -> F,
) -> Result<Report, Error>
where
    F: Future<Output = Result<Report, Error>>,
{
    let mut restarts = 0;
    let mut restarted = None;
    loop {
        match attempt().await {
            Err(error) if on_change == OnChange::StartOver && restarts < MOST_RESTARTS => {
                let Some(reason) = error.is_change() else {
                    return Err(error);
                };
                if error.left_upload().is_some() {
                    return Err(error); // somebody has to hear of it
                }
                tracing::warn!("{error}: starting over");
                restarts += 1;
                restarted = Some(reason);
            }
            outcome => {
                return outcome.map(|report| Report {
                    // What an attempt of this run has left is not an earlier run's.
                    resumed: report.resumed && restarts == 0,
                    restarted: report.restarted.or(restarted),
                    ..report
                });
            }
        }
    }
}

/// The path from the root, without looking at any file.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    // It fails for an empty path only, or where there is no current directory; what is opened next
    // says so better.
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
