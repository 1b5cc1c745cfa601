//! Where `tracing` goes: warnings to standard error, more of it when asked, all of it to a file.
//!
//! Only what ossum itself traces is written, at any level: what libraries trace of a request could
//! hold a security token.

use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::message::escaped;
use crate::output::utc;
use crate::screen::Screen;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Nothing.
    Nothing,
    /// What may be wrong.
    Warnings,
    /// What happens.
    Debug,
    /// Everything.
    Trace,
}

impl Detail {
    fn filter(self) -> Targets {
        let level = match self {
            Self::Nothing => LevelFilter::OFF,
            Self::Warnings => LevelFilter::WARN,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        };
        Targets::new().with_target("ossum", level)
    }
}

/// Begins to write: `detail` to the screen, and at least what `-v` shows to `file`.
pub(crate) fn begin(detail: Detail, file: Option<&Path>, screen: &Screen) -> io::Result<()> {
    let on_screen = OnScreen(screen.clone()).with_filter(detail.filter());
    let in_file = match file {
        None => None,
        Some(path) => {
            let detail = if detail == Detail::Trace {
                detail
            } else {
                Detail::Debug
            };
            Some(InFile(Mutex::new(open(path)?)).with_filter(detail.filter()))
        }
    };
    tracing_subscriber::registry()
        .with(on_screen)
        .with(in_file)
        .try_init()
        .map_err(io::Error::other)
}

fn open(path: &Path) -> io::Result<File> {
    // Names of buckets and keys are nobody else's business.
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

struct OnScreen(Screen);

impl<S: Subscriber> Layer<S> for OnScreen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let word = word(*event.metadata().level());
        self.0
            .write_stderr(&format!("{word}: {}\n", text_of(event)));
    }
}

struct InFile(Mutex<File>);

impl<S: Subscriber> Layer<S> for InFile {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let time = utc(SystemTime::now()).unwrap_or_default();
        let (level, target) = (event.metadata().level(), event.metadata().target());
        let line = format!("{time} {level:<5} {target}: {}\n", text_of(event));
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written must not end what it is about.
        let _ = file.write_all(line.as_bytes());
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// The message and the fields of an event, on one line.
fn text_of(event: &Event<'_>) -> String {
    let mut words = Words::default();
    event.record(&mut words);
    escaped(&format!("{}{}", words.message, words.fields)).into_owned()
}

#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a String does not fail.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}
