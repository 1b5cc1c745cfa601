//! Every way to be refused that the official documentation of the operations and of error codes
//! names and that one request can bring about, with its status and code.

// A table is as long as what it lists.
#![allow(clippy::too_many_lines)]

use ossum_devserver::{Access, AccessKey, SecurityToken, Settings};

use crate::object::md5_of;
use crate::oss::{Headers, Oss, clock_at};
use crate::versions::{enable, version};

/// What is asked, with which headers and body, and status and code of the answer.
type Row<'r> = (&'r str, Headers<'r>, &'r str, u16, &'r str);

fn check(oss: &Oss, rows: &[Row<'_>]) {
    for (what, headers, body, status, code) in rows {
        let reply = oss.ask(what, headers, body.as_bytes());
        let got = (reply.status.as_u16(), reply.element("Code"));
        assert_eq!(
            got,
            (*status, Some((*code).to_owned())),
            "{what} {headers:?} {body}"
        );
        assert!(reply.header("x-oss-request-id").is_some());
        assert_eq!(reply.element("EC"), reply.header("x-oss-ec"), "{what}");
    }
}

#[test]
fn names_arguments_and_what_is_not_there() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    let long = format!("GET /bkt/{}", "k".repeat(1024));
    let big_meta = "x".repeat(8 * 1024);
    let eleven = "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11";
    check(
        &oss,
        &[
            ("GET /none", &[], "", 404, "NoSuchBucket"),
            ("GET /none/k", &[], "", 404, "NoSuchBucket"),
            ("PUT /none/k", &[], "x", 404, "NoSuchBucket"),
            ("DELETE /none", &[], "", 404, "NoSuchBucket"),
            ("DELETE /none/k", &[], "", 404, "NoSuchBucket"),
            ("GET /none?versions", &[], "", 404, "NoSuchBucket"),
            ("GET /none?versioning", &[], "", 404, "NoSuchBucket"),
            ("POST /none/k?uploads", &[], "", 404, "NoSuchBucket"),
            (
                "POST /none/k?append&position=0",
                &[],
                "x",
                404,
                "NoSuchBucket",
            ),
            ("GET /bkt/none", &[], "", 404, "NoSuchKey"),
            ("GET /bkt/none?acl", &[], "", 404, "NoSuchKey"),
            ("GET /bkt/none?tagging", &[], "", 404, "NoSuchKey"),
            ("DELETE /bkt/none?tagging", &[], "", 404, "NoSuchKey"),
            ("GET /bkt/none?symlink", &[], "", 404, "NoSuchKey"),
            ("POST /bkt/none?restore", &[], "", 404, "NoSuchKey"),
            (
                "PUT /bkt/none?acl",
                &[("x-oss-object-acl", "private")],
                "",
                404,
                "NoSuchKey",
            ),
            ("GET /bkt/k?versionId=none", &[], "", 404, "NoSuchVersion"),
            ("PUT /Bad_Name", &[], "", 400, "InvalidBucketName"),
            ("PUT /ab", &[], "", 400, "InvalidBucketName"),
            (&long, &[], "", 400, "InvalidObjectName"),
            ("PUT /bkt/%5Ck", &[], "x", 400, "InvalidObjectName"),
            ("DELETE /bkt", &[], "", 409, "BucketNotEmpty"),
            ("GET /bkt?max-keys=0", &[], "", 400, "InvalidArgument"),
            (
                "GET /bkt?list-type=2&max-keys=1001",
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt?versions&max-keys=x",
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt?versions&version-id-marker=x",
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt?uploads&max-uploads=1001",
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt?encoding-type=base64",
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt?list-type=2&continuation-token=%25",
                &[],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /new",
                &[("x-oss-acl", "mine")],
                "",
                400,
                "InvalidArgument",
            ),
            ("PUT /new", &[], "<Nonsense/>", 400, "MalformedXML"),
            ("PUT /bkt?versioning", &[], "", 400, "MalformedXML"),
            (
                "PUT /bkt?versioning",
                &[],
                "<VersioningConfiguration><Status>On</Status></VersioningConfiguration>",
                400,
                "MalformedXML",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-storage-class", "Cold")],
                "x",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-object-acl", "mine")],
                "x",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-meta-a", &big_meta)],
                "x",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-tagging", eleven)],
                "x",
                400,
                "InvalidTag",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-tagging", "a=1&a=2")],
                "x",
                400,
                "InvalidTag",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-tagging", "=1")],
                "x",
                400,
                "InvalidTag",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-server-side-encryption", "rot13")],
                "x",
                400,
                "InvalidEncryptionAlgorithmError",
            ),
            (
                "PUT /bkt/k",
                &[("content-md5", "x")],
                "x",
                400,
                "InvalidDigest",
            ),
            (
                "PUT /bkt/k",
                &[("content-md5", &md5_of(b"y"))],
                "x",
                400,
                "InvalidDigest",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-forbid-overwrite", "true")],
                "x",
                409,
                "FileAlreadyExists",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-traffic-limit", "1")],
                "x",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt/k",
                &[("x-oss-traffic-limit", "838860801")],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt/k",
                &[("x-oss-request-payer", "me")],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "PUT /bkt/k",
                &[("x-oss-callback", "%")],
                "x",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt/k",
                &[("if-match", "\"0\"")],
                "",
                412,
                "PreconditionFailed",
            ),
            (
                "GET /bkt/k",
                &[("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT")],
                "",
                412,
                "PreconditionFailed",
            ),
            (
                "GET /bkt/k",
                &[("range", "bytes=9-"), ("x-oss-range-behavior", "standard")],
                "",
                416,
                "InvalidRange",
            ),
            ("GET /bkt/k?symlink", &[], "", 400, "NotSymlink"),
            ("PUT /bkt/k?acl", &[], "", 400, "MissingArgument"),
            (
                "PUT /bkt/k?acl",
                &[("x-oss-object-acl", "mine")],
                "",
                400,
                "InvalidArgument",
            ),
            ("PUT /bkt/k?tagging", &[], "<Tagging/>", 400, "MalformedXML"),
            (
                "PUT /bkt/k?tagging",
                &[],
                "<Tagging><TagSet><Tag><Key>*</Key><Value/></Tag></TagSet></Tagging>",
                400,
                "InvalidTag",
            ),
            ("POST /bkt?delete", &[], "<Delete/>", 400, "MissingArgument"),
            (
                "POST /bkt?delete",
                &[("content-md5", &md5_of(b""))],
                "",
                400,
                "MalformedXML",
            ),
            (
                "POST /bkt?delete",
                &[("content-md5", &md5_of(b"y"))],
                "x",
                400,
                "InvalidDigest",
            ),
            ("POST /bkt/k", &[], "", 405, "MethodNotAllowed"),
            ("PUT /", &[], "", 405, "MethodNotAllowed"),
            (
                "GET /bkt/k?x-oss-process=image%2Finfo",
                &[],
                "",
                501,
                "NotImplemented",
            ),
        ],
    );
    assert_eq!(oss.get("/bkt").elements("Key"), ["k"]);
}

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

#[test]
fn who_is_not_let_in() {
    const NOW: i64 = 1_700_000_000;
    let key = |id: &str, token| AccessKey {
        id: id.to_owned(),
        secret: "secret".to_owned(),
        token,
    };
    let token = SecurityToken {
        text: "token".to_owned(),
        expires: Some(std::time::SystemTime::UNIX_EPOCH),
    };
    let oss = Oss::new(Settings {
        access: Access::Keys(vec![key("id", None), key("sts", Some(token))]),
        clock: clock_at(NOW),
        ..Settings::default()
    });
    let date = ("date", "Tue, 14 Nov 2023 22:13:20 GMT");
    let late = ("date", "Tue, 14 Nov 2023 23:13:20 GMT");
    let by = |value| ("authorization", value);
    let token = |text| ("x-oss-security-token", text);
    check(
        &oss,
        &[
            ("GET /bkt/k", &[], "", 403, "AccessDenied"),
            (
                "GET /bkt/k",
                &[by("OSS id:x"), date],
                "",
                403,
                "SignatureDoesNotMatch",
            ),
            (
                "GET /bkt/k",
                &[by("OSS nobody:x"), date],
                "",
                403,
                "InvalidAccessKeyId",
            ),
            (
                "GET /bkt/k",
                &[by("OSS id:x"), late],
                "",
                403,
                "RequestTimeTooSkewed",
            ),
            (
                "GET /bkt/k",
                &[by("OSS sts:x"), date],
                "",
                403,
                "InvalidAccessKeyId",
            ),
            (
                "GET /bkt/k",
                &[by("OSS sts:x"), date, token("?")],
                "",
                403,
                "InvalidSecurityToken",
            ),
            (
                "GET /bkt/k",
                &[by("OSS sts:x"), date, token("token")],
                "",
                403,
                "SecurityTokenExpired",
            ),
            (
                "GET /bkt/k",
                &[by("Basic x"), date],
                "",
                400,
                "InvalidArgument",
            ),
            (
                "GET /bkt/k?OSSAccessKeyId=id&Expires=1&Signature=x",
                &[],
                "",
                403,
                "AccessDenied",
            ),
        ],
    );
}
