use super::encoding::{decode, encode};
use crate::refusal::Refusal;

/// The parameters of a query string, decoded, in the order they came.
///
/// A name without `=` has the empty value, as has a name followed by `=` and nothing: OSS does
/// not tell the two apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Parses what follows the `?`; `+` stands for a space.
    pub(crate) fn parse(raw: &str) -> Result<Self, Refusal> {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        let parsed = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode_term(name)?, decode_term(value)?))
        });
        parsed
            .collect::<Option<Vec<_>>>()
            .map(Self)
            .ok_or_else(|| Refusal::argument("query", raw, "The query string is not valid UTF-8."))
    }

    /// Whether `name` is there, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of `name`; the last one if it came more than once.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut from_last = self.0.iter().rev();
        from_last
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of `name` unless it is empty.
    pub(crate) fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Every name and value.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The canonical query string of V4 signatures, without parameter `but`.
    pub(crate) fn canonical(&self, but: Option<&str>) -> String {
        let signed = self.pairs().filter(|(name, _)| Some(*name) != but);
        let mut encoded: Vec<_> = signed
            .map(|(name, value)| (encode(name), encode(value)))
            .collect();
        // By encoded name alone: in the joined text `=` would sort after `-` and digits.
        encoded.sort();
        let terms: Vec<_> = encoded.into_iter().map(join_term).collect();
        terms.join("&")
    }
}

fn join_term((name, value): (String, String)) -> String {
    if value.is_empty() {
        name
    } else {
        format!("{name}={value}")
    }
}

fn decode_term(term: &str) -> Option<String> {
    decode(&term.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(raw: &str) -> Query {
        Query::parse(raw).unwrap()
    }

    #[test]
    fn names_without_a_value_are_there() {
        let query = query("uploads&prefix=a%2Fb+c&&x=");
        assert!(query.has("uploads") && query.has("x") && !query.has("y"));
        assert_eq!(query.get("prefix"), Some("a/b c"));
        assert_eq!(query.non_empty("x"), None);
    }

    #[test]
    fn the_canonical_form_is_sorted_by_encoded_name() {
        let canonical = query("p-1=x&p=y&p2&uploads=&%2Bz=1&sig=s").canonical(Some("sig"));
        assert_eq!(canonical, "%2Bz=1&p=y&p-1=x&p2&uploads");
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert_eq!(Query::parse("a=%ff").unwrap_err().code, "InvalidArgument");
    }
}
