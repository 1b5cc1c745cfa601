//! What kind of bytes an object has, where its caller does not say.

use std::path::Path;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use ossum_client::op::PlainRequest;

/// What says nothing of the bytes.
const UNKNOWN: &str = "application/octet-stream";

/// The same request with a `Content-Type`: its own, or what the extension of `name` stands for.
pub(crate) fn with_content_type(mut request: PlainRequest, name: &Path) -> PlainRequest {
    let of_name = || HeaderValue::from_static(guess(name));
    request.headers.entry(CONTENT_TYPE).or_insert_with(of_name);
    request
}

/// What the extension of `name` stands for.
pub(crate) fn guess(name: &Path) -> &'static str {
    // What streams to phones and browsers consist of; the list has another thing of that name first.
    if name
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("ts"))
    {
        return "video/MP2T";
    }
    mime_guess::from_path(name).first_raw().unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_and_no_extension_tells_nothing() {
        for (name, wanted) in [
            ("dir.png/a.TXT", "text/plain"),
            ("a.tar.gz", "application/gzip"),
            ("a.jpg", "image/jpeg"),
            ("a.ts", "video/MP2T"),
            ("dir.png/a", UNKNOWN),
            ("a.unheard-of", UNKNOWN),
            ("", UNKNOWN),
        ] {
            assert_eq!(guess(Path::new(name)), wanted, "{name}");
        }
    }
}
