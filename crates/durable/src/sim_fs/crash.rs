use std::collections::BTreeSet;

use super::names::InodeNumber;
use super::world::{ROOT, World};

/// Something that was not durable when the power went, and that is kept or lost as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsynced {
    /// The bytes of one page of 4096; lost, the page is as it was on the disk.
    Page {
        /// Which page of its file, from 0.
        index: u64,
    },
    /// A file's length, or the space reserved for it.
    Length,
    /// A file's permissions.
    Mode,
    /// One of a file's times.
    Times,
    /// A name made, moved or removed.
    Name,
}

/// The world after a power loss that kept those unsynced effects that `survive`.
pub(super) fn after_power_loss(world: &World, survive: &mut dyn FnMut(Unsynced) -> bool) -> World {
    let mut next = world.restarted();
    next.names = world.names.after_power_loss(survive);
    for (number, inode) in &mut next.inodes {
        *inode = world.inode(*number).after_power_loss(survive);
    }
    drop_what_has_no_name(&mut next);
    next
}

/// The world after its process was killed: what the system had, it has, but for open files.
pub(super) fn after_kill(world: &World) -> World {
    let mut next = world.restarted();
    for inode in next.inodes.values_mut() {
        inode.opens = 0;
        inode.locked_by = None;
    }
    next
}

/// Drops files that no name leads to, and with a directory all that is in it.
fn drop_what_has_no_name(world: &mut World) {
    let mut reached = BTreeSet::from([ROOT]);
    let mut unread = vec![ROOT];
    while let Some(directory) = unread.pop() {
        let within: Vec<InodeNumber> = world.names.within(directory).map(|it| it.1).collect();
        unread.extend(within.into_iter().filter(|inode| reached.insert(*inode)));
    }
    world
        .names
        .retain_in(|directory| reached.contains(&directory));
    world.inodes.retain(|number, _| reached.contains(number));
}

/// Decides by a seed: 0 keeps nothing, 1 everything, any other some.
pub(super) fn chooser(seed: u64) -> impl FnMut(Unsynced) -> bool {
    let mut state = seed;
    // Also seeds under which nearly all is kept, or nearly nothing: with an even chance each, a
    // single loss among many effects would never be seen.
    let kept_of_16 = 1 + next_random(&mut state) % 15;
    move |_| match seed {
        0 => false,
        1 => true,
        _ => next_random(&mut state) % 16 < kept_of_16,
    }
}

/// splitmix64.
pub(super) fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
