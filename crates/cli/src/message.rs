//! How a failure is told: what failed, why, and what to do.

mod misunderstood;

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::SystemTime;

use ossum_checkpoint::End;

pub(crate) use self::misunderstood::misunderstood;
use crate::exit::{self, Verdict};
use crate::failure::Failure;
use crate::output::{ErrorEvent, Output};

/// A line is cut after this many characters: what others said fits on one screen.
const MAX_LINE_CHARS: usize = 600;

/// More causes than this tell a user nothing.
const MAX_CAUSES: usize = 5;

/// Tells `failure` and returns the exit code that goes with it.
pub(crate) fn report(failure: &Failure, output: &Output) -> u8 {
    if failure.is_nobody_listening() {
        return exit::DONE;
    }
    if let Failure::Told(told) = failure {
        return Verdict::on(told).code;
    }
    let event = event(failure);
    // Where the message itself cannot be written, the exit code has to do.
    let _ = output.error(&event);
    event.code
}

/// The failure as it is told.
pub(crate) fn event(failure: &Failure) -> ErrorEvent {
    let verdict = Verdict::on(failure);
    let service = failure.client().and_then(ossum_client::Error::service);
    ErrorEvent {
        kind: verdict.kind,
        code: verdict.code,
        message: line(failure),
        causes: causes(failure),
        hint: failure.hint().map(|hint| shortened(&hint)),
        oss_code: service.and_then(|service| service.code.as_deref().map(shortened)),
        ec: service.and_then(|service| service.ec.as_deref().map(shortened)),
        request_id: service.and_then(|service| service.request_id.as_deref().map(shortened)),
        file: failure
            .file()
            .map(|file| shortened(&file.to_string_lossy())),
        part: failure.part(),
        resumable: failure.is_resumable(),
    }
}

/// The failure and its causes, as people read them.
pub(crate) fn for_people(event: &ErrorEvent, coloured: bool) -> String {
    let (red, bold, plain) = if coloured {
        ("\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[0m")
    } else {
        ("", "", "")
    };
    let mut text = format!("{red}error:{plain} {}\n", event.message);
    for cause in &event.causes {
        let _ = writeln!(text, "  caused by: {cause}");
    }
    if let Some(hint) = &event.hint {
        let _ = writeln!(text, "  {bold}hint:{plain} {hint}");
    }
    if let Some(place) = event.place() {
        let _ = writeln!(text, "  at: {place}");
    }
    text
}

/// The failure as the end of a transfer that somebody may go on with later.
pub(crate) fn end_of(failure: &Failure) -> End {
    End {
        time: SystemTime::now(),
        kind: Verdict::on(failure).kind.to_owned(),
        message: in_one_line(failure),
        hint: failure.hint().map(|hint| shortened(&hint)),
    }
}

/// The failure and its causes on one line.
pub(crate) fn in_one_line(failure: &Failure) -> String {
    let causes = causes(failure).into_iter();
    std::iter::once(line(failure))
        .chain(causes)
        .collect::<Vec<_>>()
        .join(": ")
}

/// The chain of causes, each once.
fn causes(failure: &Failure) -> Vec<String> {
    let mut told = line(failure);
    let mut causes = Vec::new();
    let mut next = failure.source();
    while let Some(cause) = next.filter(|_| causes.len() < MAX_CAUSES) {
        let text = line(cause);
        // Some libraries print their cause and return it as well.
        if !told.contains(&text) {
            causes.push(text.clone());
            told = text;
        }
        next = cause.source();
    }
    causes
}

fn line(error: &dyn Error) -> String {
    shortened(&error.to_string())
}

fn shortened(text: &str) -> String {
    let text = escaped(text);
    match text.char_indices().nth(MAX_LINE_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.into_owned(),
    }
}

/// Makes text of others harmless on a terminal: what controls it is shown, not done.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) {
            harmless.extend(c.escape_default());
        } else {
            harmless.push(c);
        }
    }
    Cow::Owned(harmless)
}

/// Control characters, and those that turn the direction of writing or break the line.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes to standard error. Where that fails there is nobody to tell.
pub(crate) fn write_stderr(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Chain(&'static str, Option<Box<Chain>>);

    impl fmt::Display for Chain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Chain {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|cause| cause as &dyn Error)
        }
    }

    fn event(causes: &[&str], hint: Option<&str>) -> ErrorEvent {
        ErrorEvent {
            kind: "k",
            code: 1,
            message: "look up oss://b/k: no such object".to_owned(),
            causes: causes.iter().map(|cause| (*cause).to_owned()).collect(),
            hint: hint.map(str::to_owned),
            oss_code: None,
            ec: None,
            request_id: None,
            file: None,
            part: None,
            resumable: false,
        }
    }

    #[test]
    fn a_message_says_what_why_and_what_to_do() {
        let text = for_people(&event(&["404 NoSuchKey"], Some("check the key")), false);
        assert_eq!(
            text,
            "error: look up oss://b/k: no such object\n  caused by: 404 NoSuchKey\n  hint: check the key\n"
        );
    }

    #[test]
    fn a_cause_that_the_message_repeats_is_told_once() {
        let inner = Chain("refused", None);
        let middle = Chain("connect: refused", Some(Box::new(inner)));
        let source = std::io::Error::other(middle);
        let action = "begin".to_owned();
        let failure = Failure::System { action, source };
        assert_eq!(causes(&failure), ["connect: refused"]);
    }

    #[test]
    fn what_controls_a_terminal_is_shown_and_not_done() {
        assert_eq!(
            escaped("a\u{1b}[2J\nb\u{202e}c"),
            "a\\u{1b}[2J\\nb\\u{202e}c"
        );
        assert_eq!(escaped("中文 é"), "中文 é");
    }

    #[test]
    fn endless_text_is_cut() {
        let cut = shortened(&"é".repeat(100_000));
        assert_eq!(cut.chars().count(), MAX_LINE_CHARS + 3);
    }
}
