use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command};

use rustix::fs::{Mode, OFlags, open};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Whether standard input is the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyboard {
    Absent,
    Attached,
}

/// A program that runs on a terminal. Dropping it kills it.
#[derive(Debug)]
pub struct OnTerminal {
    shown: String,
    child: Child,
    /// What the program writes to the terminal is read here.
    screen: File,
    seen: String,
    /// So far it was looked at, in bytes.
    looked_at: usize,
    /// Read, and not yet a whole character.
    bytes: Vec<u8>,
}

impl OnTerminal {
    pub(crate) fn start(
        mut command: Command,
        shown: String,
        columns: u16,
        keyboard: Keyboard,
    ) -> Self {
        let (screen, terminal) = pair(columns);
        let same = || terminal.try_clone().expect("there are descriptors left");
        command.stdout(same()).stderr(same());
        if keyboard == Keyboard::Attached {
            command.stdin(same());
        }
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{shown}: {error}"));
        Self {
            shown,
            child,
            screen: screen.into(),
            seen: String::new(),
            looked_at: 0,
            bytes: Vec::new(),
        }
    }

    /// Waits until `text` has been written behind what was waited for last.
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        loop {
            if let Some(found) = self.seen[self.looked_at..].find(text) {
                self.looked_at += found + text.len();
                return self;
            }
            let more = self.read();
            assert!(more, "{}: no {text:?} in {}", self.shown, self.seen);
        }
    }

    /// Types `text`, as somebody at the keyboard does.
    pub fn type_in(&mut self, text: &str) -> &mut Self {
        let typed = self.screen.write_all(text.as_bytes());
        typed.expect("the terminal is there");
        self
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.expect("a process has an ID");
        kill_process(pid, signal).expect("it has not been waited for");
    }

    /// Waits for its end, expects this exit code, and returns all it has written.
    pub fn exit(mut self, code: i32) -> String {
        while self.read() {}
        let status = self.child.wait().expect("it is our child");
        assert_eq!(status.code(), Some(code), "{}: {}", self.shown, self.seen);
        std::mem::take(&mut self.seen)
    }

    /// Takes in what comes next, and tells whether anything did.
    fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        // When nobody has the terminal open any more, Linux says that it cannot be read.
        let read = self.screen.read(&mut buffer).unwrap_or(0);
        self.bytes.extend(&buffer[..read]);
        // A character that is cut stays for the next time.
        let whole = match std::str::from_utf8(&self.bytes) {
            Ok(_) => self.bytes.len(),
            Err(error) => error.valid_up_to(),
        };
        let text: Vec<u8> = self.bytes.drain(..whole).collect();
        self.seen.push_str(&String::from_utf8_lossy(&text));
        read > 0
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        // Both fail if it has ended and been waited for, which is what they are for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Both ends of a terminal: where it is read, and where it is written.
fn pair(columns: u16) -> (OwnedFd, OwnedFd) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let screen = openpt(flags).expect("the system has terminals");
    grantpt(&screen).expect("it is ours");
    unlockpt(&screen).expect("it is ours");
    let name = ptsname(&screen, Vec::new()).expect("it has a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = open(name, flags, Mode::empty()).expect("it can be opened");
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(terminal.as_fd(), size).expect("it has a size");
    (screen, terminal)
}
