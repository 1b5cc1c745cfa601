//! Uploads, parts and copies.

use super::check;
use crate::oss::Oss;

#[test]
fn uploads_and_copies() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    let id = oss.initiate();
    let etag = oss.part(&id, 1, b"small");
    oss.part(&id, 2, b"last");
    let part = |number: &str, id: &str| format!("PUT /bkt/k?partNumber={number}&uploadId={id}");
    let complete = format!("POST /bkt/k?uploadId={id}");
    let list = |parts: &[(u32, &str)]| {
        let part = |(n, etag): &(u32, &str)| {
            format!("<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>")
        };
        let parts: String = parts.iter().map(part).collect();
        format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
    };
    let other = "\"81DC9BDB52D04DC20036DBD8313ED055\"";
    let from = |source| [("x-oss-copy-source", source)];
    let all = ("x-oss-complete-all", "yes");
    let forbid = ("x-oss-forbid-overwrite", "true");
    check(
        &oss,
        &[
            (&part("0", &id), &[], "x", 400, "InvalidArgument"),
            (&part("10001", &id), &[], "x", 400, "InvalidArgument"),
            (&part("x", &id), &[], "x", 400, "InvalidArgument"),
            (&part("1", "none"), &[], "x", 404, "NoSuchUpload"),
            (&part("1", "none"), &from("/bkt/k"), "", 404, "NoSuchUpload"),
            (&part("1", &id), &from("/bkt/none"), "", 404, "NoSuchKey"),
            (&part("1", &id), &from("bad"), "", 400, "InvalidArgument"),
            ("GET /bkt/k?uploadId=none", &[], "", 404, "NoSuchUpload"),
            ("DELETE /bkt/k?uploadId=none", &[], "", 404, "NoSuchUpload"),
            ("POST /bkt/k?uploadId=none", &[all], "", 404, "NoSuchUpload"),
            (
                &format!("GET /bkt/k?uploadId={id}&max-parts=1001"),
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "POST /bkt/k?uploads",
                &[forbid],
                "",
                409,
                "FileAlreadyExists",
            ),
            (&complete, &[], "", 400, "MalformedXML"),
            (
                &complete,
                &[],
                "<CompleteMultipartUpload>",
                400,
                "MalformedXML",
            ),
            (&complete, &[], &list(&[]), 400, "MalformedXML"),
            (
                &complete,
                &[all],
                &list(&[(1, &etag)]),
                400,
                "InvalidArgument",
            ),
            (
                &complete,
                &[],
                &list(&[(2, other), (1, &etag)]),
                400,
                "InvalidPartOrder",
            ),
            (&complete, &[], &list(&[(1, other)]), 400, "InvalidPart"),
            (&complete, &[], &list(&[(3, &etag)]), 400, "InvalidPart"),
            (&complete, &[all], "", 400, "EntityTooSmall"),
            (
                &complete,
                &[forbid],
                &list(&[(1, &etag)]),
                409,
                "FileAlreadyExists",
            ),
            ("PUT /bkt/c", &from("/bkt/none"), "", 404, "NoSuchKey"),
            ("PUT /bkt/c", &from("/none/k"), "", 404, "NoSuchBucket"),
            ("PUT /bkt/c", &from("k"), "", 400, "InvalidArgument"),
            (
                "PUT /bkt/k",
                &[from("/bkt/k")[0], forbid],
                "",
                409,
                "FileAlreadyExists",
            ),
            (
                "PUT /bkt/c",
                &[from("/bkt/k")[0], ("x-oss-metadata-directive", "MERGE")],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /bkt/c",
                &[from("/bkt/k")[0], ("x-oss-copy-source-if-match", "\"0\"")],
                "",
                412,
                "PreconditionFailed",
            ),
        ],
    );
    oss.complete(&id, &[(1, &etag)]).ok();
}
