//! Where programs get temporary credentials from: STS, the metadata of an ECS instance, a
//! credentials URI. All on the server's own address, none of them a part of OSS.
//!
//! What they hand out is real here: the service lets it in until it expires. Paths are taken only
//! on hosts that are no bucket's. Nothing here is counted as an operation, and fault rules do not
//! reach it: [`Failure`] says what goes wrong.
//!
//! Start at [`Fakes`], which describes them; `desk.rs` finds out who is asked.

mod desk;
mod failing;
mod issued;
mod metadata;
mod settings;
mod sts;

pub use settings::{EcsRole, Failure, Fakes, Metadata, OidcProvider, Role, Source, Symptom};

pub(crate) use desk::Desk;
pub(crate) use issued::Issued;

use crate::Service;

impl Service {
    /// How often `source` was asked for credentials so far, whatever it answered; requests for the
    /// name of an ECS role or for a metadata token are not counted.
    pub fn credentials_asked(&self, source: Source) -> u64 {
        self.desk().map_or(0, |desk| desk.failing().asked(source))
    }

    /// Lets a source of credentials fail from now on, after what it was told before.
    pub fn fail_credentials(&self, failure: Failure) {
        if let Some(desk) = self.desk() {
            desk.failing().add(failure);
        }
    }
}
