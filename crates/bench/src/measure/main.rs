//! Runs one command and writes down what it cost: `ossum-bench-measure RESULT COMMAND ...`.
//!
//! A program of its own, because Linux counts what the parent holds at the time of the fork among
//! the child's peak of memory: this parent holds next to nothing.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};
use std::time::Instant;

use wait4::Wait4;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let (Some(result), Some(program)) = (words.next(), words.next()) else {
        return ExitCode::from(2);
    };
    let measured = measure(program, words).and_then(|line| std::fs::write(&result, line));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn measure(program: OsString, words: impl Iterator<Item = OsString>) -> io::Result<String> {
    let began = Instant::now();
    let child = Command::new(program).args(words).spawn()?;
    let used = child.wait4()?;
    let elapsed = began.elapsed();
    Ok(format!(
        r#"{{"code":{},"signal":{},"user_us":{},"system_us":{},"rss_bytes":{},"elapsed_us":{}}}"#,
        used.status.code().unwrap_or(-1),
        used.status.signal().unwrap_or(0),
        used.rusage.utime.as_micros(),
        used.rusage.stime.as_micros(),
        used.rusage.maxrss,
        elapsed.as_micros(),
    ))
}
