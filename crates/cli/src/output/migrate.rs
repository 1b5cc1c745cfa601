//! What `migrate` has to say.

mod audit;
mod plan;
mod status;

pub(crate) use audit::{AuditFinding, MigrationAudited};
pub(crate) use plan::{LeftOut, MigrationPlanned, PlanningProgress};
pub(crate) use status::MigrationStatus;
