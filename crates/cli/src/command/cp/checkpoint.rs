//! Where a transfer is remembered, as the options have it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_checkpoint::{CheckpointPlace, FileStore, Pointers};
use ossum_durable::RealFs;
use ossum_transfer::{Checkpointing, Durability};

use crate::args::CheckpointArgs;
use crate::failure::Failure;
use crate::session::Session;

/// What was asked for, or the usual; `None` where nothing is to be remembered.
pub(super) fn of(
    session: &Session,
    args: &CheckpointArgs,
    durability: Durability,
) -> Result<Option<Checkpointing>, Failure> {
    if args.kept.no_checkpoint {
        return Ok(None);
    }
    let place = place(args)?;
    let state = session.state_directory();
    let store = FileStore::new(Arc::new(RealFs), place, state.clone(), durability);
    Ok(Some(Checkpointing {
        pointers: state.map(|state| Pointers::new(Arc::new(RealFs), state)),
        command: session.words.to_vec().into(),
        // Where there is none any more, nobody can be led back to it.
        directory: std::env::current_dir().ok(),
        ..Checkpointing::new(Arc::new(store))
    }))
}

/// A checkpoint in the place of the file that is moved, or of its bytes so far, would destroy it.
pub(super) fn forbid_same(args: &CheckpointArgs, file: &Path) -> Result<(), Failure> {
    let Some(checkpoint) = &args.checkpoint else {
        return Ok(());
    };
    let checkpoint = absolute(checkpoint)?;
    let file = absolute(file)?;
    if checkpoint == file || checkpoint == ossum_checkpoint::partial_path(&file) {
        return Err(Failure::usage(
            format!(
                "{} cannot hold the checkpoint as well",
                checkpoint.display()
            ),
            "name another file with --checkpoint, or leave it out",
        ));
    }
    Ok(())
}

fn place(args: &CheckpointArgs) -> Result<CheckpointPlace, Failure> {
    match (&args.checkpoint, &args.kept.checkpoint_dir) {
        (Some(file), _) => absolute(file).map(CheckpointPlace::File),
        (_, Some(directory)) => absolute(directory).map(CheckpointPlace::Directory),
        (None, None) => Ok(CheckpointPlace::Beside),
    }
}

/// The path from the root: who finds it in a pointer may be elsewhere.
pub(in crate::command) fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|source| Failure::Local {
        action: "find the current directory for",
        path: path.to_owned(),
        source,
    })
}
