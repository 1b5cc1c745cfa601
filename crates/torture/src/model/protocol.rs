use stateright::{Model, Property};

/// So many parts does the download have.
const PARTS: usize = 3;

/// So often the process is killed or the power goes.
const MOST_ENDS: u8 = 2;

/// How a download makes its bytes last and gives them their name, as `ossum-transfer` does it, with
/// a file system that keeps or loses every unsynced effect as it likes.
///
/// A part is written, then recorded, neither of them synced. When all are there, the file is synced,
/// renamed, its directory synced; then the program says success, and last the checkpoint goes. A
/// process that begins reads what is recorded again before it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Protocol {
    pub(super) mutation: Option<Mutation>,
}

/// Something that the protocol must not leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutation {
    /// The file is renamed without having been synced.
    NoSyncBeforeRename,
    /// What is recorded counts without being read.
    TrustTheJournal,
    /// Success is said without the directory having been synced.
    NoDirectorySync,
}

impl Mutation {
    pub(super) const ALL: [Self; 3] = [
        Self::NoSyncBeforeRename,
        Self::TrustTheJournal,
        Self::NoDirectorySync,
    ];
}

/// Where an effect is: everything that is in memory is seen, and lost with the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Effect {
    Undone,
    InMemory,
    OnDisk,
}

impl Effect {
    fn is_seen(self) -> bool {
        self != Self::Undone
    }

    fn sync(&mut self) {
        if *self == Self::InMemory {
            *self = Self::OnDisk;
        }
    }

    fn lose_power(&mut self) {
        if *self == Self::InMemory {
            *self = Self::Undone;
        }
    }
}

/// What the process knows of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Known {
    /// It is to be fetched.
    Missing,
    /// It is recorded, and to be read again.
    Recorded,
    /// It was fetched, and is to be recorded.
    Written,
    /// It is there.
    Counted,
}

/// How far the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    Moving,
    Synced,
    Renamed,
    DirectorySynced,
    /// It has said that all is done.
    Exited,
}

/// The disk and the process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    bytes: [Effect; PARTS],
    records: [Effect; PARTS],
    /// That the file has its final name.
    name: Effect,
    /// That the checkpoint is gone.
    removal: Effect,
    known: [Known; PARTS],
    phase: Phase,
    /// Whether a process has ever said that all is done.
    has_promised: bool,
    ends: u8,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Action {
    Fetch(usize),
    Record(usize),
    ReadAgain(usize),
    SyncBytes,
    SyncRecords,
    SyncBeforeRename,
    Rename,
    SyncDirectory,
    Exit,
    RemoveCheckpoint,
    /// The system writes something to the disk of its own accord.
    WriteBack(Unsynced),
    Kill,
    PowerLoss,
}

/// What the system may write to the disk by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Unsynced {
    Bytes(usize),
    Record(usize),
    Name,
    Removal,
}

impl State {
    fn beginning() -> Self {
        Self {
            bytes: [Effect::Undone; PARTS],
            records: [Effect::Undone; PARTS],
            name: Effect::Undone,
            removal: Effect::Undone,
            known: [Known::Missing; PARTS],
            phase: Phase::Moving,
            has_promised: false,
            ends: 0,
        }
    }

    fn has_all_bytes(&self) -> bool {
        self.bytes.iter().all(|bytes| bytes.is_seen())
    }

    fn effect(&mut self, which: Unsynced) -> &mut Effect {
        match which {
            Unsynced::Bytes(part) => &mut self.bytes[part],
            Unsynced::Record(part) => &mut self.records[part],
            Unsynced::Name => &mut self.name,
            Unsynced::Removal => &mut self.removal,
        }
    }

    fn unsynced() -> impl Iterator<Item = Unsynced> {
        let parts = (0..PARTS).flat_map(|part| [Unsynced::Bytes(part), Unsynced::Record(part)]);
        parts.chain([Unsynced::Name, Unsynced::Removal])
    }

    fn lose_power(&mut self) {
        for which in Self::unsynced() {
            self.effect(which).lose_power();
        }
    }

    /// A process begins, with what is on the disk and in memory.
    fn begin_again(&mut self) {
        self.ends += 1;
        self.phase = Phase::Moving;
        if self.removal.is_seen() {
            self.records = [Effect::Undone; PARTS];
            self.removal = Effect::Undone;
        }
        let known = |record: Effect| {
            if record.is_seen() {
                Known::Recorded
            } else {
                Known::Missing
            }
        };
        self.known = self.records.map(known);
        if self.name.is_seen() && self.has_all_bytes() {
            // The file that has the final name is read, is found to be the object's, and its
            // directory is synced again. That is so without a checkpoint too: it is fetched again,
            // and what has the name stays until then, so that nothing is lost by leaving it out.
            self.known = [Known::Counted; PARTS];
            self.phase = Phase::Renamed;
        }
    }
}

/// What is to be done with a part next.
fn next_of_part(state: &State, part: usize) -> Option<Action> {
    match state.known[part] {
        Known::Missing => Some(Action::Fetch(part)),
        Known::Written => Some(Action::Record(part)),
        Known::Recorded => Some(Action::ReadAgain(part)),
        Known::Counted => None,
    }
}

impl Protocol {
    fn has(self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// The next step towards the name, once all parts count.
    fn of_publishing(self, phase: Phase) -> Action {
        match phase {
            Phase::Moving if self.has(Mutation::NoSyncBeforeRename) => Action::Rename,
            Phase::Moving => Action::SyncBeforeRename,
            Phase::Synced => Action::Rename,
            Phase::Renamed if self.has(Mutation::NoDirectorySync) => Action::Exit,
            Phase::Renamed => Action::SyncDirectory,
            Phase::DirectorySynced => Action::Exit,
            Phase::Exited => Action::RemoveCheckpoint,
        }
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::beginning()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend((0..PARTS).filter_map(|part| next_of_part(state, part)));
        if state.known == [Known::Counted; PARTS] {
            actions.push(self.of_publishing(state.phase));
        }
        if state.phase == Phase::Moving {
            actions.extend([Action::SyncBytes, Action::SyncRecords]);
        }
        let mut disk = state.clone();
        let unsynced = State::unsynced().filter(|it| *disk.effect(*it) == Effect::InMemory);
        actions.extend(unsynced.map(Action::WriteBack));
        if state.ends < MOST_ENDS {
            actions.extend([Action::Kill, Action::PowerLoss]);
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        match action {
            Action::Fetch(part) => {
                next.bytes[part] = Effect::InMemory;
                next.known[part] = Known::Written;
            }
            Action::Record(part) => {
                next.records[part] = Effect::InMemory;
                next.known[part] = Known::Counted;
            }
            Action::ReadAgain(part) => {
                let is_there = next.bytes[part].is_seen() || self.has(Mutation::TrustTheJournal);
                next.known[part] = if is_there {
                    Known::Counted
                } else {
                    Known::Missing
                };
            }
            Action::SyncBytes => next.bytes.iter_mut().for_each(Effect::sync),
            Action::SyncRecords => next.records.iter_mut().for_each(Effect::sync),
            Action::SyncBeforeRename => {
                next.bytes.iter_mut().for_each(Effect::sync);
                next.phase = Phase::Synced;
            }
            Action::Rename => {
                next.name = Effect::InMemory;
                next.phase = Phase::Renamed;
            }
            Action::SyncDirectory => {
                next.name.sync();
                next.phase = Phase::DirectorySynced;
            }
            Action::Exit => {
                next.phase = Phase::Exited;
                next.has_promised = true;
            }
            Action::RemoveCheckpoint if next.removal.is_seen() => return None,
            Action::RemoveCheckpoint => next.removal = Effect::InMemory,
            Action::WriteBack(which) => next.effect(which).sync(),
            Action::Kill => next.begin_again(),
            Action::PowerLoss => {
                next.lose_power();
                next.begin_again();
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "nothing but the whole has the final name",
                |_, state: &State| !state.name.is_seen() || state.has_all_bytes(),
            ),
            Property::always("what was promised lasts", |_, state: &State| {
                !state.has_promised || state.name.is_seen() && state.has_all_bytes()
            }),
            Property::sometimes("it is done after two ends", |_, state: &State| {
                state.ends == MOST_ENDS && state.phase == Phase::Exited
            }),
        ]
    }
}
