//! Reads rules from TOML.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use ossum_types::{PartNumber, Span};
use serde::de::value::{SeqAccessDeserializer, StrDeserializer};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::check::{InvalidRules, MAX_RULES, MAX_TEXT_BYTES, check};
use super::{Rule, Rules};
use crate::Operation;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    rule: Vec<Spanned<Rule>>,
}

pub(super) fn rules(text: &str) -> Result<Rules, InvalidRules> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(InvalidRules::too_much("more than a mebibyte of rules"));
    }
    let document: Document = toml::from_str(text).map_err(|error| refused(text, &error))?;
    if document.rule.len() > MAX_RULES {
        return Err(InvalidRules::too_much("more than 1000 rules"));
    }
    let numbered = (1..).zip(document.rule);
    let checked = numbered.map(|(number, rule)| {
        let line = line_of(text, rule.span().start);
        let rule = rule.into_inner();
        match check(&rule) {
            Ok(()) => Ok(rule),
            Err(why) => Err(InvalidRules::of_rule(number, rule.name(), Some(line), &why)),
        }
    });
    checked.collect()
}

/// Says where `error` is: TOML that cannot be read has no rules yet, so they are counted by hand.
fn refused(text: &str, error: &toml::de::Error) -> InvalidRules {
    let start = error.span().unwrap_or(Range { start: 0, end: 0 }).start;
    let line = line_of(text, start);
    let is_header = |line: &&str| line.trim_start().starts_with("[[rule]]");
    let number = text.lines().take(line).filter(is_header).count();
    let why = error.message().trim().replace('\n', "; ");
    match number {
        0 => InvalidRules::of_line(line, &why),
        number => InvalidRules::of_rule(number, None, Some(line), &why),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// One operation or a list of them.
pub(super) fn operations<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Operation>, D::Error> {
    struct OneOrMany;

    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<Operation>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the name of an operation, or a list of names")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
            Operation::deserialize(StrDeserializer::new(name)).map(|one| vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<Self::Value, A::Error> {
            let many: Self::Value = Vec::deserialize(SeqAccessDeserializer::new(names))?;
            let none = || A::Error::custom("the list of operations is empty");
            (!many.is_empty()).then_some(many).ok_or_else(none)
        }
    }

    from.deserialize_any(OneOrMany)
}

pub(super) fn number_of_part<'de, D: Deserializer<'de>>(from: D) -> Result<PartNumber, D::Error> {
    PartNumber::new(u32::deserialize(from)?).map_err(D::Error::custom)
}

pub(super) fn part_number<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<PartNumber>, D::Error> {
    number_of_part(from).map(Some)
}

/// `"250ms"`, `"2s"`, or whole seconds.
pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    struct Written;

    impl Visitor<'_> for Written {
        type Value = Duration;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a duration such as \"250ms\", or whole seconds")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
            text.parse::<Span>().map(Span::get).map_err(E::custom)
        }

        fn visit_i64<E: Error>(self, seconds: i64) -> Result<Duration, E> {
            let seconds = u32::try_from(seconds);
            let seconds = seconds.map_err(|_| E::custom("a number of seconds is out of bounds"));
            seconds.map(|seconds| Duration::from_secs(seconds.into()))
        }
    }

    from.deserialize_any(Written)
}

pub(super) fn optional_duration<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Duration>, D::Error> {
    duration(from).map(Some)
}

pub(super) fn status<'de, D: Deserializer<'de>>(from: D) -> Result<StatusCode, D::Error> {
    let number = u16::deserialize(from)?;
    StatusCode::from_u16(number).map_err(|_| D::Error::custom(format!("{number} is no status")))
}

pub(super) fn header_name<'de, D: Deserializer<'de>>(from: D) -> Result<HeaderName, D::Error> {
    name_of(&String::deserialize(from)?)
}

pub(super) fn header_value<'de, D: Deserializer<'de>>(from: D) -> Result<HeaderValue, D::Error> {
    value_of(&String::deserialize(from)?)
}

pub(super) fn headers<'de, D: Deserializer<'de>>(from: D) -> Result<HeaderMap, D::Error> {
    let written = BTreeMap::<String, String>::deserialize(from)?;
    let read = |(name, value): (String, String)| Ok((name_of(&name)?, value_of(&value)?));
    written.into_iter().map(read).collect()
}

fn name_of<E: Error>(text: &str) -> Result<HeaderName, E> {
    let name = HeaderName::from_bytes(text.as_bytes());
    name.map_err(|_| E::custom(format!("{text:?} is no name of a header")))
}

fn value_of<E: Error>(text: &str) -> Result<HeaderValue, E> {
    let value = HeaderValue::from_bytes(text.as_bytes());
    value.map_err(|_| E::custom(format!("no header can have the value {text:?}")))
}
