//! Scripted faults: what goes wrong, at which request, on purpose.
//!
//! [`Rules`] say it, in code or in TOML. For each request the rules that are due make a plan, which
//! steps in at fixed points: it waits, moves the clock, changes what is stored, answers in place of
//! the operation, loses or damages the answer. Nothing here knows how an operation works.
//!
//! Start at [`Rule`] and [`Effect`]; `plan.rs` has the points at which a plan steps in.

mod armed;
mod check;
mod effect;
mod forced;
mod gzip;
mod header;
mod key_pattern;
mod listing;
mod parse;
mod plan;
mod range;
mod request_body;
mod response_body;
mod rule;
mod rules;
mod sabotage;
mod subject;
mod trickle;

pub use check::InvalidRules;
pub use effect::{
    Answer, ETagChange, Effect, ListingLie, Moment, PartChange, RangeLie, Redirect, Skew, Spot,
    Stall, Turn,
};
pub use rule::Rule;
pub use rules::Rules;

pub(crate) use armed::{Faults, RuleReport, Sight};
pub(crate) use forced::Asked;
pub(crate) use plan::{CutShort, Plan, Settling};
pub(crate) use request_body::{Broken, RequestBody};
pub(crate) use subject::Subject;
