//! Appendable objects, links, archives, tags and versions.

use super::check;
use crate::oss::Oss;
use crate::versions::{enable, version};

#[test]
fn special_objects() {
    let oss = Oss::open();
    let class = |class| [("x-oss-storage-class", class)];
    let link = |target| [("x-oss-symlink-target", target)];
    let days = |n| format!("<RestoreRequest><Days>{n}</Days></RestoreRequest>");
    for (what, headers, body) in [
        ("PUT /bkt/k", &[][..], "x"),
        ("PUT /bkt/archived", &class("Archive"), "x"),
        ("PUT /bkt/deep", &class("DeepColdArchive"), "x"),
        ("PUT /bkt/thawing", &class("ColdArchive"), "x"),
        ("POST /bkt/thawing?restore", &[], ""),
        ("PUT /bkt/link?symlink", &link("none"), ""),
        ("PUT /bkt/twice?symlink", &link("link"), ""),
        ("POST /bkt/log?append&position=0", &[], "abc"),
    ] {
        oss.ask(what, headers, body.as_bytes()).ok();
    }
    let copy = [("x-oss-copy-source", "/bkt/archived")];
    check(
        &oss,
        &[
            ("GET /bkt/archived", &[], "", 403, "InvalidObjectState"),
            ("GET /bkt/deep", &[], "", 403, "InvalidObjectState"),
            ("GET /bkt/thawing", &[], "", 403, "InvalidObjectState"),
            ("PUT /bkt/copy", &copy, "", 403, "InvalidObjectState"),
            (
                "POST /bkt/thawing?restore",
                &[],
                "",
                409,
                "RestoreAlreadyInProgress",
            ),
            ("POST /bkt/k?restore", &[], "", 409, "OperationNotSupported"),
            (
                "POST /bkt/archived?restore",
                &[],
                &days(8),
                400,
                "InvalidArgument",
            ),
            (
                "POST /bkt/deep?restore",
                &[],
                &days(366),
                400,
                "InvalidArgument",
            ),
            (
                "POST /bkt/deep?restore",
                &[],
                "<Days>1</Days>",
                400,
                "MalformedXML",
            ),
            ("GET /bkt/link", &[], "", 404, "SymlinkTargetNotExist"),
            ("GET /bkt/twice", &[], "", 400, "InvalidTargetType"),
            ("PUT /bkt/l?symlink", &[], "", 400, "MissingArgument"),
            (
                "PUT /bkt/l?symlink",
                &link("%5C"),
                "",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /bkt/link?symlink",
                &[link("k")[0], ("x-oss-forbid-overwrite", "true")],
                "",
                409,
                "FileAlreadyExists",
            ),
            (
                "POST /bkt/k?append&position=1",
                &[],
                "x",
                409,
                "ObjectNotAppendable",
            ),
            (
                "POST /bkt/log?append&position=2",
                &[],
                "x",
                409,
                "PositionNotEqualToLength",
            ),
            (
                "POST /bkt/new?append&position=1",
                &[],
                "x",
                409,
                "PositionNotEqualToLength",
            ),
            (
                "POST /bkt/log?append&position=-1",
                &[],
                "x",
                400,
                "InvalidArgument",
            ),
            ("POST /bkt/log?append", &[], "x", 400, "MissingArgument"),
        ],
    );
    enable(&oss);
    let marker = version(&oss.ask("DELETE /bkt/k", &[], b"").ok());
    let marked = format!("/bkt/k?versionId={marker}");
    check(
        &oss,
        &[
            (&format!("GET {marked}"), &[], "", 405, "MethodNotAllowed"),
            (
                &format!("GET {marked}&tagging"),
                &[],
                "",
                405,
                "MethodNotAllowed",
            ),
            ("GET /bkt/k", &[], "", 404, "NoSuchKey"),
            (
                "POST /bkt/k?append&position=0",
                &[],
                "x",
                409,
                "ObjectNotAppendable",
            ),
            ("GET /bkt/k?versionId=other", &[], "", 404, "NoSuchVersion"),
            ("DELETE /bkt", &[], "", 409, "BucketNotEmpty"),
        ],
    );
}
