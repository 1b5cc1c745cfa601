//! Who is not let in.

use ossum_devserver::{Access, AccessKey, SecurityToken, Settings};

use super::check;
use crate::oss::{Oss, clock_at};

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
