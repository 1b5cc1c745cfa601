use std::fmt;

use fastrand::Rng;

use super::edit::Edit;
use super::trouble::{DiskTrouble, Trouble};

const KIB: u64 = 1024;

/// The smallest part of an upload.
const LEAST_PART_BYTES: u64 = 100 * KIB;

/// Which way the bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
    Copy,
}

/// One transfer, and all that happens to it until it is done. A seed decides all of it.
#[derive(Clone)]
pub(super) struct Scenario {
    pub(super) seed: u64,
    pub(super) settings: Settings,
    pub(super) steps: Vec<Step>,
}

/// What is moved, and how.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // each is an option of a transfer
pub(super) struct Settings {
    pub(super) way: Way,
    pub(super) size: u64,
    pub(super) part_bytes: u64,
    pub(super) workers: usize,
    pub(super) is_durable: bool,
    /// Whether what is at the destination may be replaced.
    pub(super) replaces: bool,
    /// Whether something is at the destination.
    pub(super) is_there: bool,
    pub(super) is_remembered: bool,
    /// Whether checkpoints lie in a directory of their own.
    pub(super) in_directory: bool,
    pub(super) believes_unchanged: bool,
    pub(super) adopts: bool,
    pub(super) starts_over: bool,
    /// Of a download: these bytes of the object, from and how many.
    pub(super) range: Option<(u64, u64)>,
}

/// Something that happens, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// The transfer is begun, or begun again.
    Run(Run),
    /// Time passes.
    Wait {
        seconds: u64,
    },
    /// Somebody changes the source.
    EditSource(Edit),
    /// Somebody or something damages the bytes so far.
    EditPartial(Edit),
    EditCheckpoint(Edit),
    EditPointer(Edit),
    /// Somebody writes other bytes to the destination, or removes what is there.
    OthersWrite,
    OthersRemove,
    /// Somebody aborts all uploads.
    OthersAbort,
    /// Later runs ask for parts of this size.
    AskForParts(u64),
    /// Later runs have so many workers.
    AskForWorkers(usize),
}

/// One run of the transfer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) troubles: Vec<Trouble>,
    pub(super) disk: Vec<DiskTrouble>,
    /// The source changes just before this request, from 1.
    pub(super) source_changes: Option<(usize, Edit)>,
    pub(super) end: Ending,
    /// The power goes when it has ended, and this decides what is kept of what was not synced.
    pub(super) power_loss: Option<u64>,
}

/// How a run is ended, if not by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Itself,
    /// Killed after so many steps of the disk.
    KilledAtStep(u64),
    /// Killed just before this request, from 1.
    KilledAtRequest(usize),
    /// Killed when this request has been carried out.
    KilledAfterRequest(usize),
    /// Asked to end just before this request.
    CancelledAtRequest(usize),
    /// Its future is dropped just before this request.
    DroppedAtRequest(usize),
}

impl Scenario {
    /// The scenario that `seed` stands for.
    pub(super) fn of(seed: u64) -> Self {
        let rng = &mut Rng::with_seed(seed);
        let settings = Settings::any(rng);
        let count = *pick(rng, &[1, 1, 2, 2, 3, 4, 6, 9]);
        let steps = (0..count).map(|_| Step::any(rng, &settings)).collect();
        Self {
            seed,
            settings,
            steps,
        }
    }

    /// The same, but only those of its steps whose numbers are in `kept`.
    pub(super) fn keeping(&self, kept: &[usize]) -> Self {
        let steps = kept.iter().filter_map(|step| self.steps.get(*step));
        Self {
            steps: steps.cloned().collect(),
            ..self.clone()
        }
    }
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:?}", self.settings)?;
        for (number, step) in self.steps.iter().enumerate() {
            writeln!(f, "  {number}: {step:?}")?;
        }
        Ok(())
    }
}

impl Settings {
    fn any(rng: &mut Rng) -> Self {
        let way = *pick(rng, &[Way::Up, Way::Up, Way::Down, Way::Down, Way::Copy]);
        let part_bytes = any_part_bytes(rng, way);
        let size = any_size(rng, part_bytes);
        let range = (way == Way::Down && size > 1 && one_in(rng, 8)).then(|| {
            let from = rng.u64(0..size);
            (from, rng.u64(1..=size - from))
        });
        Self {
            way,
            size,
            part_bytes,
            workers: rng.usize(1..=4),
            is_durable: !one_in(rng, 6),
            replaces: !one_in(rng, 5),
            is_there: rng.bool(),
            is_remembered: !one_in(rng, 12),
            in_directory: one_in(rng, 6),
            believes_unchanged: one_in(rng, 4),
            adopts: one_in(rng, 5),
            starts_over: one_in(rng, 3),
            range,
        }
    }
}

fn any_part_bytes(rng: &mut Rng, way: Way) -> u64 {
    match way {
        // A download may have smaller parts: faster, and with pages that two parts share.
        Way::Down if !one_in(rng, 4) => *pick(rng, &[1000, 4096, 10_000, 32 * KIB]),
        _ => LEAST_PART_BYTES + *pick(rng, &[0, 0, 0, 1, 28 * KIB]),
    }
}

/// Nothing, one byte, a part and a byte more or less, a few parts, many.
fn any_size(rng: &mut Rng, part_bytes: u64) -> u64 {
    match rng.u8(0..16) {
        0 => 0,
        1 => 1,
        2 => part_bytes - 1,
        3 => part_bytes,
        4 => part_bytes + 1,
        5 => 2 * part_bytes,
        6 => 3 * part_bytes - 1,
        7 => part_bytes * rng.u64(6..=10) + rng.u64(0..part_bytes),
        _ => part_bytes * rng.u64(1..=5) + rng.u64(0..part_bytes),
    }
}

impl Step {
    fn any(rng: &mut Rng, settings: &Settings) -> Self {
        match rng.u8(0..32) {
            0 => Self::Wait {
                seconds: *pick(rng, &[1, 3, 600, 100_000]),
            },
            1 | 2 => Self::EditSource(Edit::of_source(rng)),
            3 | 4 => Self::EditPartial(Edit::any(rng)),
            5 | 6 => Self::EditCheckpoint(Edit::any(rng)),
            7 => Self::EditPointer(Edit::any(rng)),
            8 => Self::OthersWrite,
            9 => Self::OthersRemove,
            10 => Self::OthersAbort,
            11 => Self::AskForParts(any_part_bytes(rng, settings.way)),
            12 => Self::AskForWorkers(rng.usize(1..=4)),
            _ => Self::Run(Run::any(rng, settings)),
        }
    }
}

impl Run {
    /// One that nothing happens to.
    pub(super) fn undisturbed() -> Self {
        Self {
            troubles: Vec::new(),
            disk: Vec::new(),
            source_changes: None,
            end: Ending::Itself,
            power_loss: None,
        }
    }

    fn any(rng: &mut Rng, settings: &Settings) -> Self {
        let parts = usize::try_from(settings.size.div_ceil(settings.part_bytes)).unwrap_or(1);
        let requests = parts + 4;
        let nth = rng.usize(1..=requests);
        let steps = 12 + 4 * parts as u64;
        let end = match rng.u8(0..16) {
            0..=3 => Ending::KilledAtStep(rng.u64(0..steps)),
            4 | 5 => Ending::KilledAtRequest(nth),
            6 | 7 => Ending::KilledAfterRequest(nth),
            8 => Ending::CancelledAtRequest(nth),
            9 => Ending::DroppedAtRequest(nth),
            _ => Ending::Itself,
        };
        let troubles = (0..*pick(rng, &[0, 0, 1, 1, 1, 2, 3]))
            .map(|_| Trouble::any(rng, settings))
            .collect();
        let disk = (0..*pick(rng, &[0, 0, 0, 1, 1, 2]))
            .map(|_| DiskTrouble::any(rng))
            .collect();
        let source_changes = one_in(rng, 12).then(|| {
            let at = rng.usize(1..=requests);
            (at, Edit::of_source(rng))
        });
        Self {
            troubles,
            disk,
            source_changes,
            end,
            power_loss: one_in(rng, 3).then(|| rng.u64(0..1000)),
        }
    }
}

pub(super) fn pick<'a, T>(rng: &mut Rng, all: &'a [T]) -> &'a T {
    &all[rng.usize(0..all.len())]
}

pub(super) fn one_in(rng: &mut Rng, count: u32) -> bool {
    rng.u32(0..count) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_stands_for_one_scenario() {
        let shown = |seed| format!("{:?}", Scenario::of(seed));
        assert_eq!(shown(7), shown(7));
        assert_ne!(shown(7), shown(8));
    }

    #[test]
    fn steps_are_kept_by_their_numbers() {
        let all = (0..100)
            .map(Scenario::of)
            .find(|scenario| scenario.steps.len() > 2);
        let all = all.unwrap();
        let kept = all.keeping(&[0, 2, 1000]);
        assert_eq!(kept.steps, [all.steps[0].clone(), all.steps[2].clone()]);
    }
}
