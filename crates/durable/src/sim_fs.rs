mod content;
mod crash;
mod fault;
mod file;
mod inode;
mod names;
mod operations;
mod scene;
mod walk;
mod world;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;

pub use crash::Unsynced;
pub use fault::Effect;
use world::World;

/// A file system in memory whose power can go at any step: for tests.
///
/// What was not synced when the power goes is kept or lost, each piece by itself and in any
/// combination: a page of 4096 bytes, a length, permissions, times, a name. That is more than real
/// file systems lose; code that lasts here rests on no promise but those of [`Fs`](crate::Fs) and
/// [`FsFile`](crate::FsFile). It can run out of space, fail at any effect, write and read less
/// than asked, and a failed sync loses what Linux would lose.
///
/// The same effects in the same order give the same bytes, numbers and times: there is no clock
/// but a count, and chance comes from a given seed. Clones are the same file system.
///
/// ```
/// use std::path::Path;
/// use ossum_durable::{Durability, SimFs, write_whole};
///
/// let path = Path::new("/settings");
/// for step in 0.. {
///     let fs = SimFs::new();
///     fs.write(path, b"old");
///     fs.crash_at(step);
///     let outcome = write_whole(&fs, path, b"new", Durability::Full);
///     for seed in 0..20 {
///         let left = fs.crash(seed).read(path).unwrap();
///         assert!(left == b"new" || outcome.is_err() && left == b"old");
///     }
///     if !fs.has_crashed() {
///         break;
///     }
/// }
/// ```
#[derive(Clone)]
pub struct SimFs {
    world: Arc<Mutex<World>>,
    turn: Option<fn()>,
}

impl SimFs {
    /// An empty file system with plenty of space.
    pub fn new() -> Self {
        Self::of(World::new())
    }

    fn of(world: World) -> Self {
        Self {
            world: Arc::new(Mutex::new(world)),
            turn: None,
        }
    }

    /// The same file system, which calls `turn` before each effect: others may be let go first.
    #[must_use]
    pub fn taking_turns(self, turn: fn()) -> Self {
        Self {
            turn: Some(turn),
            ..self
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        if let Some(turn) = self.turn {
            turn();
        }
        // A test's thread may fail at any point, and others still look at what it left.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the world end after so many steps, counted as in [`steps`](Self::steps): everything
    /// after them fails with `EIO`.
    pub fn crash_at(&self, step: u64) {
        self.world().crash_at = Some(step);
    }

    /// Whether anything was refused because the world had ended.
    pub fn has_crashed(&self) -> bool {
        self.world().refused
    }

    /// How many effects that change the disk were done or tried.
    pub fn steps(&self) -> u64 {
        self.world().steps()
    }

    /// The effects that [`steps`](Self::steps) counts, in order.
    pub fn effects(&self) -> Vec<Effect> {
        self.world().faults.done().to_vec()
    }

    /// The world after a power loss.
    ///
    /// Seed 0 loses all that is unsynced, 1 keeps all of it, and every other one makes its own
    /// choice. This world is over: what is open in it fails with `EIO` from now on. It may be
    /// asked for its futures under other seeds.
    #[must_use = "this world is over"]
    pub fn crash(&self, seed: u64) -> Self {
        self.crash_keeping(&mut crash::chooser(seed))
    }

    /// The world after a power loss that kept what `survives` says of each unsynced effect: first
    /// names in the order of their changes, then one file after the other.
    #[must_use = "this world is over"]
    pub fn crash_keeping(&self, survives: &mut dyn FnMut(Unsynced) -> bool) -> Self {
        let mut world = self.world();
        world.over = true;
        Self::of(crash::after_power_loss(&world, survives))
    }

    /// The world after its process was killed: nothing is lost, unsynced stays unsynced, and locks
    /// are free.
    #[must_use = "this world is over"]
    pub fn kill(&self) -> Self {
        let mut world = self.world();
        world.over = true;
        Self::of(crash::after_kill(&world))
    }

    /// Makes one such effect fail, without having been done: the `nth` from now, 1 being the next.
    ///
    /// A [`Sync`](Effect::Sync) that fails loses bytes as on Linux: they are still read, the next
    /// sync succeeds, but only what is written again reaches the disk. The same is true of names
    /// and [`SyncDirectory`](Effect::SyncDirectory). `EINVAL`, `ENOTSUP`, `ENOSYS` and `EINTR`
    /// lose nothing.
    pub fn fail(&self, nth: u64, effect: Effect, errno: Errno) {
        self.world().faults.plan_once(nth, effect, errno);
    }

    /// Makes every such effect fail, as on a file system that has no such operation.
    pub fn fail_always(&self, effect: Effect, errno: Errno) {
        self.world().faults.plan_always(effect, errno);
    }

    /// What was made to fail and has failed, in order: a test whose fault never came shows nothing.
    pub fn failures(&self) -> Vec<(Effect, Errno)> {
        self.world().faults.failed().to_vec()
    }

    /// Lets [`Sync`](Effect::Sync) or [`SyncDirectory`](Effect::SyncDirectory) claim success
    /// without doing anything: to see that a test notices when nobody syncs.
    pub fn ignore(&self, effect: Effect) {
        self.world().faults.ignore(effect);
    }

    /// Makes every file belong to this user, as on a file system with owners of its own. Without
    /// it, all belong to whoever runs the test.
    pub fn give_all_to(&self, owner: u32) {
        self.world().owner = owner;
    }

    /// Makes every write take so many bytes at most.
    pub fn write_at_most(&self, len_bytes: usize) {
        self.world().write_limit_bytes = len_bytes;
    }

    /// Makes every read give so many bytes at most.
    pub fn read_at_most(&self, len_bytes: usize) {
        self.world().read_limit_bytes = len_bytes;
    }

    /// How many reads and writes were cut by these limits.
    pub fn shortened(&self) -> u64 {
        self.world().shortened
    }

    /// How many writes and reservations there was no space for, or not for all of it.
    pub fn out_of_space(&self) -> u64 {
        self.world().out_of_space
    }

    /// Leaves so many bytes free, in whole pages of 4096. Crashes do not change the total.
    #[must_use]
    pub fn with_space(self, bytes: u64) -> Self {
        self.set_space(bytes);
        self
    }

    /// Leaves so many bytes free from now on, as if somebody else had filled or emptied the disk.
    pub fn set_space(&self, bytes: u64) {
        let mut world = self.world();
        world.capacity_bytes = Some(world.used_bytes().saturating_add(bytes));
    }
}

impl Default for SimFs {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SimFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimFs").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
