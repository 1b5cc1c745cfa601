use std::fmt;
use std::path::Path;

/// A text on one line of a terminal, whatever characters are in it.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

/// What a message calls a checkpoint: where it lies, if it lies anywhere.
pub(crate) fn checkpoint_at(path: Option<&Path>) -> String {
    match path {
        Some(path) => format!("checkpoint {}", Shown(&path.to_string_lossy())),
        None => "checkpoint".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_on_one_line() {
        let shown = checkpoint_at(Some(Path::new("a\n\u{1b}[2J\u{9b}.cp")));
        assert_eq!(shown, "checkpoint a\\n\\u{1b}[2J\\u{9b}.cp");
    }
}
