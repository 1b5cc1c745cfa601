//! Processes that want the same transfer, between any two calls of the operating system.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ossum_durable::{FileId, SimFs};
use ossum_threads::{explore, go_on, scope};
use ossum_types::PartSize;

use super::*;
use crate::{FileIdentity, Found, Header, Journal, SourceIdentity, Way};

/// What becomes of a transfer whose turn it was.
#[derive(Clone, Copy)]
enum End {
    Done,
    Left,
}

#[derive(Default)]
struct Scene {
    is_held: AtomicBool,
    begun: AtomicUsize,
    resumed: AtomicUsize,
}

fn transfer() -> Transfer {
    Transfer {
        endpoint: "localhost:9000".to_owned(),
        way: Way::Upload {
            file: PathBuf::from("/d/file"),
            object: "oss://bucket/file".parse().unwrap(),
        },
    }
}

fn header() -> Header {
    let id = FileId {
        device: 1,
        inode: 2,
    };
    Header {
        transfer: transfer(),
        source: SourceIdentity::File(FileIdentity {
            id,
            size: 10 << 20,
            modified_ns: 3,
            changed_ns: 4,
        }),
        size: 10 << 20,
        part_size: PartSize::new(1 << 20).unwrap(),
        headers: None,
        began: std::time::SystemTime::UNIX_EPOCH,
        partial: None,
    }
}

impl Scene {
    /// Works on the transfer as a process does, unless another one has it.
    fn work(&self, fs: &SimFs, end: End) {
        let store = FileStore::new(
            Arc::new(fs.clone()),
            CheckpointPlace::Beside,
            None,
            Durability::None,
        );
        let Some(mut journal) = self.begin(&store) else {
            return;
        };
        let others = self.is_held.swap(true, Ordering::Relaxed);
        assert!(!others, "two have it at a time");
        go_on();
        self.is_held.store(false, Ordering::Relaxed);
        if matches!(end, End::Done) {
            journal.remove().unwrap();
        }
    }

    fn begin(&self, store: &FileStore) -> Option<Journal> {
        let opened = if_mine(Journal::open(store, &transfer()))?;
        let (mut journal, found) = opened;
        if matches!(found, Found::Session(_)) {
            journal.resume().unwrap();
            self.resumed.fetch_add(1, Ordering::Relaxed);
        } else {
            if_mine(journal.begin(&header(), None))?;
            self.begun.fetch_add(1, Ordering::Relaxed);
        }
        Some(journal)
    }
}

fn if_mine<T>(outcome: Result<T, Error>) -> Option<T> {
    match outcome {
        Ok(it) => Some(it),
        Err(Error::InUse { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

fn play(name: &str, ends: [End; 3], left: usize) {
    explore(name, move || {
        let fs = SimFs::new();
        fs.make_directory("/d");
        let fs = fs.taking_turns(go_on);
        let scene = Scene::default();
        scope(|scope| {
            for end in ends {
                let (scene, fs) = (&scene, &fs);
                scope.spawn(move || scene.work(fs, end));
            }
        });
        let begun = scene.begun.load(Ordering::Relaxed);
        let done = ends.iter().filter(|end| matches!(end, End::Done)).count();
        assert!(
            (1..=1 + done).contains(&begun),
            "what is left goes on: {begun}"
        );
        let names = fs.names_in("/d".as_ref()).unwrap();
        assert!(names.len() <= left, "{names:?}");
    });
}

#[test]
fn interleavings_let_one_process_at_a_time_have_a_checkpoint_that_is_left() {
    play("lock, left", [End::Left; 3], 1);
}

#[test]
fn interleavings_let_one_process_at_a_time_have_a_checkpoint_that_is_removed() {
    play("lock, removed", [End::Done; 3], 0);
}

#[test]
fn interleavings_let_one_process_at_a_time_have_a_checkpoint_that_is_both() {
    play(
        "lock, left or removed",
        [End::Done, End::Left, End::Done],
        1,
    );
}
