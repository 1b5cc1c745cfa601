//! The floor: what the machine needs for the same requests, if no care is taken.
//!
//! Plain threads and blocking sockets, a connection each, one buffer of 256 KiB, CRC-64 by crc64fast.
//! No signature, no checkpoint, no comparison, no retry: whatever fails ends the program.
//!
//! `read` is what a download that goes on has to do at least with what is there.
//!
//!     ossum-bench-floor up|down HOST:PORT /BUCKET/KEY FILE SIZE PART_SIZE CONNECTIONS [CA.pem]
//!     ossum-bench-floor read FILE SIZE

mod connection;
mod download;
mod reread;
mod upload;

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::ScopedJoinHandle;

use connection::{Connection, Peer};

/// The bytes of one read from the file or the socket.
const BUFFER_BYTES: usize = 256 * 1024;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::Write::write_all(&mut io::stderr(), format!("{error}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<(), Box<dyn Error>> {
    if let [read, file, size] = words
        && read == "read"
    {
        return Ok(reread::run(Path::new(file), size.parse()?)?);
    }
    let [
        direction,
        address,
        path,
        file,
        size,
        part_size,
        connections,
        ca @ ..,
    ] = words
    else {
        return Err("see the first lines of its source".into());
    };
    let job = Job {
        peer: Peer::new(address, ca.first().map(Path::new))?,
        path: path.clone(),
        file: PathBuf::from(file),
        size: size.parse()?,
        part_size: part_size.parse()?,
        connections: connections.parse()?,
        next: AtomicU64::new(0),
    };
    match direction.as_str() {
        "up" => upload::run(&job)?,
        "down" => download::run(&job)?,
        _ => return Err("up or down".into()),
    }
    Ok(())
}

/// What all threads work at.
struct Job {
    peer: Peer,
    /// `/BUCKET/KEY`.
    path: String,
    file: PathBuf,
    size: u64,
    part_size: u64,
    connections: usize,
    next: AtomicU64,
}

impl Job {
    /// Whether one request is enough, as it is for ossum.
    fn is_single(&self) -> bool {
        self.size <= self.part_size
    }

    /// The number, from 0, and the begin and end of the next part nobody works at.
    fn take(&self) -> Option<(u64, u64, u64)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let begin = number * self.part_size;
        (begin < self.size).then(|| (number, begin, self.size.min(begin + self.part_size)))
    }

    /// Has every connection work in a thread of its own, and waits for all.
    fn on_all_connections<R: Send>(
        &self,
        work: impl Fn(&mut Connection) -> io::Result<R> + Sync,
    ) -> io::Result<Vec<R>> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections)
                .map(|_| scope.spawn(|| work(&mut self.peer.connect()?)))
                .collect();
            let ended = threads.into_iter().map(ScopedJoinHandle::join);
            ended
                .map(|result| result.unwrap_or_else(|_| Err(io::Error::other("a panic"))))
                .collect()
        })
    }
}
