use std::time::Duration;

use ossum_client::auth::SignatureVersion;
use ossum_client::op::{DeleteObject, GetObject, HeadObject, ObjectHeaders, PutObject};
use ossum_client::{AnswerHeader, Lifetime, Payload, Presignable, PresignedRequest};
use ossum_types::Span;

use super::block_on;
use crate::args::{Method, SignArgs};
use crate::failure::Failure;
use crate::output::SignedUrl;
use crate::session::Session;

/// Signs the address of an object.
pub(super) fn run(session: &Session, args: &SignArgs) -> Result<(), Failure> {
    check_options(args)?;
    if session.connection.timeout.is_some() {
        tracing::warn!("--timeout does not say how long the URL is valid; --expires does");
    }
    let mut version = SignatureVersion::default();
    let mut anonymous = false;
    let client = session.client_for_with(&args.what.bucket, |settings| {
        version = settings.signature_version;
        anonymous = settings.credentials.is_none();
    })?;
    if anonymous {
        return Err(Failure::usage(
            "sign: an anonymous session has nothing to sign with",
            "leave out --anonymous and give credentials; an object that is public needs no signature",
        ));
    }
    check_validity(version, args.expires)?;
    block_on(async {
        let signed = client.presign(request(args), args.expires.get()).await?;
        warn_of_end(&signed);
        let url = SignedUrl::of(&signed);
        if let Some(note) = url.note() {
            session.output.aside(&note);
        }
        session.output.answer(&url).map_err(Failure::Output)
    })
}

/// Refuses options that would mean nothing with this method.
fn check_options(args: &SignArgs) -> Result<(), Failure> {
    let answers = [
        ("--response-content-type", &args.response_content_type),
        (
            "--response-content-disposition",
            &args.response_content_disposition,
        ),
        ("--response-cache-control", &args.response_cache_control),
    ];
    let answer = answers.iter().find(|(_, value)| value.is_some());
    if let Some((option, _)) = answer.filter(|_| args.method != Method::Get) {
        return Err(means_nothing(option, "--method GET"));
    }
    if args.content_type.is_some() && args.method != Method::Put {
        return Err(means_nothing("--content-type", "--method PUT"));
    }
    if args.version_id.is_some() && args.method == Method::Put {
        return Err(means_nothing(
            "--version-id",
            "--method GET, HEAD or DELETE",
        ));
    }
    Ok(())
}

fn means_nothing(option: &str, only_with: &str) -> Failure {
    Failure::usage(
        format!("{option} is only for {only_with}"),
        format!("leave out {option}"),
    )
}

/// Refuses a validity that OSS would not accept (official documentation of presigned URLs).
fn check_validity(version: SignatureVersion, expires: Span) -> Result<(), Failure> {
    const LONGEST_V4: Duration = Duration::from_hours(7 * 24);
    if expires.get() < Duration::from_secs(1) {
        return Err(Failure::usage(
            format!("--expires {expires}: the URL would have expired at once"),
            "give it a second or longer, such as --expires 1h",
        ));
    }
    if version == SignatureVersion::V4 && expires.get() > LONGEST_V4 {
        return Err(Failure::usage(
            "--expires: OSS accepts a V4 signature in a URL for 7 days at most",
            "--expires 7d is the longest; sign it again later",
        ));
    }
    Ok(())
}

fn request(args: &SignArgs) -> Presignable {
    let (bucket, key) = (args.what.bucket.clone(), args.what.key.clone());
    let version_id = args.version_id.clone();
    match args.method {
        Method::Get => answered(
            args,
            Presignable::from(&GetObject {
                version_id,
                ..GetObject::new(bucket, key)
            }),
        ),
        Method::Head => Presignable::from(&HeadObject {
            version_id,
            ..HeadObject::new(bucket, key)
        }),
        Method::Delete => Presignable::from(&DeleteObject {
            version_id,
            ..DeleteObject::new(bucket, key)
        }),
        Method::Put => {
            let headers = ObjectHeaders {
                content_type: args.content_type.clone(),
                ..ObjectHeaders::default()
            };
            Presignable::from(&PutObject {
                headers,
                ..PutObject::new(bucket, key, Payload::Empty)
            })
        }
    }
}

fn answered(args: &SignArgs, request: Presignable) -> Presignable {
    let chosen = [
        (AnswerHeader::ContentType, &args.response_content_type),
        (
            AnswerHeader::ContentDisposition,
            &args.response_content_disposition,
        ),
        (AnswerHeader::CacheControl, &args.response_cache_control),
    ];
    let chosen = chosen
        .into_iter()
        .filter_map(|(header, value)| Some((header, value.as_ref()?)));
    chosen.fold(request, |request, (header, value)| {
        request.answered_with(header, value)
    })
}

fn warn_of_end(signed: &PresignedRequest) {
    match signed.lifetime {
        Lifetime::CutByCredentials => tracing::warn!(
            "the URL ends sooner than asked, with the temporary credentials that signed it: {}",
            crate::output::utc(signed.expires_at).unwrap_or_default()
        ),
        Lifetime::Uncertain => tracing::warn!(
            "the URL ends with the temporary credentials that signed it, if these end sooner"
        ),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(version: SignatureVersion, expires: &str) -> bool {
        check_validity(version, expires.parse().unwrap()).is_ok()
    }

    #[test]
    fn seven_days_are_the_longest_of_v4_only() {
        use SignatureVersion::{V1, V4};
        assert!(is_allowed(V4, "1s") && is_allowed(V4, "7d"));
        assert!(!is_allowed(V4, "7d 1s") && !is_allowed(V4, "999ms"));
        assert!(is_allowed(V1, "30d") && !is_allowed(V1, "0"));
    }
}
