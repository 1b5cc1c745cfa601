//! What a command has to say, once for people and once for scripts: the same facts.

mod configured;
mod deleted;
mod event;
mod finding;
mod hashed;
mod jobs;
mod listed;
mod looked_up;
mod migrate;
mod restored;
mod run;
mod signed;
mod transferred;
mod under_way;
mod uploads;
mod usage;

use std::fmt::Write as _;
use std::io::{self, BufWriter, Stdout, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub(crate) use configured::{ConfigFileLine, ConfigPath, ConfigSummary, Kept, SettingLine};
pub(crate) use deleted::{Deleted, DeletedFile, DeletedTotal};
pub(crate) use event::{ErrorEvent, Event};
pub(crate) use finding::{Finding, Health, Verdict};
pub(crate) use hashed::{Compared, Hashed, HashedTotal, ReadProgress};
pub(crate) use jobs::{
    Explanation, GivenUp, GivenUpTotal, Job, JobDetail, JobsTotal, OfRun, ResumedTotal, RunDetail,
    Undone,
};
pub(crate) use listed::{BucketLine, ListTotal, ObjectLine, PrefixLine, VersionLine, utc};
pub(crate) use looked_up::{BucketStat, ObjectStat};
pub(crate) use migrate::{
    AuditFinding, LeftOut, MigrationAudited, MigrationFinished, MigrationPlanned, MigrationRun,
    MigrationStatus, PlanningProgress, RowFailed, RowsProgress, ShardEnded,
};
pub(crate) use restored::{Restored, RestoredState, RestoredTotal};
pub(crate) use run::{ItemError, OfItem, RunDone, RunProgress};
pub(crate) use signed::SignedUrl;
pub(crate) use transferred::{Done, Planned, Skipped, Statement, pace};
pub(crate) use under_way::{
    PartEvent, ProgressEvent, RestartedEvent, ResumedEvent, RetryEvent, Start,
};
pub(crate) use uploads::{AbortedTotal, AbortedUpload, Fate, UploadLine, UploadsTotal};
pub(crate) use usage::{ShowClasses, Unfinished, Usage};

use crate::message::{self, escaped};
use crate::screen::Screen;
use crate::terminal::Terminal;

/// Where results go.
#[derive(Debug)]
pub(crate) struct Output {
    format: Format,
    quiet: bool,
    coloured: bool,
    /// Whether standard output carries bytes of objects, and everything told goes elsewhere.
    beside_bytes: bool,
    screen: Screen,
    stdout: Mutex<BufWriter<Stdout>>,
}

/// For whom they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Words and tables.
    People,
    /// One JSON object a line.
    Json,
}

impl Output {
    pub(crate) fn new(format: Format, quiet: bool, coloured: bool, screen: Screen) -> Self {
        Self {
            format,
            quiet,
            coloured,
            beside_bytes: false,
            screen,
            stdout: Mutex::new(BufWriter::with_capacity(64 * 1024, io::stdout())),
        }
    }

    /// One for scripts, before the options are known.
    pub(crate) fn json() -> Self {
        Self::new(Format::Json, false, false, Screen::default())
    }

    /// One for people, before the options are known.
    pub(crate) fn for_people() -> Self {
        let coloured = Terminal::of_stderr().wants_colour();
        Self::new(Format::People, false, coloured, Screen::default())
    }

    /// The same, on standard error: standard output carries bytes of objects.
    pub(crate) fn beside_bytes(self) -> Self {
        Self {
            beside_bytes: true,
            ..self
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes one of many results, which was asked for: `quiet` hides it from scripts only, who
    /// get nothing but the last line then. It may wait in a buffer until [`flush`](Self::flush).
    pub(crate) fn data<E: Event>(&self, event: &E) -> io::Result<()> {
        if self.is_json() && self.quiet {
            return Ok(());
        }
        self.stdout().write_all(self.text(event).as_bytes())
    }

    /// Writes one of many things that were done, unless quiet. It may wait in a buffer like
    /// [`data`](Self::data).
    pub(crate) fn done<E: Event>(&self, event: &E) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.data(event)
    }

    /// Writes what happens on the way, unless quiet.
    pub(crate) fn note<E: Event>(&self, event: &E) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.write_now(event)
    }

    /// Writes for scripts what people see as a bar, unless quiet.
    pub(crate) fn note_in_json<E: Event>(&self, event: &E) -> io::Result<()> {
        if self.is_json() {
            self.note(event)
        } else {
            Ok(())
        }
    }

    /// Writes the last line: scripts get it always, people unless quiet.
    pub(crate) fn last<E: Event>(&self, event: &E) -> io::Result<()> {
        if self.quiet && !self.is_json() {
            return Ok(());
        }
        self.write_now(event)
    }

    /// Writes for scripts the last line of what people have in their hands.
    pub(crate) fn last_in_json<E: Event>(&self, event: &E) -> io::Result<()> {
        if self.is_json() {
            self.last(event)
        } else {
            Ok(())
        }
    }

    /// Writes the one result that was asked for, quiet or not.
    pub(crate) fn answer<E: Event>(&self, event: &E) -> io::Result<()> {
        self.write_now(event)
    }

    /// Writes the last line of a listing: for people apart from the data, on standard error.
    pub(crate) fn total<E: Event>(&self, event: &E) -> io::Result<()> {
        self.flush()?;
        match (self.format, self.quiet) {
            (Format::Json, _) => self.write_now(event),
            (Format::People, true) => Ok(()),
            (Format::People, false) => {
                self.screen.write_stderr(&self.text(event));
                Ok(())
            }
        }
    }

    /// Tells people something beside the results, on standard error, unless quiet.
    pub(crate) fn aside(&self, text: &str) {
        if !self.quiet && !self.is_json() {
            self.screen.write_stderr(&format!("{}\n", escaped(text)));
        }
    }

    /// Tells an error: scripts where they are told everything, people on standard error; quiet or
    /// not.
    pub(crate) fn error(&self, event: &ErrorEvent) -> io::Result<()> {
        if self.is_json() {
            return self.write_now(event);
        }
        // What came before stands before.
        let flushed = self.flush();
        self.screen
            .write_stderr(&message::for_people(event, self.coloured));
        flushed
    }

    /// Tells that one of many failed, as [`error`](Self::error).
    pub(crate) fn item_error(&self, event: &ItemError) -> io::Result<()> {
        match (self.format, self.quiet) {
            (Format::Json, true) => Ok(()),
            (Format::Json, false) => self.write_now(event),
            (Format::People, _) => {
                self.screen.write_stderr(&self.text(event));
                Ok(())
            }
        }
    }

    /// Writes what still waits.
    pub(crate) fn flush(&self) -> io::Result<()> {
        self.stdout().flush()
    }

    fn write_now<E: Event>(&self, event: &E) -> io::Result<()> {
        let text = self.text(event);
        if self.beside_bytes {
            self.screen.write_stderr(&text);
            return Ok(());
        }
        self.screen.write_stdout(&mut *self.stdout(), &text)
    }

    fn stdout(&self) -> MutexGuard<'_, BufWriter<Stdout>> {
        // A thread that panicked has left whole lines behind, as each is written at once.
        self.stdout.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text<E: Event>(&self, event: &E) -> String {
        match self.format {
            Format::Json => json_line(event),
            Format::People => lines_for_people(event),
        }
    }
}

/// The same line for every event: version, name, facts.
#[derive(Serialize)]
struct Line<'a, E> {
    v: u32,
    event: &'static str,
    #[serde(flatten)]
    facts: &'a E,
}

/// The version of all events.
const VERSION: u32 = 1;

fn json_line<E: Event>(event: &E) -> String {
    let line = Line {
        v: VERSION,
        event: E::NAME,
        facts: event,
    };
    let text = serde_json::to_string(&line)
        .expect("an event has text, numbers and lists of them, and its names are text");
    refer_to_control_characters(text) + "\n"
}

/// Writes control characters as JSON can: it demands that only of those below U+0020, and a terminal
/// also obeys some that are above. There are none but in strings.
fn refer_to_control_characters(json: String) -> String {
    if !json.contains(char::is_control) {
        return json;
    }
    let mut written = String::with_capacity(json.len() + 16);
    for char in json.chars() {
        if char.is_control() {
            let _ = write!(written, "\\u{:04x}", u32::from(char)); // a string takes all text
        } else {
            written.push(char);
        }
    }
    written
}

/// What is foreign in it cannot control the terminal.
fn lines_for_people<E: Event>(event: &E) -> String {
    let mut text = String::new();
    for line in event.for_people() {
        text.push_str(&escaped(&line));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_key_stays_on_its_line_for_people_and_is_whole_for_scripts() {
        let line = Deleted {
            object: "oss://b/a\n\u{1b}[2J\u{9b}2J\u{7f}中".to_owned(),
            version_id: None,
            moved_to: None,
            dry_run: false,
        };
        assert_eq!(
            lines_for_people(&line),
            "deleted oss://b/a\\n\\u{1b}[2J\\u{9b}2J\\u{7f}中\n"
        );
        let written = json_line(&line);
        assert!(
            !written.trim_end().contains(char::is_control),
            "{written:?}"
        );
        let json: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(json["object"], line.object);
        assert_eq!((&json["v"], &json["event"]), (&1.into(), &"deleted".into()));
    }
}
