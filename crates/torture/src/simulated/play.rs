//! Plays a scenario, and judges every run in it.

use std::path::{Path, PathBuf};

use ossum_client::ErrorKind as ClientErrorKind;
use ossum_durable::{Effect, SimFs};
use ossum_testkit::oracle::{Content, End, Expected, Seen, Violation};
use ossum_transfer::{Error, ErrorKind};
use ossum_types::UploadId;

use super::again::{Again, good_bytes};
use super::edit::{Edit, PRECIOUS, PRECIOUS_BYTES};
use super::scenario::{Ending, Run, Scenario, Step, Way};
use super::tally::Tally;
use super::transfer::{self, Ended};
use super::trouble::DiskTrouble;
use super::world::{FILE, RETRIES, STATE, World, is_checkpoint, is_partial, is_pointer};

/// So many runs that nothing disturbs any transfer may take to be done.
pub(super) const MOST_CLEAN_RUNS: u64 = 2;

/// What became of a scenario.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// What is not as it must be, and where.
    pub(super) found: Vec<(String, Violation)>,
    pub(super) tally: Tally,
}

/// Plays `scenario` to its end, or to the first violation. A panic on the way is one.
pub(super) fn play(scenario: &Scenario) -> Played {
    let played = std::panic::catch_unwind(|| play_on(scenario));
    played.unwrap_or_else(|_| Played {
        found: vec![(
            "somewhere".to_owned(),
            Violation::Died("a panic".to_owned()),
        )],
        tally: Tally::default(),
    })
}

fn play_on(scenario: &Scenario) -> Played {
    let mut play = Play {
        world: World::of(scenario),
        again: Again::default(),
        has_lost_power: false,
        has_lost_names: false,
        has_kept_names: false,
        is_settled: true,
        played: Played::default(),
    };
    for (number, step) in scenario.steps.iter().enumerate() {
        play.step(number, step);
        if !play.played.found.is_empty() {
            return play.played;
        }
    }
    play.finish();
    play.played
}

#[allow(clippy::struct_excessive_bools)] // facts that have nothing to do with each other
struct Play {
    world: World,
    again: Again,
    has_lost_power: bool,
    /// Whether a directory could not be synced: what its names are after a power loss is unknown,
    /// and a later sync, of another process, cannot tell.
    has_lost_names: bool,
    /// Whether what is there at the beginning of a run would survive a power loss.
    is_settled: bool,
    /// Whether a file could not be removed: it was told of, for somebody to remove it by hand.
    has_kept_names: bool,
    played: Played,
}

/// What is known before a run.
struct Before {
    visible: Option<Content>,
    wanted: Content,
    good_bytes: Option<u64>,
}

impl Play {
    fn step(&mut self, number: usize, step: &Step) {
        let world = &mut self.world;
        let done = match step {
            Step::Run(run) => {
                self.run(&format!("step {number}"), run, Kind::Disturbed);
                return;
            }
            Step::Wait { seconds } => {
                world.pass(*seconds);
                return;
            }
            Step::AskForParts(bytes) => {
                world.settings.part_bytes = *bytes;
                self.again.forget();
                return;
            }
            Step::AskForWorkers(count) => {
                world.settings.workers = *count;
                return;
            }
            Step::EditSource(edit) => {
                world.edit_source(*edit);
                true
            }
            Step::EditPartial(edit) => world.edit_own(*edit, is_partial),
            Step::EditCheckpoint(edit) => world.edit_own(*edit, is_checkpoint),
            Step::EditPointer(edit) => world.edit_own(*edit, is_pointer),
            Step::OthersWrite => {
                world.others_write(number as u64);
                true
            }
            Step::OthersRemove => {
                world.others_remove();
                true
            }
            Step::OthersAbort => {
                world.others_abort();
                true
            }
        };
        if done {
            self.again.forget();
            self.played.tally.count(name_of(step));
        }
    }

    /// Runs until it is done, with nothing in its way.
    fn finish(&mut self) {
        self.world.clear_the_way();
        for nth in 1..=MOST_CLEAN_RUNS + 1 {
            let had = self.played.found.len();
            let end = self.run(
                &format!("clean run {nth}"),
                &Run::undisturbed(),
                Kind::Clean,
            );
            if self.played.found.len() > had {
                return;
            }
            if end == Clean::Done {
                self.played.tally.clean_runs(nth);
                self.check_precious();
                return;
            }
        }
        self.found("the end", Violation::Stuck);
    }

    fn run(&mut self, label: &str, run: &Run, kind: Kind) -> Clean {
        let before = self.before();
        let rules = run.troubles.iter().map(|trouble| trouble.rule.clone());
        self.world.oss.faults(rules);
        for trouble in &run.disk {
            plan(&self.world.fs, trouble);
        }
        let ended = transfer::run(&self.world, run);
        let fired = self.world.mend_server();
        let failures = self.world.fs.failures();
        self.world.look_at_source_again();
        let tally = &mut self.played.tally;
        for (trouble, fired) in run.troubles.iter().zip(&fired) {
            tally.count_times(trouble.name, *fired);
        }
        for (effect, errno) in &failures {
            tally.count(&format!("disk: {effect:?}: {:?}", errno.kind()));
        }
        if ended.acts > 0 {
            tally.count(name_of_end(run));
        }
        let has_failed = |effect| failures.iter().any(|(failed, _)| *failed == effect);
        self.has_lost_names |= has_failed(Effect::SyncDirectory);
        self.has_kept_names |= has_failed(Effect::Remove);
        let has_disk_failed = !failures.is_empty() || !run.disk.is_empty();
        let clean = self.judge(label, kind, &before, &ended, has_disk_failed);
        self.go_on(run, &before, &ended);
        clean
    }

    fn before(&self) -> Before {
        let wanted = self.world.wanted();
        let visible = self.world.visible();
        Before {
            visible,
            wanted,
            good_bytes: self
                .again
                .is_known()
                .then(|| good_bytes(&self.world, visible == Some(wanted))),
        }
    }

    fn judge(
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
                self.played.tally.count("ambiguous, told");
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
            && self.may_be_done(error)
        {
            expected = expected.may_be_done_on_failure();
        }
        expected
    }

    /// Whether nobody could know that all was done.
    fn may_be_done(&self, error: &Error) -> bool {
        let is_lost = error
            .client()
            .is_some_and(ossum_client::Error::may_have_been_done);
        let failures = self.world.fs.failures();
        let is_unsynced = failures
            .iter()
            .any(|(effect, _)| *effect == Effect::SyncDirectory);
        is_lost
            || is_unsynced
            || matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Ambiguous)
    }

    fn most_requests(&self, ended: &Ended, is_disturbed: bool) -> u64 {
        let parts = u64::from(ended.monitor.snapshot().parts_total);
        if !is_disturbed {
            return parts + 10;
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
            let left = files.filter(|path| !is_swept_later(path));
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

    /// What comes after a run: the next process, on what the last one has left.
    fn go_on(&mut self, run: &Run, before: &Before, ended: &Ended) {
        let world = &mut self.world;
        let power_loss = run.power_loss.filter(|_| {
            let visible = world.visible();
            // What was published without syncs may be lost as it may.
            world.settings.is_durable || visible == before.visible && !is_success(ended)
        });
        world.fs = match power_loss {
            Some(seed) => {
                self.has_lost_power = true;
                self.played.tally.count("power loss");
                world.fs.crash(seed)
            }
            None => world.fs.kill(),
        };
        world.fs.set_space(1 << 40);
        self.is_settled = power_loss.is_some() || is_success(ended);
        // Where the bytes are there already, nothing tells whether they are this transfer's.
        let is_new = before.visible != Some(before.wanted);
        let is_alone = is_new && run.disk.is_empty() && run.source_changes.is_none();
        if is_alone {
            self.again.has_ended(power_loss.is_some());
        } else {
            self.again.forget();
        }
    }

    fn check_precious(&mut self) {
        let found = self.world.fs.read(PRECIOUS);
        if found.is_some_and(|found| found != PRECIOUS_BYTES) {
            let found = Some(Content::of("somebody's file, written to"));
            self.found("the end", Violation::WrongBytes { found });
        }
    }

    fn found(&mut self, label: &str, violation: Violation) {
        self.played.found.push((label.to_owned(), violation));
    }
}

/// What is expected of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Something may be in its way.
    Disturbed,
    /// Nothing is: it has to succeed.
    Clean,
}

/// What a run that nothing disturbed has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clean {
    Done,
    NotYet,
}

impl World {
    fn edit_own(&mut self, edit: Edit, is_it: impl Fn(&Path) -> bool) -> bool {
        let is_it = |path: &Path| is_it(path) && !self.planted.iter().any(|it| it == path);
        let Some(path) = self.own_file(is_it) else {
            return false;
        };
        self.is_memory_damaged = true;
        let is_done = edit.apply(&self.fs, &path);
        if matches!(edit, Edit::Symlink | Edit::Directory) {
            self.planted.push(path);
        }
        is_done
    }

    /// Nothing is wrong any more: what only its owner may remove is removed.
    fn clear_the_way(&mut self) {
        for path in std::mem::take(&mut self.planted) {
            self.fs.remove(path);
        }
        // What was damaged so that it looks like somebody's own is left alone.
        let is_foreign = |path: &PathBuf| {
            let bytes = self.fs.read(path).unwrap_or_default();
            is_checkpoint(path) && !bytes.is_empty() && !ossum_checkpoint::is_checkpoint(&bytes)
        };
        for path in self.fs.files().iter().filter(|path| is_foreign(path)) {
            self.fs.remove(path);
        }
    }

    /// Takes note of a source that was changed within a run.
    fn look_at_source_again(&mut self) {
        match self.settings.way {
            Way::Up => {
                if let Some(bytes) = self.fs.read(FILE) {
                    self.source = bytes;
                }
            }
            Way::Down | Way::Copy => self.look_at_source(),
        }
    }
}

fn plan(fs: &SimFs, trouble: &DiskTrouble) {
    match trouble {
        DiskTrouble::Once(nth, effect, errno) => fs.fail(*nth, *effect, *errno),
        DiskTrouble::Always(effect, errno) => fs.fail_always(*effect, *errno),
        DiskTrouble::Space(bytes) => fs.set_space(*bytes),
        DiskTrouble::Short(len) => {
            fs.write_at_most(*len);
            fs.read_at_most(*len);
        }
    }
}

fn is_success(ended: &Ended) -> bool {
    !ended.is_killed && matches!(ended.outcome, Some(Ok(_)))
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

fn name_of(step: &Step) -> &'static str {
    match step {
        Step::Run(_) | Step::Wait { .. } | Step::AskForParts(_) | Step::AskForWorkers(_) => "",
        Step::EditSource(_) => "source edited",
        Step::EditPartial(_) => "bytes so far damaged",
        Step::EditCheckpoint(_) => "checkpoint damaged",
        Step::EditPointer(_) => "pointer damaged",
        Step::OthersWrite => "destination written by others",
        Step::OthersRemove => "destination removed by others",
        Step::OthersAbort => "uploads aborted by others",
    }
}

fn name_of_end(run: &Run) -> &'static str {
    match run.end {
        Ending::Itself => "source changed within a run",
        Ending::KilledAtStep(_) => "killed at a step of the disk",
        Ending::KilledAtRequest(_) => "killed before a request",
        Ending::KilledAfterRequest(_) => "killed after a request",
        Ending::CancelledAtRequest(_) => "cancelled",
        Ending::DroppedAtRequest(_) => "dropped",
    }
}
