//! Shows how far a transfer is, or something that is read, from a thread that asks now and then.

mod active;
pub(crate) mod happened;
mod line;
mod one;
mod pace;
mod planning;
mod reading;
mod rows;
mod run;
pub(crate) mod words;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ossum_transfer::Monitor;

use self::one::One;
use self::pace::Pace;
use self::planning::Planning;
pub(crate) use self::reading::Reading;
use self::rows::Rows;
use self::run::Run;
use crate::args::ProgressChoice;
use crate::output::{Event, Output};
use crate::screen::Screen;
use crate::session::Session;
use crate::terminal::Charset;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Not at all.
    None,
    /// A bar at the foot of the terminal.
    Bar,
    /// A plain line now and then.
    Plain,
    /// A JSON line, at most one a second.
    Json,
}

impl Style {
    /// What is shown if nothing else is asked for, and what asking changes.
    pub(crate) fn choose(
        choice: ProgressChoice,
        quiet: bool,
        json: bool,
        on_terminal: bool,
    ) -> Self {
        match choice {
            _ if quiet => Self::None,
            ProgressChoice::None => Self::None,
            ProgressChoice::Bar => Self::Bar,
            ProgressChoice::Auto if json => Self::Json,
            ProgressChoice::Auto if on_terminal => Self::Bar,
            ProgressChoice::Auto | ProgressChoice::Plain => Self::Plain,
        }
    }

    /// How often what happened is told.
    fn tick(self) -> Duration {
        match self {
            Self::Bar | Self::Json => Duration::from_millis(100),
            // To know the rate, should somebody ask.
            Self::None => Duration::from_secs(1),
            Self::Plain => Duration::from_secs(10),
        }
    }

    /// How often it is shown how far the transfer is.
    fn interval(self) -> Duration {
        match self {
            Self::Json => Duration::from_secs(1),
            other => other.tick(),
        }
    }
}

/// A transfer that is watched until this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    wishes: Sender<Wish>,
    thread: Option<JoinHandle<()>>,
}

/// What is wanted of whoever watches.
#[derive(Debug, Clone, Copy)]
enum Wish {
    /// To say how far it is, now.
    State,
    End,
}

impl Progress {
    /// Begins to show `monitor` as `name`, and tells how far it is on SIGUSR1.
    pub(crate) fn show(session: &Session, name: &str, monitor: &Monitor) -> Self {
        Self::of(session, One::new(session, name, monitor))
    }

    /// The same of a run over many objects.
    pub(crate) fn show_run(session: &Session, monitor: &ossum_many::Monitor) -> Self {
        Self::of(session, Run::new(session, monitor))
    }

    /// The same of the objects of a migration, as they are gone through.
    pub(crate) fn show_listing(session: &Session, monitor: &Arc<ossum_migrate::Monitor>) -> Self {
        Self::of(session, Planning::new(session, monitor))
    }

    /// The same of the rows of shards.
    pub(crate) fn show_rows(session: &Session, progress: &Arc<ossum_migrate::Progress>) -> Self {
        Self::of(session, Rows::new(session, progress))
    }

    fn of(session: &Session, watched: impl Watched) -> Self {
        let view = View {
            watched,
            style: session.progress,
            pace: Pace::default(),
            output: Arc::clone(&session.output),
            screen: session.screen.clone(),
        };
        let (wishes, inbox) = mpsc::channel();
        let asked = wishes.clone();
        session.interrupts.tell_by(move || {
            // After the end there is nothing to tell.
            let _ = asked.send(Wish::State);
        });
        // Without a thread there is no progress to be seen, which is no reason not to make any.
        let thread = thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || view.watch(&inbox));
        Self {
            wishes,
            thread: thread.ok(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // Where the thread is gone there is nothing to end.
        let _ = self.wishes.send(Wish::End);
        if let Some(thread) = self.thread.take() {
            // It has nothing to say but that it ended.
            let _ = thread.join();
        }
    }
}

/// What is watched.
trait Watched: Send + 'static {
    type Snapshot;
    type Event: Event;

    fn snapshot(&self) -> Self::Snapshot;

    /// Payload bytes moved so far.
    fn bytes_moved(snapshot: &Self::Snapshot) -> u64;

    /// How far it is, for people.
    fn words(&self, snapshot: &Self::Snapshot, bytes_per_second: Option<u64>) -> String;

    /// The same for scripts.
    fn event(snapshot: Self::Snapshot) -> Self::Event;

    /// Tells scripts what happened since this was last called.
    fn tell(&mut self, output: &Output) {
        let _ = output;
    }

    /// Draws the bars, if there are any.
    fn draw(&mut self, snapshot: &Self::Snapshot, words: String);

    /// Leaves nothing on the terminal.
    fn end(&mut self);
}

/// What is watched, as it is shown.
struct View<W> {
    watched: W,
    style: Style,
    pace: Pace,
    output: Arc<Output>,
    screen: Screen,
}

impl<W: Watched> View<W> {
    fn watch(mut self, inbox: &Receiver<Wish>) {
        let mut shown = Instant::now();
        loop {
            let wish = inbox.recv_timeout(self.style.tick());
            // People see it in the numbers.
            if self.style == Style::Json {
                self.watched.tell(&self.output);
            }
            match wish {
                Ok(Wish::State) => {
                    let (_, words) = self.look();
                    self.write(&words);
                }
                Err(RecvTimeoutError::Timeout) if shown.elapsed() >= self.style.interval() => {
                    shown = Instant::now();
                    self.show();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Wish::End) | Err(RecvTimeoutError::Disconnected) => return self.watched.end(),
            }
        }
    }

    fn show(&mut self) {
        let (snapshot, words) = self.look();
        match self.style {
            Style::Bar => self.watched.draw(&snapshot, words),
            Style::Plain => self.write(&words),
            // Where it cannot be written, the last line will tell.
            Style::Json => {
                let _ = self.output.note_in_json(&W::event(snapshot));
            }
            Style::None => {}
        }
    }

    /// How far it is now.
    fn look(&mut self) -> (W::Snapshot, String) {
        let snapshot = self.watched.snapshot();
        self.pace.add(Instant::now(), W::bytes_moved(&snapshot));
        let words = self.watched.words(&snapshot, self.pace.bytes_per_second());
        (snapshot, words)
    }

    fn write(&self, words: &str) {
        self.screen.write_stderr(&format!("{words}\n"));
    }
}

fn bar(charset: Charset) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {wide_msg}");
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style.progress_chars(charset.bar())),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_shows_nothing_and_a_terminal_a_bar() {
        let choose = Style::choose;
        assert_eq!(choose(ProgressChoice::Bar, true, false, true), Style::None);
        assert_eq!(choose(ProgressChoice::Auto, false, false, true), Style::Bar);
        assert_eq!(
            choose(ProgressChoice::Auto, false, false, false),
            Style::Plain
        );
        assert_eq!(choose(ProgressChoice::Auto, false, true, true), Style::Json);
        assert_eq!(
            choose(ProgressChoice::Plain, false, true, true),
            Style::Plain
        );
    }
}
