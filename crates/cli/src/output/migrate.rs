//! What `migrate` has to say.

mod plan;

pub(crate) use plan::{LeftOut, MigrationPlanned, PlanningProgress};
