//! Plays a scenario, and judges every run in it.

mod judge;

use std::path::{Path, PathBuf};

use ossum_durable::{Effect, SimFs};
use ossum_testkit::oracle::{Content, Violation};

use super::again::{Again, good_bytes};
use super::edit::{Edit, PRECIOUS, PRECIOUS_BYTES};
use super::names::{POWER_LOSS, SOURCE_CHANGED};
use super::scenario::{Run, Scenario, Step, Way};
use super::tally::Tally;
use super::transfer::{self, Ended};
use super::trouble::{ANSWER_DAMAGED, DiskTrouble, FULL, SHORT, name_of_failure};
use super::world::{FILE, World, is_checkpoint, is_partial, is_pointer};

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
    let played = std::panic::catch_unwind(|| play_in(World::of(scenario), scenario));
    played.unwrap_or_else(|_| Played {
        found: vec![(
            "somewhere".to_owned(),
            Violation::Died("a panic".to_owned()),
        )],
        tally: Tally::default(),
    })
}

fn play_in(world: World, scenario: &Scenario) -> Played {
    let mut play = Play {
        world,
        again: Again::default(),
        has_lost_power: false,
        has_lost_names: false,
        has_kept_names: false,
        has_damage: false,
        is_settled: true,
        played: Played::default(),
    };
    play.played.tally.planned = scenario.plans();
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
    /// Whether bytes arrived as others: a part of them is found only when all are there, and then all
    /// are fetched once more.
    has_damage: bool,
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
            step.name().inspect(|name| self.played.tally.count(name));
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
            self.has_damage |= trouble.name == ANSWER_DAMAGED && *fired > 0;
        }
        for (effect, errno) in &failures {
            tally.count(&name_of_failure(*effect, *errno));
        }
        tally.count_times(FULL, self.world.fs.out_of_space());
        tally.count_times(SHORT, self.world.fs.shortened());
        if ended.acts > 0 {
            tally.count(run.end.name().unwrap_or(SOURCE_CHANGED));
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
                self.played.tally.count(POWER_LOSS);
                world.fs.crash(seed)
            }
            None => world.fs.kill(),
        };
        world.fs.set_space(1 << 40);
        self.is_settled = power_loss.is_some() || is_success(ended);
        // Where the bytes are there already, nothing tells whether they are this transfer's.
        let is_new = before.visible != Some(before.wanted);
        let is_alone =
            is_new && !self.has_damage && run.disk.is_empty() && run.source_changes.is_none();
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

#[cfg(test)]
mod tests {
    use ossum_durable::Effect;

    use super::*;

    #[test]
    fn in_some_scenarios_nothing_is_found() {
        for seed in 1..40 {
            let Played { found, .. } = play(&Scenario::of(seed));
            assert!(found.is_empty(), "{seed}: {found:?}");
        }
    }

    #[test]
    fn a_disk_that_only_claims_to_sync_is_found_out() {
        let all = (0..200).map(Scenario::of);
        let downloads = all.filter(|it| it.settings.way == Way::Down && it.settings.is_durable);
        let found = downloads.take(20).filter(|scenario| {
            let undisturbed = scenario.keeping(&[]);
            let world = World::of(&undisturbed);
            world.fs.ignore(Effect::Sync);
            world.fs.ignore(Effect::SyncDirectory);
            let Played { found, .. } = play_in(world, &undisturbed);
            let is_told = |violation| matches!(violation, &Violation::NotDurable { .. });
            found.iter().any(|(_, violation)| is_told(violation))
        });
        assert!(found.count() > 15);
    }
}
