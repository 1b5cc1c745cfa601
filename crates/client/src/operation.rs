use std::fmt;

/// An operation of OSS, by the name its documentation gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `PutObject`
    PutObject,
    /// `GetObject`
    GetObject,
    /// `HeadObject`
    HeadObject,
    /// `DeleteObject`
    DeleteObject,
    /// `InitiateMultipartUpload`
    InitiateMultipartUpload,
    /// `UploadPart`
    UploadPart,
    /// `CompleteMultipartUpload`
    CompleteMultipartUpload,
    /// `AbortMultipartUpload`
    AbortMultipartUpload,
    /// `ListParts`
    ListParts,
    /// `ListMultipartUploads`
    ListMultipartUploads,
    /// `ListObjectsV2`
    ListObjectsV2,
    /// `GetBucketInfo`
    GetBucketInfo,
    /// `PutBucket`
    PutBucket,
    /// `DeleteBucket`
    DeleteBucket,
    /// `ListBuckets`
    ListBuckets,
}

impl Operation {
    /// Whether the bytes of objects travel with it: they are what a meter counts, and what a limit
    /// on traffic has a meaning for (documentation of `x-oss-traffic-limit`).
    pub(crate) fn moves_data(self) -> bool {
        matches!(self, Self::PutObject | Self::GetObject | Self::UploadPart)
    }

    /// What the operation does, for the beginning of an error message.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::PutObject | Self::UploadPart => "upload",
            Self::GetObject => "download",
            Self::HeadObject | Self::GetBucketInfo => "look up",
            Self::DeleteObject | Self::DeleteBucket => "delete",
            Self::InitiateMultipartUpload => "begin the upload of",
            Self::CompleteMultipartUpload => "complete the upload of",
            Self::AbortMultipartUpload => "abort the upload of",
            Self::ListParts => "list the parts of",
            Self::ListMultipartUploads => "list the uploads in",
            Self::ListObjectsV2 => "list",
            Self::PutBucket => "create",
            Self::ListBuckets => "list the buckets of",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
