//! Breaks everything that can break under ossum, and counts what it survived.
//!
//! Each part of the torture is a command of the program `ossum-torture`: it breaks one thing (the
//! disk, a system call, the power) as often as it is told to, says what it did, and leaves its
//! [`Figures`] behind. `score` puts those of all parts side by side. Here is what the parts share.

mod checkout;
mod figure;
pub mod fuzz;
pub mod interleavings;
pub mod model;
pub mod power_cuts;
pub mod score;
pub mod simulated;
pub mod syscalls;

pub use figure::{Bound, Figure, Figures};
