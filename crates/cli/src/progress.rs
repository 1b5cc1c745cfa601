//! Shows how far a transfer is, from a thread that asks its monitor now and then.

mod active;
mod pace;
mod run;
mod words;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ossum_transfer::{Event, Monitor, Snapshot};

use self::pace::Pace;
use self::run::RunView;
use self::words::{done_bytes, words};
use crate::args::ProgressChoice;
use crate::message::escaped;
use crate::output::{Output, PartEvent, ProgressEvent, RestartedEvent, ResumedEvent, RetryEvent};
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
        Self::watch(session, View::new(session, name, monitor))
    }

    /// The same of a run over many objects.
    pub(crate) fn show_run(session: &Session, monitor: &ossum_many::Monitor) -> Self {
        Self::watch(session, RunView::new(session, monitor))
    }

    fn watch(session: &Session, view: impl Shown) -> Self {
        let style = session.progress;
        let (wishes, inbox) = mpsc::channel();
        let asked = wishes.clone();
        session.interrupts.tell_by(move || {
            // After the end there is nothing to tell.
            let _ = asked.send(Wish::State);
        });
        // Without a thread there is no progress to be seen, which is no reason not to make any.
        let thread = thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || watch(view, style, &inbox));
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
trait Shown: Send + 'static {
    /// Tells what happened since this was last called.
    fn tell(&mut self) {}

    /// Shows how far it is.
    fn show(&mut self);

    /// Says how far it is because somebody asked, whatever is shown otherwise.
    fn show_state(&mut self);

    /// Leaves nothing on the terminal.
    fn end(&mut self);
}

fn watch(mut view: impl Shown, style: Style, inbox: &Receiver<Wish>) {
    let mut shown = Instant::now();
    loop {
        let wish = inbox.recv_timeout(style.tick());
        view.tell();
        match wish {
            Ok(Wish::State) => view.show_state(),
            Err(RecvTimeoutError::Timeout) if shown.elapsed() >= style.interval() => {
                shown = Instant::now();
                view.show();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Wish::End) | Err(RecvTimeoutError::Disconnected) => return view.end(),
        }
    }
}

/// One transfer as it is shown.
struct View {
    style: Style,
    name: String,
    monitor: Monitor,
    pace: Pace,
    bar: Option<ProgressBar>,
    output: Arc<Output>,
    screen: Screen,
}

impl View {
    fn new(session: &Session, name: &str, monitor: &Monitor) -> Self {
        let (style, screen) = (session.progress, session.screen.clone());
        let charset = session.charset;
        Self {
            style,
            name: charset.fit(&escaped(name)).into_owned(),
            monitor: monitor.clone(),
            pace: Pace::default(),
            bar: (style == Style::Bar).then(|| screen.add(bar(charset))),
            output: Arc::clone(&session.output),
            screen,
        }
    }

    fn write(&self, snapshot: &Snapshot) {
        let line = format!("{}: {}\n", self.name, self.words(snapshot));
        self.screen.write_stderr(&line);
    }

    fn words(&self, snapshot: &Snapshot) -> String {
        words(snapshot, self.pace.bytes_per_second())
    }
}

impl Shown for View {
    /// Scripts hear of it; people see it in the numbers.
    fn tell(&mut self) {
        let events = self.monitor.take_events();
        if self.style != Style::Json {
            return;
        }
        for event in events {
            // Where it cannot be written, the last line will tell.
            let _ = tell(&self.output, event);
        }
    }

    fn show(&mut self) {
        let snapshot = self.monitor.snapshot();
        self.pace.add(Instant::now(), snapshot.bytes_moved);
        match (self.style, &self.bar) {
            (Style::Bar, Some(bar)) => {
                bar.set_length(snapshot.bytes_total.unwrap_or(0));
                bar.set_position(done_bytes(&snapshot));
                bar.set_message(format!("{}: {}", self.name, self.words(&snapshot)));
            }
            (Style::Plain, _) => self.write(&snapshot),
            // Where it cannot be written, the last line will tell.
            (Style::Json, _) => {
                let _ = self.output.note_in_json(&ProgressEvent::from(snapshot));
            }
            _ => {}
        }
    }

    fn show_state(&mut self) {
        let snapshot = self.monitor.snapshot();
        self.pace.add(Instant::now(), snapshot.bytes_moved);
        self.write(&snapshot);
    }

    fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn tell(output: &Output, event: Event) -> io::Result<()> {
    match event {
        Event::Part {
            number,
            bytes,
            reused,
        } => output.note_in_json(&PartEvent {
            number: number.get(),
            bytes,
            reused,
        }),
        Event::Resumed { parts } => output.note_in_json(&ResumedEvent { parts }),
        Event::Restarted(reason) => output.note_in_json(&RestartedEvent {
            reason: reason.to_string(),
        }),
        Event::Retry(retry) => output.note_in_json(&RetryEvent::from(retry)),
        _ => Ok(()),
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
