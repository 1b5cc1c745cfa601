//! What a journal promises, tried from outside: on a real file system, and in memory.

// Everything here is a test, or arranges one.
#![allow(clippy::unwrap_used)]

mod big;
mod crashes;
mod damage;
mod failures;
mod giving_up;
mod in_the_way;
mod locks;
mod longest;
mod odd_disks;
mod places;
mod pointers;
mod refusing_disks;
mod remembering;
mod support;
