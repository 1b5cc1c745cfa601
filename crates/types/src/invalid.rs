use std::borrow::Cow;

/// What was refused as a name or number, and why.
///
/// The message fits on one line whatever was given: a long value is shortened, and control
/// characters are escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what} {shown}: {reason}")]
pub struct Invalid {
    what: &'static str,
    shown: String,
    reason: Cow<'static, str>,
}

/// A refused value is shown up to this many characters.
const SHOWN_CHARS: usize = 80;

impl Invalid {
    /// Says that `value` is no valid `what`, because of `reason`.
    pub fn new(what: &'static str, value: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        let mut shown = format!("{:?}", value.chars().take(SHOWN_CHARS).collect::<String>());
        if value.chars().nth(SHOWN_CHARS).is_some() {
            shown.push_str("...");
        }
        Self {
            what,
            shown,
            reason: reason.into(),
        }
    }

    /// What the value was meant to be, such as `bucket name`.
    pub fn what(&self) -> &'static str {
        self.what
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_hostile_value_stays_on_one_short_line() {
        let message =
            Invalid::new("object key", &"\n\u{1b}[2J".repeat(100), "too long").to_string();
        assert!(!message.contains(['\n', '\u{1b}']));
        assert!(message.len() < 400, "{message}");
    }
}
