//! The engine on a disk that can lose power at any step.

mod disk;
mod power;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use ossum_checkpoint::{CheckpointPlace, FileStore, Pointers};
use ossum_durable::SimFs;
use ossum_transfer::{Checkpointing, Download, Durability, Files, Options, Upload};

use crate::bench::{data, parts_of, url};

const KIB: usize = 1024;

/// So many bytes are moved: four parts, the last a short one.
const LEN: usize = 350 * KIB;

const FILE: &str = "/data/f";

/// A disk with two directories, one for data and one for state.
fn disk() -> SimFs {
    let fs = SimFs::new();
    fs.make_directory("/data");
    fs.make_directory("/state");
    fs
}

/// One part at a time, durable, remembered, on `fs`.
fn options(fs: &SimFs) -> Options {
    let state = PathBuf::from("/state");
    let arc = || Arc::new(fs.clone());
    let store = FileStore::new(
        arc(),
        CheckpointPlace::Beside,
        Some(state.clone()),
        Durability::Full,
    );
    Options {
        concurrency: NonZeroUsize::new(1),
        durability: Durability::Full,
        files: Files::new(fs.clone()),
        checkpoint: Some(Checkpointing {
            pointers: Some(Pointers::new(arc(), state)),
            ..Checkpointing::new(Arc::new(store))
        }),
        ..parts_of("100K")
    }
}

fn upload(fs: &SimFs) -> Upload {
    Upload {
        options: options(fs),
        ..Upload::new(FILE, url("k"))
    }
}

fn download(fs: &SimFs) -> Download {
    Download {
        options: options(fs),
        ..Download::new(url("k"), FILE)
    }
}

fn bytes() -> Vec<u8> {
    data(LEN)
}

/// The names in `/data`.
fn names(fs: &SimFs) -> Vec<String> {
    let names = fs.files().into_iter().filter_map(|path| {
        let name = path.strip_prefix("/data").ok()?;
        Some(name.to_string_lossy().into_owned())
    });
    names.collect()
}
