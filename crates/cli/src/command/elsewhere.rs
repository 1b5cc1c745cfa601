//! What people look for under a name they know, and what does it here.

use crate::failure::Failure;

pub(super) fn mv() -> Failure {
    Failure::usage(
        "there is no mv: OSS cannot rename an object, and a copy is checked before the source goes",
        "ossum cp SOURCE DESTINATION && ossum rm SOURCE",
    )
}

pub(super) fn mb() -> Failure {
    Failure::usage(
        "there is no mb: buckets are made in the console, or by `aliyun oss mb` and `ossutil mb`",
        "on a local server: ossum serve --bucket NAME",
    )
}

pub(super) fn rb() -> Failure {
    Failure::usage(
        "there is no rb: buckets are removed in the console, or by `aliyun oss rm -b` and `ossutil rb`",
        "to empty one: ossum rm -r oss://BUCKET",
    )
}

pub(super) fn mkdir() -> Failure {
    Failure::usage(
        "there is no mkdir: OSS has no directories, only keys with / in them",
        "ossum cp FILE oss://BUCKET/DIRECTORY/",
    )
}
