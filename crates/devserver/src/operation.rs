use std::fmt;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::request::{Query, Request, Target};

/// The operations of OSS that this server knows, by their official names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs)] // the names are the documentation
pub enum Operation {
    AbortMultipartUpload,
    AppendObject,
    CompleteMultipartUpload,
    CopyObject,
    DeleteBucket,
    DeleteMultipleObjects,
    DeleteObject,
    DeleteObjectTagging,
    GetBucketAcl,
    GetBucketInfo,
    GetBucketLocation,
    GetBucketStat,
    GetBucketVersioning,
    GetObject,
    GetObjectAcl,
    GetObjectMeta,
    GetObjectTagging,
    GetSymlink,
    HeadBucket,
    HeadObject,
    InitiateMultipartUpload,
    ListBuckets,
    ListMultipartUploads,
    ListObjectVersions,
    ListObjects,
    ListObjectsV2,
    ListParts,
    PutBucket,
    PutBucketAcl,
    PutBucketVersioning,
    PutObject,
    PutObjectAcl,
    PutObjectTagging,
    PutSymlink,
    RestoreObject,
    UploadPart,
    UploadPartCopy,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Operation {
    /// Finds out which operation `request` asks for.
    ///
    /// One that OSS has and this server has not is 501 `NotImplemented`, never mistaken for the
    /// plain operation on the same path.
    pub(crate) fn of(request: &Request) -> Result<Self, Refusal> {
        let query = &request.query;
        refuse_unknown_parts(query)?;
        let found = match &request.target {
            Target::Service => (request.method == Method::GET).then_some(Self::ListBuckets),
            Target::Bucket(_) => Self::on_bucket(&request.method, query),
            Target::Object(..) => Self::on_object(request)?,
        };
        if found.is_some_and(Self::is_plain) {
            // OSS has more to do with these parts than this server has.
            refuse_parts(&PARTLY_KNOWN, query)?;
        }
        let is_misread = |found: &Self| found.is_plain() && SELECTORS.iter().any(|s| query.has(s));
        found
            .filter(|found| !is_misread(found))
            .ok_or_else(|| method_not_allowed(&request.method))
    }

    /// Whether it is what a method means on a bucket or object as a whole.
    fn is_plain(self) -> bool {
        matches!(
            self,
            Self::DeleteBucket
                | Self::DeleteObject
                | Self::GetObject
                | Self::HeadBucket
                | Self::HeadObject
                | Self::ListObjects
                | Self::ListObjectsV2
                | Self::PutBucket
                | Self::PutObject
                | Self::CopyObject
        )
    }

    fn on_bucket(method: &Method, query: &Query) -> Option<Self> {
        match *method {
            Method::GET if query.has("acl") => Some(Self::GetBucketAcl),
            Method::GET if query.has("bucketInfo") => Some(Self::GetBucketInfo),
            Method::GET if query.has("location") => Some(Self::GetBucketLocation),
            Method::GET if query.has("stat") => Some(Self::GetBucketStat),
            Method::GET if query.has("versioning") => Some(Self::GetBucketVersioning),
            Method::GET if query.has("versions") => Some(Self::ListObjectVersions),
            Method::GET if query.has("uploads") => Some(Self::ListMultipartUploads),
            Method::GET if query.get("list-type") == Some("2") => Some(Self::ListObjectsV2),
            Method::GET => Some(Self::ListObjects),
            Method::HEAD => Some(Self::HeadBucket),
            Method::PUT if query.has("acl") => Some(Self::PutBucketAcl),
            Method::PUT if query.has("versioning") => Some(Self::PutBucketVersioning),
            Method::PUT => Some(Self::PutBucket),
            Method::DELETE => Some(Self::DeleteBucket),
            Method::POST if query.has("delete") => Some(Self::DeleteMultipleObjects),
            _ => None,
        }
    }

    fn on_object(request: &Request) -> Result<Option<Self>, Refusal> {
        let query = &request.query;
        let of_upload = query.has("uploadId");
        let copies = request.headers.contains_key("x-oss-copy-source");
        refuse_unknown_wishes(request)?;
        Ok(match request.method {
            Method::PUT if of_upload && copies => Some(Self::UploadPartCopy),
            Method::PUT if of_upload => Some(Self::UploadPart),
            Method::PUT if query.has("acl") => Some(Self::PutObjectAcl),
            Method::PUT if query.has("tagging") => Some(Self::PutObjectTagging),
            Method::PUT if query.has("symlink") => Some(Self::PutSymlink),
            Method::PUT if copies => Some(Self::CopyObject),
            Method::PUT => Some(Self::PutObject),
            Method::GET if of_upload => Some(Self::ListParts),
            Method::GET if query.has("acl") => Some(Self::GetObjectAcl),
            Method::GET if query.has("tagging") => Some(Self::GetObjectTagging),
            Method::GET if query.has("symlink") => Some(Self::GetSymlink),
            Method::GET => Some(Self::GetObject),
            Method::HEAD if query.has("objectMeta") => Some(Self::GetObjectMeta),
            Method::HEAD => Some(Self::HeadObject),
            Method::DELETE if of_upload => Some(Self::AbortMultipartUpload),
            Method::DELETE if query.has("tagging") => Some(Self::DeleteObjectTagging),
            Method::DELETE => Some(Self::DeleteObject),
            Method::POST if query.has("uploads") => Some(Self::InitiateMultipartUpload),
            Method::POST if of_upload => Some(Self::CompleteMultipartUpload),
            Method::POST if query.has("append") => Some(Self::AppendObject),
            Method::POST if query.has("restore") => Some(Self::RestoreObject),
            _ => None,
        })
    }
}

/// Parts of a bucket or object that OSS has and this server has not.
#[rustfmt::skip]
const UNKNOWN_PARTS: [&str; 30] = [
     "asyncFetch", "cname", "cors", "encryption", "inventory", "lifecycle", "live",
    "logging", "metaQuery", "objectInfo", "policy", "policyStatus", "publicAccessBlock", "qos",
    "qosInfo", "referer", "regions", "replication", "replicationLocation", "replicationProgress",
    "requestPayment", "resourceGroup",  "rtc", "seal", "style", 
     "transferAcceleration", "website", "worm", "wormId",
    "x-oss-process",
];

/// Parts that this server has, but not of everything and with every method.
const PARTLY_KNOWN: [&str; 8] = [
    "acl",
    "append",
    "restore",
    "stat",
    "symlink",
    "tagging",
    "versioning",
    "versions",
];

/// Parameters that select an operation with another method; to overlook one could delete an object
/// in place of an upload.
#[rustfmt::skip]
const SELECTORS: [&str; 7] = [
    "bucketInfo", "delete", "location", "objectMeta", "partNumber", "uploadId", "uploads",
];

/// A header that asks for what this server cannot do, and a client must not think was done.
const CLIENT_KEY: &str = "x-oss-server-side-encryption-customer-algorithm";

fn refuse_unknown_parts(query: &Query) -> Result<(), Refusal> {
    refuse_parts(&UNKNOWN_PARTS, query)
}

fn refuse_parts(parts: &[&str], query: &Query) -> Result<(), Refusal> {
    match parts.iter().find(|part| query.has(part)) {
        Some(part) => Err(Refusal::not_implemented(&format!("`{part}`"))),
        None => Ok(()),
    }
}

fn refuse_unknown_wishes(request: &Request) -> Result<(), Refusal> {
    if request.headers.contains_key(CLIENT_KEY) {
        let wish = "encryption with keys of the client";
        return Err(Refusal::not_implemented(wish));
    }
    Ok(())
}

fn method_not_allowed(method: &Method) -> Refusal {
    let message = "The specified method is not allowed against this resource.";
    let status = http::StatusCode::METHOD_NOT_ALLOWED;
    Refusal::new(status, "MethodNotAllowed", message).detail("Method", method.as_str())
}
