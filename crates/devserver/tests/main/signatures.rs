use hmac::{Hmac, KeyInit, Mac};
use http::HeaderValue;
use ossum_devserver::{Access, AccessKey, SecurityToken, Settings};
use sha2::{Digest, Sha256};

use crate::oss::{Oss, Reply, clock_at};
use crate::vector::{Vector, vectors};

#[test]
fn signatures_of_the_official_sdks_are_accepted() {
    for vector in vectors() {
        let reply = vector.ask();
        // The requests ask for buckets that are not here; that they get so far is the point.
        let malformed = reply.element("Code").as_deref() == Some("InvalidArgument");
        let refused = reply.status == 403 || malformed;
        assert!(!refused, "{}: {} {reply:?}", vector.name, reply.text());
    }
}

#[test]
fn another_secret_is_refused_and_the_answer_shows_what_was_signed() {
    for mut vector in vectors() {
        vector.access_key_secret.push('x');
        let reply = vector.ask();
        if vector.method == "HEAD" {
            assert_eq!(reply.status, 403, "{}", vector.name);
            continue;
        }
        let reply = reply.refused(403, "SignatureDoesNotMatch");
        assert_eq!(reply.element("OSSAccessKeyId"), Some(vector.access_key_id));
        assert!(reply.element("StringToSign").is_some(), "{}", vector.name);
        let shows_canonical = reply.element("CanonicalRequest").is_some();
        assert_eq!(shows_canonical, vector.version == "v4", "{}", vector.name);
        assert_eq!(reply.element("EC").as_deref(), Some("0002-00000040"));
    }
}

#[test]
fn a_changed_request_is_refused() {
    for vector in vectors() {
        let mut other_key = vector.clone();
        other_key.key.push('x');
        let mut other_method = vector.clone();
        other_method.method = "OPTIONS".to_owned();
        let mut other_header = vector.clone();
        let name = "x-oss-not-signed".to_owned();
        other_header.headers.insert(name, "x".to_owned());
        let has_bucket = !vector.bucket.is_empty();
        for changed in [other_key, other_method, other_header] {
            if has_bucket {
                assert_eq!(changed.ask().status, 403, "{}", vector.name);
            }
        }
    }
}

#[test]
fn a_signed_header_that_is_dropped_changed_or_doubled_is_refused() {
    for vector in vectors() {
        for name in vector.signed_headers() {
            let what = format!("{} {name}", vector.name);
            let refused = |reply: Reply| matches!(reply.status.as_u16(), 400 | 403);
            let other = || HeaderValue::from_static("other");
            // Without this one the same is signed.
            let implied = name == "x-oss-content-sha256" && vector.version == "v4";
            let dropped = vector.ask_after(|headers| drop(headers.remove(&name)));
            assert!(refused(dropped) || implied, "{what}");
            let changed = vector.ask_after(|headers| drop(headers.insert(&name, other())));
            assert!(refused(changed), "{what}");
            let doubled = vector.ask_after(|headers| {
                headers.append(&name, other());
            });
            assert!(refused(doubled), "{what}");
        }
    }
}

/// A URL for an object, presigned for the key `id` and the one host `127.0.0.1`.
fn presigned_for_one_host() -> String {
    let scope = "20231216/cn-hangzhou/oss/aliyun_v4_request";
    let query = format!(
        "x-oss-additional-headers=host&x-oss-credential=id%2F{}&x-oss-date=20231216T162057Z\
         &x-oss-expires=60&x-oss-signature-version=OSS4-HMAC-SHA256",
        scope.replace('/', "%2F")
    );
    let canonical = format!("GET\n/bkt/k\n{query}\nhost:127.0.0.1\n\nhost\nUNSIGNED-PAYLOAD");
    let hash = hex::encode(Sha256::digest(canonical));
    let text = format!("OSS4-HMAC-SHA256\n20231216T162057Z\n{scope}\n{hash}");
    let hmac = |key: &[u8], text: &str| {
        let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.chain_update(text).finalize().into_bytes().to_vec()
    };
    let first = b"aliyun_v4secret".to_vec();
    let key = scope.split('/').fold(first, |key, step| hmac(&key, step));
    let signature = hex::encode(hmac(&key, &text));
    format!("/bkt/k?{query}&x-oss-signature={signature}")
}

#[test]
fn a_url_whose_host_is_signed_is_good_for_no_other_host() {
    let key = AccessKey {
        id: "id".to_owned(),
        secret: "secret".to_owned(),
        token: None,
    };
    let oss = Oss::new(Settings {
        access: Access::Keys(vec![key]),
        clock: clock_at(1_702_743_657),
        ..Settings::default()
    });
    let what = format!("GET {}", presigned_for_one_host());
    let ask = |host| oss.ask(&what, &[("host", host)], b"");
    ask("127.0.0.1").refused(404, "NoSuchKey");
    for elsewhere in ["127.0.0.2", "127.0.0.1:80", ""] {
        ask(elsewhere).refused(403, "SignatureDoesNotMatch");
    }
    oss.get(&presigned_for_one_host())
        .refused(403, "SignatureDoesNotMatch");
}

#[test]
fn the_hash_of_a_body_is_refused_for_it_would_not_be_compared() {
    for vector in vectors().into_iter().filter(|v| v.version == "v4") {
        let hash = HeaderValue::from_static("e3b0c44298fc1c149afbf4c8996fb924");
        let reply = vector.ask_after(|headers| drop(headers.insert("x-oss-content-sha256", hash)));
        assert_eq!(reply.status, 400, "{}", vector.name);
        assert_eq!(reply.header("x-oss-ec").as_deref(), Some("0002-00000214"));
    }
}

#[test]
fn another_query_is_refused_by_v4() {
    for mut vector in vectors() {
        vector.query.push(("zz".to_owned(), "1".to_owned()));
        let accepted = vector.ask().status != 403;
        // V1 signs only parameters that select a part of the resource.
        assert_eq!(accepted, vector.version == "v1", "{}", vector.name);
    }
}

#[test]
fn a_clock_more_than_15_minutes_off_is_refused() {
    for mut vector in vectors() {
        if vector.expected.authorization.is_none() || vector.method == "HEAD" {
            continue;
        }
        let signed_at = vector.signed_at();
        for (off, passes) in [(900, true), (-900, true), (901, false), (-901, false)] {
            let settings = Settings {
                clock: clock_at(signed_at + off),
                ..vector.settings()
            };
            let reply = vector.ask_with(settings);
            let skewed = reply.element("Code").as_deref() == Some("RequestTimeTooSkewed");
            assert_eq!(skewed, !passes, "{} {off}", vector.name);
            if skewed {
                assert_eq!(reply.status, 403);
                assert!(reply.header("date").is_some());
                assert_eq!(
                    reply.element("MaxAllowedSkewMilliseconds").as_deref(),
                    Some("900000")
                );
            }
        }
        vector.access_key_secret.push('x'); // a wrong clock is told before a wrong secret
        let settings = Settings {
            clock: clock_at(signed_at + 3600),
            ..vector.settings()
        };
        vector
            .ask_with(settings)
            .refused(403, "RequestTimeTooSkewed");
    }
}

#[test]
fn a_presigned_url_works_until_it_expires_and_no_longer() {
    for vector in vectors() {
        let Some(expiration) = vector.expiration.filter(|_| vector.method != "HEAD") else {
            continue;
        };
        let at = |second| Settings {
            clock: clock_at(second),
            ..vector.settings()
        };
        assert_ne!(
            vector.ask_with(at(expiration)).status,
            403,
            "{}",
            vector.name
        );
        let late = vector.ask_with(at(expiration + 1));
        let late = late.refused(403, "AccessDenied");
        assert_eq!(
            late.element("Message").as_deref(),
            Some("Request has expired.")
        );
        assert_eq!(late.element("EC").as_deref(), Some("0002-00000069"));
    }
}

#[test]
fn the_region_of_a_v4_signature_must_be_the_services() {
    for vector in vectors() {
        if vector.version == "v1" || vector.method == "HEAD" {
            continue;
        }
        let settings = Settings {
            region: "eu-central-1".parse().unwrap(),
            ..vector.settings()
        };
        let reply = vector.ask_with(settings).refused(400, "InvalidArgument");
        assert_eq!(reply.element("EC").as_deref(), Some("0002-00000226"));
    }
}

#[test]
fn an_unknown_key_is_refused() {
    for vector in vectors().into_iter().filter(|v| v.method != "HEAD") {
        let settings = Settings {
            access: Access::Keys(Vec::new()),
            ..vector.settings()
        };
        vector.ask_with(settings).refused(403, "InvalidAccessKeyId");
    }
}

#[test]
fn a_temporary_key_needs_its_token_before_that_expires() {
    let has_token = |vector: &Vector| !vector.security_token.is_empty();
    for vector in vectors().into_iter().filter(has_token) {
        let with = |token: Option<SecurityToken>| Settings {
            access: Access::Keys(vec![AccessKey {
                token,
                ..vector.key()
            }]),
            ..vector.settings()
        };
        let other = SecurityToken {
            text: "other".to_owned(),
            expires: None,
        };
        let expired = SecurityToken {
            text: vector.security_token.clone(),
            expires: Some(std::time::SystemTime::UNIX_EPOCH),
        };
        let name = &vector.name;
        for (token, code) in [
            (Some(other), "InvalidSecurityToken"),
            (None, "InvalidSecurityToken"),
            (Some(expired), "SecurityTokenExpired"),
        ] {
            let reply = vector.ask_with(with(token));
            assert_eq!(reply.status, 403, "{name}");
            if vector.method != "HEAD" {
                reply.refused(403, code);
            }
        }
    }
}

#[test]
fn the_blank_after_a_comma_that_the_documentation_writes_is_accepted() {
    for mut vector in vectors().into_iter().filter(|v| v.version == "v4") {
        if let Some(authorization) = &mut vector.expected.authorization {
            *authorization = authorization.replace(',', ", ");
            assert_ne!(vector.ask().status, 403, "{}", vector.name);
        }
    }
}
