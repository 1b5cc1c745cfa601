use serde::Serialize;

/// Something to tell: its facts are its members, and scripts get them by these names.
pub(crate) trait Event: Serialize {
    /// What happened, in one word.
    const NAME: &'static str;

    /// The same for people, a line each. Control characters may be in it.
    fn for_people(&self) -> Vec<String>;
}

/// The end of a command that failed.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorEvent {
    pub(crate) kind: &'static str,
    /// The exit code.
    pub(crate) code: u8,
    pub(crate) message: String,
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
    /// The code of OSS, such as `NoSuchKey`.
    pub(crate) oss_code: Option<String>,
    /// The detailed code of OSS, such as `0026-00000001`.
    pub(crate) ec: Option<String>,
    pub(crate) request_id: Option<String>,
    /// The local file that was read or written.
    pub(crate) file: Option<String>,
    /// The number of the part that failed.
    pub(crate) part: Option<u32>,
    /// Whether another run continues in place of starting over.
    pub(crate) resumable: bool,
}

impl ErrorEvent {
    /// File and part, where neither message nor causes name them: `file a.bin, part 7`.
    pub(crate) fn place(&self) -> Option<String> {
        let is_told = |text: &str| {
            let mut told = std::iter::once(&self.message).chain(&self.causes);
            told.any(|told| names(told, text))
        };
        let file = self.file.as_deref().filter(|file| !is_told(file));
        let part = self.part.map(|number| format!("part {number}"));
        let part = part.filter(|part| !is_told(part));
        let file = file.map(|file| format!("file {file}"));
        let places: Vec<_> = file.into_iter().chain(part).collect();
        (!places.is_empty()).then(|| places.join(", "))
    }
}

/// Whether `text` has `name` in it, and not as a piece of another one.
fn names(text: &str, name: &str) -> bool {
    let is_between = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || ":,;()".contains(c));
    text.match_indices(name).any(|(at, name)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        is_between(before.chars().next_back()) && is_between(after.chars().next())
    })
}

impl Event for ErrorEvent {
    const NAME: &'static str = "error";

    fn for_people(&self) -> Vec<String> {
        // People get it on standard error, in the form of `message::for_people`.
        vec![self.message.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_as_a_whole() {
        for text in ["open a.bin", "a.bin: no", "(a.bin)"] {
            assert!(names(text, "a.bin"), "{text}");
        }
        for text in ["upload oss://b/a.bin", "open a.bin.cp", "", "part 17 of"] {
            assert!(!names(text, "a.bin") && !names(text, "part 1"), "{text}");
        }
    }
}
