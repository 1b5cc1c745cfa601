//! One way of the demo: killed half-way, and run again.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use ossum_checkpoint::{CheckpointPlace, FileStore};
use ossum_client::Client;
use ossum_devserver::Operation;
use ossum_durable::{Durability, RealFs};
use ossum_plan::{
    DownloadPlan, PartLayout, PartSizeWish, UploadPlan, how_to_download, how_to_upload,
};
use ossum_transfer::{Checkpointing, Download, Options, Upload};
use serde::Serialize;

use super::server::{Embedded, object};
use super::{tell, victim};
use crate::args::ObjectArgs;
use crate::command::block_on;
use crate::command::cp::headers::of_upload;
use crate::command::moving::{self, Job};
use crate::failure::Failure;
use crate::output::{Done, Event};
use crate::session::Session;

/// A transfer of the demo.
pub(super) struct Trip {
    step: &'static str,
    job: Job,
    /// From where to where, as it is typed.
    words: [OsString; 2],
    /// The request that moves a part.
    operation: Operation,
    /// Into how many parts it is divided; 1 where a single request does it.
    parts: u32,
}

impl Trip {
    /// From `file`, which has `size` bytes, to the server.
    pub(super) fn up(file: &Path, size: u64) -> Self {
        let layout = match how_to_upload(size, PartSizeWish::Auto) {
            Ok(UploadPlan::Multipart { layout, .. }) => Some(layout),
            // What cannot be uploaded says so when it is.
            _ => None,
        };
        Self {
            step: "upload",
            words: [file.into(), object().to_string().into()],
            job: Job::Upload(Box::new(Upload {
                // What is kept with an object has to be the same for an upload to be continued.
                headers: of_upload(&ObjectArgs::default(), file, &object().key),
                options: options(),
                ..Upload::new(file, object())
            })),
            operation: Operation::UploadPart,
            parts: layout.as_ref().map_or(1, PartLayout::count),
        }
    }

    /// From the server to `file`.
    pub(super) fn down(file: &Path, size: u64) -> Self {
        let layout = match how_to_download(size, PartSizeWish::Auto) {
            Ok(DownloadPlan::Ranges { layout, .. }) => Some(layout),
            _ => None,
        };
        Self {
            step: "download",
            words: [object().to_string().into(), file.into()],
            job: Job::Download(Box::new(Download {
                options: options(),
                ..Download::new(object(), file)
            })),
            operation: Operation::GetObject,
            parts: layout.as_ref().map_or(1, PartLayout::count),
        }
    }

    /// Moves everything, with a death on the way if there is a half to die at.
    pub(super) fn make(
        self,
        session: &Session,
        server: &Embedded,
        client: &Client,
    ) -> Result<Tale, Failure> {
        let kills = u32::from(self.parts > 1);
        let step = if self.parts > 1 {
            self.be_killed(session, server)?;
            "again"
        } else {
            tell(
                session,
                self.step,
                "too small to be killed half-way: a single request moves it".to_owned(),
            )?;
            self.step
        };
        let moved = block_on(moving::carry_out(session, client, &self.job));
        // The files go with the demo, so nobody can go on with what an interruption kept.
        let done = moved.map_err(|failure| session.interrupted().unwrap_or(failure))?;
        let bytes_reused = done.bytes_reused();
        tell_of(session, step, &done)?;
        Ok(Tale {
            kills,
            bytes_reused,
        })
    }

    fn be_killed(&self, session: &Session, server: &Embedded) -> Result<(), Failure> {
        let half = self.parts / 2;
        server.hold_after(self.operation, half);
        let parts_done = victim::kill_half_way(session, server, self.words.clone(), half);
        server.release();
        let killed = Killed {
            step: self.step,
            parts_done: parts_done?,
            parts_total: self.parts,
        };
        session.output.note(&killed).map_err(Failure::Output)
    }
}

/// What happened on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tale {
    pub(super) kills: u32,
    pub(super) bytes_reused: u64,
}

/// As `cp` has it: the checkpoint lies beside the file.
fn options() -> Options {
    let place = CheckpointPlace::Beside;
    let store = FileStore::new(Arc::new(RealFs), place, None, Durability::Full);
    Options {
        checkpoint: Some(Checkpointing::new(Arc::new(store))),
        ..Options::default()
    }
}

fn tell_of(session: &Session, step: &'static str, done: &Done) -> Result<(), Failure> {
    if session.output.is_json() {
        return session.output.note(done).map_err(Failure::Output);
    }
    tell(session, step, done.summary())
}

/// A process was killed.
#[derive(Debug, Serialize)]
struct Killed {
    step: &'static str,
    parts_done: u32,
    parts_total: u32,
}

impl Event for Killed {
    const NAME: &'static str = "killed";

    fn for_people(&self) -> Vec<String> {
        let Self {
            step,
            parts_done,
            parts_total,
        } = self;
        vec![format!(
            "{step:<10}killed by SIGKILL with {parts_done} of {parts_total} parts there"
        )]
    }
}
