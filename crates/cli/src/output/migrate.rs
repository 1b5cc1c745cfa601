//! What `migrate` has to say.

mod audit;
mod carried;
mod plan;
mod status;

pub(crate) use audit::{AuditFinding, MigrationAudited};
pub(crate) use carried::{MigrationFinished, MigrationRun, RowFailed, RowsProgress, ShardEnded};
pub(crate) use plan::{LeftOut, MigrationPlanned, PlanningProgress};
pub(crate) use status::MigrationStatus;
