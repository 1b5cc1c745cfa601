//! Power that goes at any write of a real file system to its disk.
//!
//! A download, an upload, and a download of a small object runs on a file system whose disk takes down every write and every flush. Each beginning
//! of that list is a disk as a power loss may leave it; so is one with any of what was written since
//! the last flush left out, by pages. Each is mounted by the kernel: what is public must be whole, and
//! must be the new file where the program had said so; and the next run must come to its end, whatever the
//! disk still knows of the one before.

mod disk;
mod file_system;
mod scene;

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::Args;

use crate::score::say;
use crate::{Bound, Figure, Figures};
use disk::Event;
use file_system::{FileSystem, copy};
use scene::{Recording, Scene, Way};

/// Which program, and how often.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The program that moves bytes
    #[arg(long, value_name = "PATH", default_value = "target/release/ossum")]
    pub(crate) ossum: PathBuf,
    /// How many cuts of each transfer on each file system [default: 80, or 1000 with --long]
    #[arg(long, value_name = "N")]
    cuts: Option<usize>,
    /// Only on this file system: ext4, xfs, btrfs
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

const CUTS: usize = 80;
const CUTS_LONG: usize = 1000;

/// How much of a disk is written at once, or not.
const PAGE_BYTES: usize = 4096;

#[derive(Debug, Default)]
struct Tally {
    cuts: u64,
    wrong: u64,
    rows: Vec<u8>,
}

/// Cuts the power, and counts what became of it.
///
/// Cases: 11, 12.
///
/// # Errors
/// If there is no such program. Where disks cannot be recorded, that is said in the figures.
pub fn run(arguments: &Arguments, long: bool) -> anyhow::Result<Figures> {
    let binary = fs::canonicalize(&arguments.ossum)
        .with_context(|| format!("find {}", arguments.ossum.display()))?;
    let cuts = arguments
        .cuts
        .unwrap_or(if long { CUTS_LONG } else { CUTS });
    let (mut tally, mut skipped, mut counts) = (Tally::default(), Vec::new(), Vec::new());
    for file_system in FileSystem::ALL {
        let name = file_system.to_string();
        let is_wanted = match &arguments.only {
            Some(only) => *only == name,
            None => long || file_system == FileSystem::Ext4,
        };
        if !is_wanted {
            continue;
        }
        for way in [Way::Down, Way::Up, Way::Small] {
            let recorded = Scene::new(way, file_system, &binary)
                .and_then(|scene| scene.record().map(|recording| (scene, recording)));
            match recorded {
                Ok((scene, recording)) => {
                    let made = cut(&scene, recording, cuts, &mut tally)?;
                    counts.push(figure(
                        format!("power cuts on {name}, {way}"),
                        made,
                        None,
                        Bound::AtLeast(cuts as u64),
                    ));
                }
                Err(error) => skipped.push(format!("{name}, {way}: {error:#}")),
            }
        }
    }
    for skipped in &skipped {
        say(&format!("SKIPPED {skipped}"));
    }
    counts.push(figure(
        "that ended wrong, or the next run".to_owned(),
        tally.wrong,
        Some(tally.cuts),
        Bound::AtMost(0),
    ));
    for (row, what) in [(1, "wrong bytes"), (2, "a false end"), (10, "leftovers")] {
        let is_of_row = |found: &u8| u64::from(*found == row);
        let counted = tally.rows.iter().map(is_of_row).sum();
        counts.push(Figure {
            row,
            ..figure(
                format!("power cuts with {what}"),
                counted,
                Some(tally.cuts),
                Bound::AtMost(0),
            )
        });
    }
    Ok(Figures {
        part: "power-cuts".to_owned(),
        long,
        counts,
        skipped,
    })
}

fn figure(what: String, counted: u64, of: Option<u64>, bound: Bound) -> Figure {
    Figure {
        row: 5,
        what,
        counted,
        of,
        bound,
    }
}

/// Cuts the power `cuts` times, spread over recordings: how much the kernel writes by itself, and
/// when, is never twice the same. Tells how often it was.
fn cut(
    scene: &Scene,
    mut recording: Recording,
    cuts: usize,
    tally: &mut Tally,
) -> anyhow::Result<u64> {
    let began = Instant::now();
    let mut made = 0;
    let mut recordings = 0;
    while made < cuts {
        recordings += 1;
        made += cut_recording(scene, &recording, cuts - made, recordings, tally)?;
        if made < cuts {
            recording = scene.record()?;
        }
    }
    say(&format!(
        "{}: {made} cuts of {recordings} recordings in {:.0} s",
        scene.name(),
        began.elapsed().as_secs_f64()
    ));
    Ok(made as u64)
}

/// Cuts at every write of one recording, in order, up to so many cuts; after each, once more with
/// only some of what was not flushed.
fn cut_recording(
    scene: &Scene,
    recording: &Recording,
    most: usize,
    seed: u64,
    tally: &mut Tally,
) -> anyhow::Result<usize> {
    let Recording { events, done_at } = recording;
    let writes = events.iter().filter(|event| event.is_write()).count();
    // Spread over all of it where there are more than are wanted; two cuts at each.
    let stride = (2 * writes).div_ceil(most.max(1)).max(1);
    say(&format!(
        "{}: {} events, {writes} of them writes; done after {done_at}; every {stride}.",
        scene.name(),
        events.len()
    ));
    let (prefix, flushed, image) = (
        scene.path("prefix"),
        scene.path("flushed"),
        scene.path("cut"),
    );
    copy(&scene.base(), &prefix)?;
    copy(&scene.base(), &flushed)?;
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut since_flush, mut written, mut made) = (0, 0, 0);
    for (index, event) in events.iter().enumerate() {
        let was_done = index + 1 >= *done_at;
        let Event::Write { offset, bytes } = event else {
            write_all(&flushed, &events[since_flush..index], |_| true)?;
            since_flush = index;
            continue;
        };
        File::options()
            .write(true)
            .open(&prefix)?
            .write_all_at(bytes, *offset)?;
        written += 1;
        if written % stride != 0 {
            continue;
        }
        copy(&prefix, &image)?;
        look(
            scene,
            &image,
            &format!("all of {} events", index + 1),
            was_done,
            tally,
        )?;
        copy(&flushed, &image)?;
        write_all(&image, &events[since_flush..=index], |_| random.bool())?;
        let what = format!("some of {} events, seed {seed}", index + 1);
        look(scene, &image, &what, was_done, tally)?;
        made += 2;
    }
    Ok(made)
}

/// Brings those pages of `events` to `image` that are `kept`.
fn write_all(
    image: &Path,
    events: &[Event],
    mut kept: impl FnMut(u64) -> bool,
) -> anyhow::Result<()> {
    let image = File::options().write(true).open(image)?;
    for event in events {
        let Event::Write { offset, bytes } = event else {
            continue;
        };
        let starts = (*offset..).step_by(PAGE_BYTES);
        for (start, page) in starts.zip(bytes.chunks(PAGE_BYTES)) {
            if kept(start) {
                image.write_all_at(page, start)?;
            }
        }
    }
    Ok(())
}

fn look(
    scene: &Scene,
    image: &Path,
    what: &str,
    was_done: bool,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let name = scene.name();
    let found = scene
        .power_comes_back(image, was_done)
        .with_context(|| format!("{name}, {what}"))?;
    tally.cuts += 1;
    tally.wrong += u64::from(!found.is_empty());
    for (run, violation, output) in found {
        let row = violation.row();
        say(&format!(
            "{name}, {what}: {run}: F{row}: {violation}\n{output}"
        ));
        tally.rows.push(row);
    }
    Ok(())
}
