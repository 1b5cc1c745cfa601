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
    /// `ListObjects`: pages by a marker.
    ListObjects,
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
    /// `AppendObject`
    AppendObject,
    /// `CopyObject`
    CopyObject,
    /// `UploadPartCopy`
    UploadPartCopy,
    /// `DeleteMultipleObjects`
    DeleteMultipleObjects,
    /// `RestoreObject`
    RestoreObject,
    /// `PutSymlink`
    PutSymlink,
    /// `GetSymlink`
    GetSymlink,
    /// `PutObjectTagging`
    PutObjectTagging,
    /// `GetObjectTagging`
    GetObjectTagging,
    /// `DeleteObjectTagging`
    DeleteObjectTagging,
    /// `PutObjectAcl`
    PutObjectAcl,
    /// `GetObjectAcl`
    GetObjectAcl,
    /// `GetObjectMeta`
    GetObjectMeta,
    /// `HeadBucket`: whether there is one, as the official C SDK asks.
    HeadBucket,
    /// `GetBucketLocation`
    GetBucketLocation,
    /// `GetBucketStat`
    GetBucketStat,
    /// `PutBucketAcl`
    PutBucketAcl,
    /// `GetBucketAcl`
    GetBucketAcl,
    /// `PutBucketVersioning`
    PutBucketVersioning,
    /// `GetBucketVersioning`
    GetBucketVersioning,
    /// `ListObjectVersions`
    ListObjectVersions,
}

impl Operation {
    /// Whether the bytes of objects travel with it: they are what a meter counts.
    pub(crate) fn moves_data(self) -> bool {
        matches!(
            self,
            Self::PutObject | Self::GetObject | Self::UploadPart | Self::AppendObject
        )
    }

    /// Whether a limit on traffic has a meaning for it: also where OSS moves the bytes by itself
    /// (official documentation of `x-oss-traffic-limit`).
    pub(crate) fn can_be_slowed(self) -> bool {
        self.moves_data() || matches!(self, Self::CopyObject | Self::UploadPartCopy)
    }

    /// What the operation does, for the beginning of an error message.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::PutObject | Self::UploadPart => "upload",
            Self::GetObject => "download",
            Self::HeadObject | Self::GetObjectMeta | Self::HeadBucket | Self::GetBucketInfo => {
                "look up"
            }
            Self::DeleteObject | Self::DeleteBucket => "delete",
            Self::InitiateMultipartUpload => "begin the upload of",
            Self::CompleteMultipartUpload => "complete the upload of",
            Self::AbortMultipartUpload => "abort the upload of",
            Self::ListParts => "list the parts of",
            Self::ListMultipartUploads => "list the uploads in",
            Self::ListObjects | Self::ListObjectsV2 => "list",
            Self::PutBucket => "create",
            Self::ListBuckets => "list the buckets of",
            Self::AppendObject => "append to",
            Self::CopyObject | Self::UploadPartCopy => "copy to",
            Self::DeleteMultipleObjects => "delete objects in",
            Self::RestoreObject => "restore",
            Self::PutSymlink => "make the link",
            Self::GetSymlink => "look up the link",
            Self::PutObjectTagging => "tag",
            Self::GetObjectTagging => "look up the tags of",
            Self::DeleteObjectTagging => "remove the tags of",
            Self::PutObjectAcl | Self::PutBucketAcl => "set the ACL of",
            Self::GetObjectAcl | Self::GetBucketAcl => "look up the ACL of",
            Self::GetBucketStat => "look up the size of",
            Self::GetBucketLocation => "look up the region of",
            Self::PutBucketVersioning => "set the versioning of",
            Self::GetBucketVersioning => "look up the versioning of",
            Self::ListObjectVersions => "list the versions in",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
