use std::ops::RangeInclusive;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::restoration::{State, restored, state};
use super::{Answer, Context, Incoming, object_headers};
use crate::answer;
use crate::refusal::Refusal;
use crate::store::Object;
use crate::xml;

const MAX_DOCUMENT_BYTES: usize = 64 * 1024;
const TIERS: [&str; 3] = ["Expedited", "Standard", "Bulk"];

#[derive(Debug, Default, Deserialize)]
struct RestoreRequest {
    #[serde(rename = "Days")]
    days: Option<u32>,
    #[serde(rename = "JobParameters")]
    job: Option<JobParameters>,
}

#[derive(Debug, Deserialize)]
struct JobParameters {
    #[serde(rename = "Tier")]
    tier: Option<String>,
}

/// `RestoreObject`: makes an archived object readable for some days, after a while.
///
/// 202 if that begins, 200 if it can be read already and will be for longer.
pub(super) async fn run(context: &Context<'_>, body: &mut Incoming) -> Answer {
    let (bucket, key) = context.object()?;
    let asked = read(body).await?;
    let mut status = StatusCode::ACCEPTED;
    let changed = context
        .store
        .change(bucket, key, context.version(), |object| {
            let days = check(&asked, object)?;
            let from = match state(object, context.now) {
                State::NotArchived => return Err(not_archived()),
                State::Thawing => return Err(in_progress()),
                State::Frozen => ready(context),
                State::Thawed(_) => {
                    status = StatusCode::OK;
                    context.now
                }
            };
            Ok(Object {
                restored: Some(restored(from, days)),
                ..object.clone()
            })
        })?;
    let mut response = answer::empty(status);
    object_headers::name_version(&mut response, changed.version.as_ref());
    let class = &changed.object.metadata.storage_class;
    if class != "Archive" {
        let tier = asked.job.and_then(|job| job.tier);
        let tier = tier.as_deref().unwrap_or("Standard");
        answer::set_oss(&mut response, "x-oss-object-restore-priority", tier);
    }
    Ok(response)
}

async fn read(body: &mut Incoming) -> Result<RestoreRequest, Refusal> {
    let document = body.whole(MAX_DOCUMENT_BYTES).await?;
    if document.is_empty() {
        return Ok(RestoreRequest::default());
    }
    xml::parse("RestoreRequest", &document)
}

/// Checks what is asked against what the object's class allows, and returns the days.
fn check(asked: &RestoreRequest, object: &Object) -> Result<u32, Refusal> {
    let tier = asked.job.as_ref().and_then(|job| job.tier.as_deref());
    if tier.is_some_and(|tier| !TIERS.contains(&tier)) {
        return Err(Refusal::malformed_xml());
    }
    let days = asked.days.unwrap_or(1);
    if !allowed_days(&object.metadata.storage_class).contains(&days) {
        let message = "The number of days is not allowed for this storage class.";
        return Err(Refusal::argument("Days", &days.to_string(), message));
    }
    Ok(days)
}

/// Official documentation of `RestoreObject`.
fn allowed_days(class: &str) -> RangeInclusive<u32> {
    if class == "Archive" { 1..=7 } else { 1..=365 }
}

/// When an object can be read whose restoring begins now.
fn ready(context: &Context<'_>) -> Timestamp {
    let takes = SignedDuration::try_from(context.settings.restoring).unwrap_or(SignedDuration::MAX);
    let ready = context.now.checked_add(takes);
    ready.unwrap_or(Timestamp::MAX)
}

fn not_archived() -> Refusal {
    let message = "The operation is not supported for this storage class.";
    Refusal::new(StatusCode::CONFLICT, "OperationNotSupported", message)
}

fn in_progress() -> Refusal {
    let message = "The restore operation is in progress.";
    Refusal::new(StatusCode::CONFLICT, "RestoreAlreadyInProgress", message)
}
