//! The operations, one a file, and what several of them share.

mod condition;
mod delete_bucket;
mod delete_object;
mod etag;
mod get_object;
mod head_object;
mod incoming;
mod metadata;
mod object_headers;
mod put_bucket;
mod put_object;
mod range;
mod receive;

use http::Response;
use jiff::Timestamp;
use ossum_types::{BucketName, ObjectKey};

pub(crate) use incoming::Incoming;

use crate::body::Body;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::request::{Request, Target};
use crate::settings::Settings;
use crate::store::{Overwrite, Store};

/// What an operation works with.
pub(crate) struct Context<'c> {
    pub(crate) settings: &'c Settings,
    pub(crate) store: &'c Store,
    pub(crate) request: &'c Request,
    pub(crate) now: Timestamp,
}

type Answer = Result<Response<Body>, Refusal>;

impl Context<'_> {
    /// The bucket the request is about.
    fn bucket(&self) -> Result<&BucketName, Refusal> {
        match &self.request.target {
            Target::Bucket(bucket) | Target::Object(bucket, _) => Ok(bucket),
            Target::Service => Err(Refusal::not_implemented("this without a bucket")),
        }
    }

    /// The object the request is about.
    fn object(&self) -> Result<(&BucketName, &ObjectKey), Refusal> {
        match &self.request.target {
            Target::Object(bucket, key) => Ok((bucket, key)),
            _ => Err(Refusal::not_implemented("this without an object")),
        }
    }

    /// The upload the request is about.
    fn upload_id(&self) -> &str {
        self.request.query.get("uploadId").unwrap_or("")
    }

    /// Whether the request may replace an object (official documentation of
    /// `x-oss-forbid-overwrite`).
    fn overwrite(&self) -> Overwrite {
        if self.request.flag("x-oss-forbid-overwrite") {
            Overwrite::Forbid
        } else {
            Overwrite::Allow
        }
    }
}

/// Carries out `operation`.
pub(crate) async fn run(
    operation: Operation,
    context: &Context<'_>,
    body: &mut Incoming,
) -> Answer {
    match operation {
        Operation::DeleteBucket => delete_bucket::run(context),
        Operation::DeleteObject => delete_object::run(context),
        Operation::GetObject => get_object::run(context),
        Operation::GetObjectMeta => head_object::run_meta(context),
        Operation::HeadObject => head_object::run(context),
        Operation::PutBucket => put_bucket::run(context, body).await,
        Operation::PutObject => put_object::run(context, body).await,
        _ => {
            let _ = context.upload_id();
            Err(Refusal::not_implemented(&operation.to_string()))
        }
    }
}
