//! What is kept with an object that is made.

use std::path::Path;

use ossum_client::op::ObjectHeaders;
use ossum_types::ObjectKey;

use crate::args::{KeyValue, ObjectArgs};

/// The headers that were asked for, and a `Content-Type` that suits where none was.
pub(in crate::command) fn of_upload(
    args: &ObjectArgs,
    file: &Path,
    key: &ObjectKey,
) -> ObjectHeaders {
    with_type(of_copy(args), file, key)
}

/// The headers that were asked for, and a `Content-Type` that suits where none was.
pub(in crate::command) fn with_type(
    asked: ObjectHeaders,
    file: &Path,
    key: &ObjectKey,
) -> ObjectHeaders {
    let content_type = asked.content_type;
    ObjectHeaders {
        content_type: content_type.or_else(|| guess(key, file).map(str::to_owned)),
        ..asked
    }
}

/// The headers that were asked for: the rest is the source's.
pub(in crate::command) fn of_copy(args: &ObjectArgs) -> ObjectHeaders {
    ObjectHeaders {
        content_type: args.content_type.clone(),
        acl: args.acl.clone(),
        storage_class: args.storage_class.clone(),
        encryption: args.sse.clone(),
        encryption_key_id: args.sse_kms_key_id.clone(),
        metadata: pairs(&args.meta),
        tags: pairs(&args.tag),
        ..ObjectHeaders::default()
    }
}

/// The type by the key's extension, otherwise by the file's, as the official SDK for Go has it.
fn guess(key: &ObjectKey, file: &Path) -> Option<&'static str> {
    let of = |path: &Path| mime_guess::from_path(path).first_raw();
    of(Path::new(key.as_str())).or_else(|| of(file))
}

fn pairs(given: &[KeyValue]) -> Vec<(String, String)> {
    let owned = |KeyValue(name, value): &KeyValue| (name.clone(), value.clone());
    given.iter().map(owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(key: &str, file: &str) -> Option<&'static str> {
        guess(&key.parse().unwrap(), Path::new(file))
    }

    #[test]
    fn the_key_decides_before_the_file() {
        assert_eq!(guessed("a/x.json", "x.txt"), Some("application/json"));
        assert_eq!(guessed("a/x", "x.txt"), Some("text/plain"));
        assert_eq!(guessed("a/x", "x"), None);
    }

    #[test]
    fn a_type_that_was_given_stays() {
        let args = ObjectArgs {
            content_type: Some("x/y".to_owned()),
            ..ObjectArgs::default()
        };
        let headers = of_upload(&args, Path::new("x.txt"), &"k.json".parse().unwrap());
        assert_eq!(headers.content_type.as_deref(), Some("x/y"));
    }
}
