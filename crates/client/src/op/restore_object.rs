use http::{Method, StatusCode};
use ossum_types::{BucketName, ObjectKey, VersionId};
use serde::Serialize;

use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::xml;

/// Makes an object of an archive class readable for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// For how many days it can be read then: 1 to 7 of the class `Archive`, to 365 of the others.
    pub days: u32,
    /// How soon; only for the classes `ColdArchive` and `DeepColdArchive`. `None` leaves it to OSS.
    pub tier: Option<RestoreTier>,
}

/// How soon an object is restored, and at what price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreTier {
    /// The fastest.
    Expedited,
    /// The usual one.
    Standard,
    /// The cheapest.
    Bulk,
}

/// How far the restoring of an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restoring {
    /// It began, by this call.
    Begun,
    /// It began before, perhaps by an attempt of this very call whose answer was lost; the days and
    /// tier then given count.
    UnderWay,
    /// The object can be read; it will be for the days from now.
    Extended,
}

impl RestoreObject {
    /// Restores the current version for `days`.
    pub fn new(bucket: BucketName, key: ObjectKey, days: u32) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            days,
            tier: None,
        }
    }

    pub(super) fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let request = RestoreElement {
            days: self.days,
            job_parameters: self.tier.map(|tier| JobParameters { tier: tier.name() }),
        };
        Call::object(Operation::RestoreObject, Method::POST, bucket, key)
            .query("restore", "")
            .query_if("versionId", self.version_id.as_ref())
            .document(xml::write("RestoreRequest", &request))
    }
}

impl RestoreTier {
    fn name(self) -> &'static str {
        match self {
            Self::Expedited => "Expedited",
            Self::Standard => "Standard",
            Self::Bulk => "Bulk",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RestoreElement {
    days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_parameters: Option<JobParameters>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JobParameters {
    tier: &'static str,
}

impl Client {
    /// Begins to restore an object from the archive, or extends the time it can be read.
    ///
    /// When it can be read, [`Client::head_object`] tells:
    /// [`ObjectInfo::restore`](super::ObjectInfo::restore) then says `ongoing-request="false"`.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) or
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) for an object that needs no restoring,
    /// and for days that its class does not allow.
    /// # Cancellation
    /// After dropping the future the object may or may not be on its way.
    pub async fn restore_object(&self, request: &RestoreObject) -> Result<Restoring, Error> {
        let result = self
            .execute(&request.call(), Take::Document, |answer| {
                Ok(match answer.status {
                    StatusCode::ACCEPTED => Restoring::Begun,
                    _ => Restoring::Extended,
                })
            })
            .await;
        match result {
            Err(error) if is_under_way(&error) => Ok(Restoring::UnderWay),
            other => other,
        }
    }
}

fn is_under_way(error: &Error) -> bool {
    error
        .service()
        .is_some_and(|service| service.is(&["RestoreAlreadyInProgress"]))
}
