use std::path::Path;

use ossum_client::ErrorKind as ClientErrorKind;
use ossum_durable::Operation;
use ossum_testkit::oracle::{Content, End, Expected, Seen, Violation};
use ossum_transfer::{Error, ErrorKind};
use ossum_types::UploadId;

use super::{Before, Clean, Kind, Play};
use crate::simulated::scenario::Way;
use crate::simulated::transfer::Ended;
use crate::simulated::world::{FILE, RETRIES, STATE, is_partial};

/// Where the checkpoint of an upload is that could not lie beside its file.
const SPARE: &str = "/state/checkpoints";

impl Play {
    /// Judges a run that has ended.
    pub(super) fn judge(
        &mut self,
        label: &str,
        kind: Kind,
        before: &Before,
        ended: &Ended,
        has_disk_failed: bool,
    ) -> Clean {
        let error = match &ended.outcome {
            Some(Err(error)) => Some(error),
            _ => None,
        };
        self.world.excused.extend(told(error));
        let is_disturbed = kind == Kind::Disturbed;
        let expected = self.expected(before, ended, is_disturbed);
        let mut seen = self.seen(ended);
        self.look_at_residue(&mut seen, has_disk_failed);
        let is_success = seen.end == End::Success;
        let mut clean = Clean::NotYet;
        let expected = if is_success {
            clean = Clean::Done;
            expected
        } else if is_disturbed {
            expected
        } else if error.is_some_and(|error| self.is_an_answer(error, before)) {
            if error.is_some_and(|error| error.kind() == ErrorKind::Ambiguous) {
                self.played.tally.told_ambiguous += 1;
            } else {
                clean = Clean::Done; // what is there stays
            }
            expected
        } else {
            expected.must_succeed()
        };
        let verdict = expected.judge(&seen);
        for violation in verdict.violations() {
            let why = error.map(explained).unwrap_or_default();
            self.played
                .found
                .push((format!("{label}{why}"), violation.clone()));
        }
        self.count_bytes_again(label, before, ended, is_disturbed);
        clean
    }

    /// Whether a failure is the right answer though nothing went wrong in this run.
    fn is_an_answer(&self, error: &Error, before: &Before) -> bool {
        let exists = [
            ErrorKind::AlreadyExists,
            ErrorKind::Service(ClientErrorKind::AlreadyExists),
        ];
        match error.kind() {
            ErrorKind::Ambiguous => true,
            // The object has become shorter.
            ErrorKind::Service(ClientErrorKind::InvalidRange) => before.wanted == Content::of(b""),
            kind if exists.contains(&kind) => {
                !self.world.settings.replaces && before.visible.is_some()
            }
            _ => false,
        }
    }

    fn expected(&self, before: &Before, ended: &Ended, is_disturbed: bool) -> Expected {
        let now = self.world.wanted();
        let mut expected = Expected::new(before.wanted)
            .or(now)
            .replacing(before.visible)
            .asking_at_most(self.most_requests(ended, is_disturbed));
        let is_wanted = before
            .visible
            .is_none_or(|it| it == before.wanted || it == now);
        if !self.world.settings.replaces && !is_wanted {
            expected = expected.must_fail();
        }
        if let Some(Err(error)) = &ended.outcome
            && may_be_done(error)
        {
            expected = expected.may_be_done_on_failure();
        }
        expected
    }

    fn most_requests(&self, ended: &Ended, is_disturbed: bool) -> u64 {
        let parts = u64::from(ended.monitor.snapshot().parts_total);
        if !is_disturbed {
            let rounds = 1 + u64::from(self.has_damage);
            return rounds * parts + 10;
        }
        let attempts = if self.world.settings.starts_over {
            3
        } else {
            1
        };
        // A transfer may look twice at what it finds wrong, and move it once more.
        attempts * (3 * parts + 16) * u64::from(1 + RETRIES)
    }

    fn seen(&self, ended: &Ended) -> Seen {
        let end = match &ended.outcome {
            _ if ended.is_killed => End::Killed,
            None => End::Killed,
            Some(Ok(_)) => End::Success,
            Some(Err(error)) if error.kind() == ErrorKind::Internal => End::Died(explained(error)),
            Some(Err(_)) => End::Failure,
        };
        let snapshot = ended.monitor.snapshot();
        Seen {
            visible: self.world.visible(),
            after_power_loss: self.after_power_loss(&end),
            took: ended.took,
            bytes: snapshot.bytes_moved,
            requests: snapshot.requests,
            outputs: self.outputs(ended),
            ..Seen::at(end)
        }
    }

    fn outputs(&self, ended: &Ended) -> Vec<(String, Vec<u8>)> {
        let memory = self.world.memory().into_iter();
        let written = memory
            .filter(|(path, _)| !is_partial(path))
            .map(|(path, bytes)| (path.display().to_string(), bytes));
        let said = match &ended.outcome {
            Some(Err(error)) => Some(("the error".to_owned(), explained(error).into())),
            _ => None,
        };
        written.chain(said).collect()
    }

    fn after_power_loss(&self, end: &End) -> Vec<Option<Content>> {
        let world = &self.world;
        if world.settings.way != Way::Down || !world.settings.is_durable || self.has_lost_names {
            return Vec::new();
        }
        let seeds: &[u64] = match end {
            End::Success => &[0, 2, 3],
            _ if self.is_settled => &[0, 2],
            _ => &[],
        };
        let after = |seed: &u64| world.fs.crash(*seed).read(FILE).map(Content::of);
        seeds.iter().map(after).collect()
    }

    fn look_at_residue(&mut self, seen: &mut Seen, has_disk_failed: bool) {
        let world = &mut self.world;
        // Of a future that was dropped nobody hears that its upload could not be aborted.
        let is_killed = seen.end == End::Killed;
        let memory = world.memory();
        let open = world.open_uploads();
        let open: Vec<UploadId> = open.into_iter().map(|(upload_id, _)| upload_id).collect();
        for upload_id in open {
            if world.excused.contains(&upload_id) {
                continue;
            }
            seen.open_uploads += 1;
            let mut lasting = memory.iter().filter(|(path, _)| !is_swept_later(path));
            let is_remembered = lasting.any(|(_, bytes)| has(bytes, upload_id.as_str().as_bytes()));
            if is_remembered {
                continue;
            }
            let is_forgivable = world.is_memory_damaged
                || self.has_lost_power && (!world.settings.is_durable || self.has_lost_names)
                || is_killed && (has_disk_failed || !world.settings.is_remembered);
            if is_forgivable {
                world.excused.insert(upload_id);
                seen.open_uploads -= 1;
            } else {
                seen.orphans += 1;
            }
        }
        let is_certain = !self.has_kept_names && !self.has_lost_names;
        if is_certain && !world.is_memory_damaged && !has_disk_failed {
            let files = memory.into_iter().map(|(path, _)| path);
            // A power loss may bring back a checkpoint whose removal was not synced; where there is
            // one in the usual place, the spare one is looked for by a later run.
            let is_spare = |path: &Path| self.has_lost_power && path.starts_with(SPARE);
            let left = files.filter(|path| !is_swept_later(path) && !is_spare(path));
            seen.left = left.map(|path| path.display().to_string()).collect();
        }
    }

    fn count_bytes_again(
        &mut self,
        label: &str,
        before: &Before,
        ended: &Ended,
        is_disturbed: bool,
    ) {
        let Some(good) = before.good_bytes.filter(|_| !is_disturbed) else {
            return;
        };
        let Some(Ok(report)) = &ended.outcome else {
            return;
        };
        let moved = ended.monitor.snapshot().bytes_moved;
        let had_to = report.bytes_total.saturating_sub(good);
        let again = moved.saturating_sub(had_to);
        let most = self.again.most(&self.world);
        self.played
            .tally
            .moved_again(again, self.again.has_lost_power());
        if again > most {
            let (moved, most) = (moved, had_to + most);
            self.found(label, Violation::MovedAgain { moved, most });
        }
    }
}

/// Whether an error leaves it open that all was done, or says so: of a target that has its name, it
/// tells that a power loss may take the name back.
fn may_be_done(error: &Error) -> bool {
    let is_lost = error
        .client()
        .is_some_and(ossum_client::Error::may_have_been_done);
    let is_unsynced = matches!(
        error.disk(),
        Some(ossum_durable::Error::Io {
            operation: Operation::SyncDirectory,
            ..
        })
    );
    is_lost || is_unsynced || matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Ambiguous)
}

fn told(error: Option<&Error>) -> Option<UploadId> {
    error.and_then(Error::left_upload).cloned()
}

/// What a kill leaves of a pointer that was being written; a later process removes it after a day.
fn is_swept_later(path: &Path) -> bool {
    path.starts_with(STATE) && path.extension().is_some_and(|end| end == "tmp")
}

/// An error with its causes, as people see it.
fn explained(error: &Error) -> String {
    let mut text = format!(" [{:?}] {error}", error.kind());
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
