use ossum_client::op::ObjectHeaders;
use ossum_types::{Crc64, Crc64Hasher};

/// Stands for what is kept with an object: it is fixed when an upload begins, so an upload can only
/// be continued for the same.
///
/// The same in every process and version: each field that is there, by its name and length.
pub fn digest(headers: &ObjectHeaders) -> Crc64 {
    let ObjectHeaders {
        content_type,
        cache_control,
        content_disposition,
        content_encoding,
        expires,
        acl,
        storage_class,
        encryption,
        data_encryption,
        encryption_key_id,
        metadata,
        tags,
    } = headers;
    let single = [
        ("content-type", content_type),
        ("cache-control", cache_control),
        ("content-disposition", content_disposition),
        ("content-encoding", content_encoding),
        ("expires", expires),
        ("acl", acl),
        ("storage-class", storage_class),
        ("encryption", encryption),
        ("data-encryption", data_encryption),
        ("encryption-key-id", encryption_key_id),
    ];
    let mut hasher = Crc64Hasher::new();
    let mut add = |texts: &[&str]| {
        for text in texts {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    };
    for (name, value) in single {
        if let Some(value) = value {
            add(&[name, value]);
        }
    }
    for (kind, pairs) in [("metadata", metadata), ("tag", tags)] {
        for (name, value) in pairs {
            add(&[kind, name, value]);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_makes_the_digest_and_its_place_does_too() {
        let metadata = |pairs: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            digest(&ObjectHeaders {
                metadata: pairs.iter().map(owned).collect(),
                ..ObjectHeaders::default()
            })
        };
        assert_eq!(digest(&ObjectHeaders::default()), Crc64::EMPTY);
        assert_eq!(metadata(&[("a", "bc")]), metadata(&[("a", "bc")]));
        assert_ne!(metadata(&[("a", "bc")]), metadata(&[("ab", "c")]));
        let tagged = digest(&ObjectHeaders {
            tags: vec![("a".to_owned(), "bc".to_owned())],
            ..ObjectHeaders::default()
        });
        assert_ne!(tagged, metadata(&[("a", "bc")]));
    }

    #[test]
    fn the_digest_of_a_released_version_is_the_digest_for_ever() {
        let headers = ObjectHeaders {
            content_type: Some("text/plain".to_owned()),
            ..ObjectHeaders::default()
        };
        assert_eq!(digest(&headers).get(), 16_118_516_544_654_836_120);
    }
}
