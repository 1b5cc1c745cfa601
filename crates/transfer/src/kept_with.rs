//! What is kept beside an object's bytes, when another one is made of it.

use std::collections::BTreeMap;

use ossum_client::op::ObjectHeaders;

/// What was asked for, and for the rest what is kept with the source: field by field, and tags as a
/// whole. ACL, storage class and encryption are those asked for alone.
pub(crate) fn or_of_source(asked: &ObjectHeaders, source: ObjectHeaders) -> ObjectHeaders {
    let asked = asked.clone();
    let tags = [asked.tags, source.tags];
    ObjectHeaders {
        content_type: asked.content_type.or(source.content_type),
        cache_control: asked.cache_control.or(source.cache_control),
        content_disposition: asked.content_disposition.or(source.content_disposition),
        content_encoding: asked.content_encoding.or(source.content_encoding),
        expires: asked.expires.or(source.expires),
        metadata: merged(source.metadata, asked.metadata),
        tags: tags
            .into_iter()
            .find(|tags| !tags.is_empty())
            .unwrap_or_default(),
        ..asked
    }
}

/// Names are written in any case, and are the same whatever it is.
fn merged(source: Vec<(String, String)>, asked: Vec<(String, String)>) -> Vec<(String, String)> {
    let all = source.into_iter().chain(asked);
    let all: BTreeMap<String, String> = all
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_takes_the_place_of_what_the_source_has() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let source = ObjectHeaders {
            content_type: Some("text/plain".to_owned()),
            metadata: pairs(&[("a", "1"), ("b", "2")]),
            tags: pairs(&[("t", "1")]),
            storage_class: Some("IA".to_owned()),
            ..ObjectHeaders::default()
        };
        let asked = ObjectHeaders {
            metadata: pairs(&[("B", "3"), ("c", "4")]),
            ..ObjectHeaders::default()
        };
        let expected = ObjectHeaders {
            metadata: pairs(&[("a", "1"), ("b", "3"), ("c", "4")]),
            storage_class: None,
            ..source.clone()
        };
        assert_eq!(or_of_source(&asked, source), expected);
    }
}
