use std::io::{self, BufRead, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use ossum_config::Key;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::failure::Failure;
use crate::session::Session;

/// No secret is longer.
const MAX_BYTES: u64 = 16 * 1024;

/// So often a signal is looked for while somebody types.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Asks for a secret at the terminal without showing it, or reads it from standard input.
pub(super) fn read(session: &Session, key: Key) -> Result<String, Failure> {
    let text = if io::stdin().is_terminal() {
        ask(session, key)?
    } else {
        first_line(io::stdin().lock()).map_err(failed)?
    };
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(Failure::usage(
            format!("no value is given for {}", key.name()),
            "type it when it is asked for, or give it on standard input",
        ));
    }
    Ok(secret.to_owned())
}

fn ask(session: &Session, key: Key) -> Result<String, Failure> {
    let silence = Arc::new(Silence::begin().map_err(failed)?);
    let restored = Arc::clone(&silence);
    session.interrupts.end_by(move || restored.end());
    session.screen.write_stderr(&format!("{}: ", key.name()));
    let (tell, told) = mpsc::channel();
    // A thread that reads cannot be woken by a signal; it ends with the process.
    thread::spawn(move || tell.send(first_line(io::stdin().lock())));
    let text = loop {
        if let Some(interrupted) = session.interrupted() {
            break Err(interrupted);
        }
        match told.recv_timeout(LOOK_AGAIN) {
            Ok(line) => break line.map_err(failed),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break Ok(String::new()),
        }
    };
    silence.end();
    session.screen.write_stderr("\n");
    text
}

fn first_line(reader: impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(MAX_BYTES).read_line(&mut line)?;
    Ok(line)
}

fn failed(source: io::Error) -> Failure {
    Failure::System {
        action: "read a secret".to_owned(),
        source,
    }
}

/// The terminal on standard input, which does not show what is typed.
struct Silence {
    before: Termios,
}

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // What was typed ahead was shown, and is not taken for the secret.
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }

    fn end(&self) {
        // Where the terminal is gone there is nothing to restore.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        self.end();
    }
}
