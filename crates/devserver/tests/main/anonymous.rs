use ossum_devserver::{Access, Settings};

use crate::oss::Oss;

#[test]
fn without_a_signature_nobody_comes_in() {
    let oss = Oss::new(Settings {
        access: Access::Keys(Vec::new()),
        ..Settings::default()
    });
    for what in [
        "GET /",
        "GET /bkt",
        "GET /bkt/k",
        "PUT /bkt/k",
        "DELETE /bkt",
    ] {
        oss.ask(what, &[], b"").refused(403, "AccessDenied");
    }
}

#[test]
fn what_is_no_signature_is_refused_by_its_form() {
    let oss = Oss::new(Settings {
        access: Access::Keys(Vec::new()),
        ..Settings::default()
    });
    let date = ("date", "Wed, 01 Jan 2025 00:00:00 GMT");
    for (authorization, status, code) in [
        ("", 400, "InvalidArgument"),
        (
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e",
            400,
            "InvalidArgument",
        ),
        ("OSS nocolon", 400, "InvalidArgument"),
        (
            "OSS4-HMAC-SHA256 Credential=a/20250101/r/oss/x,Signature=00",
            400,
            "InvalidArgument",
        ),
        ("OSS4-HMAC-SHA256 Signature=00", 400, "InvalidArgument"),
        (
            "OSS4-HMAC-SHA256 Credential=a/b,Signature=00",
            400,
            "InvalidArgument",
        ),
        (
            "OSS4-HMAC-SHA256 Credential=a/20240101/r/oss/aliyun_v4_request,Signature=00",
            400,
            "InvalidArgument",
        ),
        ("OSS a:b", 403, "InvalidAccessKeyId"),
    ] {
        let reply = oss.ask("GET /bkt", &[("authorization", authorization), date], b"");
        reply.refused(status, code);
    }
}

#[test]
fn a_presigned_url_that_lacks_something_is_refused() {
    let oss = Oss::new(Settings {
        access: Access::Keys(Vec::new()),
        ..Settings::default()
    });
    let whole = "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20250101T000000Z\
                 &x-oss-credential=a%2F20250101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request\
                 &x-oss-signature=00&x-oss-expires=";
    oss.get(&format!("/bkt/k?{whole}60"))
        .refused(403, "InvalidAccessKeyId");
    for expires in ["", "0", "604801", "-1", "soon"] {
        let reply = oss.get(&format!("/bkt/k?{whole}{expires}"));
        reply.refused(400, "InvalidArgument");
    }
    oss.get("/bkt/k?x-oss-signature-version=OSS4-HMAC-SHA256")
        .refused(400, "InvalidArgument");
    oss.get("/bkt/k?Signature=x&OSSAccessKeyId=a")
        .refused(403, "AccessDenied");
    let both = "GET /bkt/k?Signature=x&OSSAccessKeyId=a&Expires=1";
    oss.ask(both, &[("authorization", "OSS a:b")], b"")
        .refused(400, "InvalidArgument");
}
