mod data;
mod server;
mod trip;
mod victim;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ossum_types::ByteSize;
use serde::Serialize;
use tempfile::TempDir;

use self::server::Embedded;
use self::trip::Trip;
use crate::args::DemoArgs;
use crate::failure::Failure;
use crate::output::{Event, Statement, pace};
use crate::session::Session;

/// Moves a file up to a server in this process and down again, is killed half-way both times, and
/// compares.
pub(super) fn run(session: &Session, args: &DemoArgs) -> Result<(), Failure> {
    let size = args.size.get();
    let directory = TempDir::with_prefix("ossum-demo-").map_err(|source| Failure::Local {
        action: "make a directory in",
        path: std::env::temp_dir(),
        source,
    })?;
    let (sent, received) = (
        directory.path().join("data.bin"),
        directory.path().join("again.bin"),
    );
    make_data(session, &sent, size)?;
    let server = Embedded::start(directory.path(), size)?;
    tell(
        session,
        "server",
        format!(
            "{} in this process; signatures are verified",
            server.place()
        ),
    )?;
    let client = server.client()?;
    let up = Trip::up(&sent, size).make(session, &server, &client)?;
    let down = Trip::down(&received, size).make(session, &server, &client)?;
    let sha256 = compare(session, &sent, &received)?;
    let compared = Compared {
        sha256,
        kills: up.kills + down.kills,
        bytes_total: 2 * size,
        bytes_reused: up.bytes_reused + down.bytes_reused,
    };
    session.output.last(&compared).map_err(Failure::Output)
}

fn make_data(session: &Session, path: &Path, size: u64) -> Result<(), Failure> {
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&stopped);
    session
        .interrupts
        .end_by(move || stop.store(true, Ordering::Relaxed));
    let began = Instant::now();
    let made = data::make(path, size, &stopped).map_err(|source| Failure::Local {
        action: "write",
        path: path.to_owned(),
        source,
    });
    if let Some(interrupted) = session.interrupted() {
        return Err(interrupted);
    }
    made?;
    tell(session, "data", pace(size, began.elapsed()))
}

/// Reads both files again, from the disk, by another checksum than the transfers used.
fn compare(session: &Session, sent: &Path, received: &Path) -> Result<String, Failure> {
    let hash = |path: &Path| {
        data::sha256(path).map_err(|source| Failure::Local {
            action: "read",
            path: path.to_owned(),
            source,
        })
    };
    let (sent, received) = (hash(sent)?, hash(received)?);
    if let Some(interrupted) = session.interrupted() {
        return Err(interrupted);
    }
    if sent != received {
        return Err(Failure::Differs(format!(
            "what came back is not what was sent: SHA-256 {received} is not {sent}"
        )));
    }
    Ok(sent)
}

fn tell(session: &Session, step: &'static str, text: String) -> Result<(), Failure> {
    let told = session.output.note(&Statement { step, text });
    told.map_err(Failure::Output)
}

/// Both files hold the same bytes.
#[derive(Debug, Serialize)]
struct Compared {
    sha256: String,
    /// How many processes were killed.
    kills: u32,
    /// Of both ways.
    bytes_total: u64,
    bytes_reused: u64,
}

impl Event for Compared {
    const NAME: &'static str = "compared";

    fn for_people(&self) -> Vec<String> {
        let mut lines = vec![format!("compare   the same; SHA-256 {}", self.sha256)];
        lines.extend(self.summary());
        lines.extend([
            String::new(),
            "Try it yourself, in two terminals:".to_owned(),
            "  ossum serve --memory --bucket test".to_owned(),
            "  (copy the export lines it prints, then)".to_owned(),
            "  ossum cp FILE oss://test/".to_owned(),
            "  ossum ls oss://test".to_owned(),
        ]);
        lines
    }
}

impl Compared {
    fn summary(&self) -> Option<String> {
        let (reused, total) = (self.bytes_reused, self.bytes_total);
        (self.kills > 0).then(|| {
            format!(
                "summary   killed {} times, nothing lost; {} of {} did not move again",
                self.kills,
                ByteSize::new(reused),
                ByteSize::new(total)
            )
        })
    }
}

/// The most that the embedded server keeps in memory.
const MAX_IN_MEMORY: ByteSize = ByteSize::new(1 << 30);
