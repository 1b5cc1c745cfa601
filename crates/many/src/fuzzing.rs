//! What fuzzers feed the readers of this crate with, and what holds whatever they read.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::{env, fs};

use ossum_durable::Durability;

use crate::names::{Becomes, Names, Sameness, becomes};
use crate::record;
use crate::run_pointer::RunPointer;
use crate::{beneath, route, sync};

/// Has names become files below a directory: text in pieces that 0xFF ends, in order.
///
/// # Panics
/// If one leads out of the directory, or two to the same file or to one below the other.
pub fn keys(bytes: &[u8]) {
    let texts = bytes.split(|&byte| byte == 0xff);
    let names: BTreeSet<&str> = texts.filter_map(|text| str::from_utf8(text).ok()).collect();
    for sameness in [Sameness::Bytes, Sameness::Folded] {
        let mut seen = Names::new(sameness);
        let mut files: Vec<&str> = Vec::new();
        for &name in &names {
            let Ok(becomes) = becomes(name, u64::from(!name.ends_with('/')), ROOT.len()) else {
                continue;
            };
            stays_below(name.trim_end_matches('/'));
            if seen.add(name, becomes).is_ok() && becomes == Becomes::File {
                files.push(name);
            }
        }
        are_apart(&files);
    }
    if let Some(name) = names.first() {
        let _ = route::below(&"oss://bucket/prefix/".parse().expect("a prefix"), name);
        let size = u64::from(!name.ends_with('/'));
        if let Ok(Becomes::File) = becomes(name, size, ROOT.len()) {
            place(name);
        }
    }
}

/// Reads what a run keeps, the pointer to it and its record, and the plan of one that synchronises.
///
/// # Panics
/// If a pointer or a plan does not say the same when it is written again.
pub fn run(bytes: &[u8]) {
    if let Some(pointer) = RunPointer::read("id", bytes) {
        let again = RunPointer::read("id", &pointer.line());
        assert_eq!(again, Some(pointer));
    }
    let mut lines = 0;
    let read = record::for_each_line(bytes, |_, _| lines += 1);
    read.expect("memory can be read");
    assert!(lines <= bytes.len() / 35, "a line has 35 bytes at least");
    sync::plan::fuzzing::plan(bytes);
}

const ROOT: &str = "/d";

fn stays_below(name: &str) {
    let path = Path::new(ROOT).join(name);
    let parts: Vec<_> = path.components().skip(2).collect();
    let is_normal = |part: &Component<'_>| matches!(part, Component::Normal(_));
    assert!(
        path.starts_with(ROOT) && parts.iter().all(is_normal),
        "{name:?}"
    );
    assert_eq!(
        parts.len(),
        name.split('/').filter(|part| !part.is_empty()).count()
    );
    assert!(
        !name.contains('\0') && path.as_os_str().len() <= 4095,
        "{name:?}"
    );
}

fn are_apart(files: &[&str]) {
    let all: BTreeSet<&str> = files.iter().copied().collect();
    assert_eq!(all.len(), files.len());
    for file in files {
        let above = file.match_indices('/').map(|(at, _)| &file[..at]);
        for directory in above {
            assert!(
                !all.contains(directory),
                "{file:?} is below the file {directory:?}"
            );
        }
    }
}

/// On a real disk, with links in the way: `out` leads out, `in` to the directory itself.
fn place(name: &str) {
    let scene = Scene::new();
    let root = beneath::root(&scene.0.join("d"), Durability::None).expect("a directory");
    let outside = scene.0.join("outside");
    fs::create_dir(&outside).expect("a directory");
    std::os::unix::fs::symlink(&outside, root.join("out")).expect("a link");
    std::os::unix::fs::symlink(&root, root.join("in")).expect("a link");
    if let Ok(path) = beneath::file(&root, name, Durability::None) {
        let directory = path.parent().expect("a file is in a directory");
        let directory = directory.canonicalize().expect("it was made");
        assert!(directory.starts_with(&root), "{name:?}");
    }
    let strays = fs::read_dir(&outside).expect("a directory").count();
    assert_eq!(strays, 0, "{name:?}");
}

/// A directory of one's own, gone when this is dropped.
struct Scene(PathBuf);

impl Scene {
    fn new() -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let name = format!("ossum-fuzz-{}-{thread}", std::process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a directory to work in");
        Self(path.canonicalize().expect("it was made"))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // What is left is in the directory of temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    /// Cases: 96.
    #[test]
    fn what_fuzzing_kept_of_keys_stays_below_the_directory() {
        for (_, bytes) in corpus("keys") {
            keys(&bytes);
        }
    }

    /// Cases: 89.
    #[test]
    fn what_fuzzing_kept_of_runs_is_read_or_refused() {
        for (_, bytes) in corpus("run") {
            run(&bytes);
        }
    }
}
