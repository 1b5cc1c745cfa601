use ossum_types::{Crc64, PartSize};

use super::scenario::Way;
use super::world::{FILE, World, is_checkpoint, is_partial};

/// What is known of how much a run may have to move again.
#[derive(Debug, Default)]
pub(super) struct Again(State);

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No run has ended yet.
    #[default]
    Nothing,
    /// Processes ended; nothing else has happened.
    Ended,
    /// The power went as well.
    PowerLost,
    /// Something was changed by others: all bets are off.
    Unknown,
}

/// What is synced at once at most, and so may be lost with the power.
const WINDOW_BYTES: u64 = 1 << 30;

impl Again {
    /// Somebody has changed something: what is there already is no longer known.
    pub(super) fn forget(&mut self) {
        self.0 = State::Unknown;
    }

    /// A run has ended.
    pub(super) fn has_ended(&mut self, power_lost: bool) {
        self.0 = match self.0 {
            State::Unknown => State::Unknown,
            State::PowerLost => State::PowerLost,
            _ if power_lost => State::PowerLost,
            _ => State::Ended,
        };
    }

    pub(super) fn is_known(&self) -> bool {
        matches!(self.0, State::Ended | State::PowerLost)
    }

    pub(super) fn has_lost_power(&self) -> bool {
        self.0 == State::PowerLost
    }

    /// How many bytes that are there may be moved again: parts that were on their way, and after a
    /// power loss what was not synced.
    pub(super) fn most(&self, world: &World) -> u64 {
        let settings = &world.settings;
        let in_flight = settings.workers as u64 * settings.part_bytes;
        match self.0 {
            State::PowerLost => in_flight + WINDOW_BYTES,
            _ => in_flight,
        }
    }
}

/// How many bytes are where the transfer is to bring them, verified: in whole parts.
pub(super) fn good_bytes(world: &World, is_done: bool) -> u64 {
    if !world.settings.is_remembered {
        return 0;
    }
    let is_remembered = world.own_file(is_checkpoint).is_some();
    if !is_remembered {
        return 0;
    }
    let wanted = wanted(world);
    if is_done {
        return wanted.len() as u64;
    }
    let part_bytes = PartSize::new(world.settings.part_bytes).map_or(1, PartSize::get);
    let part_len = usize::try_from(part_bytes).expect("a small part");
    let parts = wanted.chunks(part_len);
    let good: usize = match world.settings.way {
        Way::Down => {
            let partial = world
                .own_file(is_partial)
                .and_then(|path| world.fs.read(path));
            let partial = partial.unwrap_or_default();
            let found = partial.chunks(part_len);
            let equal = parts.zip(found).filter(|(part, found)| part == found);
            equal.map(|(part, _)| part.len()).sum()
        }
        Way::Up | Way::Copy => {
            let parts: Vec<_> = parts.collect();
            let open = world.open_uploads();
            let listed = open.iter().map(|(_, listed)| {
                let good = listed.iter().filter_map(|listed| {
                    let index = usize::try_from(listed.number.get()).ok()? - 1;
                    let part = parts.get(index)?;
                    (listed.crc64 == Some(Crc64::of(part))).then_some(part.len())
                });
                good.sum()
            });
            listed.max().unwrap_or(0)
        }
    };
    good as u64
}

fn wanted(world: &World) -> &[u8] {
    debug_assert!(world.settings.way != Way::Up || world.fs.exists(FILE));
    let source = &world.source[..];
    let Some((from, len)) = world.settings.range else {
        return source;
    };
    let at = |offset: u64| usize::try_from(offset).map_or(source.len(), |at| at.min(source.len()));
    &source[at(from)..at(from + len)]
}
