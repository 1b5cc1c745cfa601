//! The walls between the rooms: which crate may import which, and what no crate may excuse itself
//! from. A crate that is not in the list fails, so that it gets its place when it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Who may import whom, from the ground up. A room imports from the bands below its own; where a
/// room could but must not, because of what it is for, the list is shorter.
const ROOMS: &[(&str, &[&str])] = &[
    // Ground.
    ("ossum-types", &[]),
    ("ossum-durable", &[]),
    ("ossum-threads", &[]),
    // One job each. `plan` is pure, so `durable` is not for it; `client` moves no files.
    ("ossum-plan", &["ossum-types"]),
    (
        "ossum-checkpoint",
        &["ossum-types", "ossum-durable", "ossum-threads"],
    ),
    ("ossum-client", &["ossum-types", "ossum-threads"]),
    (
        "ossum-config",
        &["ossum-types", "ossum-durable", "ossum-client"],
    ),
    // Moving. Settings come down as values, so `config` is not for it.
    (
        "ossum-transfer",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-threads",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
        ],
    ),
    // Many. What is to be moved is decided here; each object is moved below.
    (
        "ossum-many",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-threads",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-transfer",
        ],
    ),
    // Many on many machines. Which engine calls it is not known here.
    (
        "ossum-migrate",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-threads",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-transfer",
            "ossum-many",
        ],
    ),
    // People. The command line also carries the local server, for `serve` and `demo`.
    (
        "ossum-cli",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-config",
            "ossum-transfer",
            "ossum-many",
            "ossum-migrate",
            "ossum-devserver",
        ],
    ),
    (
        "ossum",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-config",
            "ossum-transfer",
        ],
    ),
    (
        "ossum-capi",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-config",
            "ossum-transfer",
        ],
    ),
    // What C calls, once more: as a library for Rust that can be fuzzed.
    (
        "ossum-capi-fuzzed",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-config",
            "ossum-transfer",
        ],
    ),
    // Apart. The server shares nothing with the client, so that it can contradict it.
    ("ossum-devserver", &["ossum-types", "ossum-durable"]),
    (
        "ossum-testkit",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-config",
            "ossum-transfer",
            "ossum-devserver",
        ],
    ),
    // Measures programs from outside; of CRC-64 and sizes it needs to know.
    ("ossum-bench", &["ossum-types"]),
    // Breaks what is under all of them.
    (
        "ossum-torture",
        &[
            "ossum-types",
            "ossum-durable",
            "ossum-plan",
            "ossum-checkpoint",
            "ossum-client",
            "ossum-transfer",
            "ossum-testkit",
            "ossum-devserver",
        ],
    ),
    // Whoever reads bytes of strangers is fuzzed.
    (
        "ossum-fuzz",
        &[
            "ossum-checkpoint",
            "ossum-client",
            "ossum-config",
            "ossum-many",
            "ossum-migrate",
            "ossum-devserver",
            "ossum-capi-fuzzed",
        ],
    ),
    ("xtask", &[]),
];

/// Whom the tests of any room may import besides: these ship nothing to users through it.
const FOR_TESTS: &[&str] = &["ossum-testkit", "ossum-devserver"];

/// Who talks to people and ends the process.
const MAY_PRINT: &str = "ossum-cli";

/// Whose pointers come from C.
const MAY_BE_UNSAFE: &str = "ossum-capi";

/// What nobody else lifts, not even for one line; an example is a program of its own and may.
const PRINT_LINTS: &[&str] = &[
    "clippy::print_stdout",
    "clippy::print_stderr",
    "clippy::exit",
];

#[test]
fn every_room_imports_only_what_the_list_allows() {
    let list: BTreeMap<_, _> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for room in rooms() {
        let Some(allowed) = list.get(room.name.as_str()) else {
            wrong.push(format!("{} has no place in the list", room.name));
            continue;
        };
        for (import, for_tests) in &room.imports {
            let import = import.as_str();
            let excused = *for_tests && FOR_TESTS.contains(&import);
            if !excused && !allowed.contains(&import) {
                let what = if *for_tests {
                    "tests import"
                } else {
                    "imports"
                };
                wrong.push(format!("{} {what} {import}", room.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_list_has_only_rooms_that_exist() {
    let found: BTreeSet<_> = rooms().into_iter().map(|room| room.name).collect();
    for (room, imports) in ROOMS {
        for name in imports.iter().chain([room]) {
            assert!(found.contains(*name), "{name}");
        }
    }
}

#[test]
fn the_list_has_no_circle() {
    // Built from the ground up, each room needs only what stands already.
    let mut standing = BTreeSet::new();
    while standing.len() < ROOMS.len() {
        let next = ROOMS.iter().find(|(room, imports)| {
            !standing.contains(room) && imports.iter().all(|import| standing.contains(import))
        });
        let (room, _) = next.unwrap_or_else(|| panic!("a circle above {standing:?}"));
        standing.insert(*room);
    }
}

#[test]
fn every_room_keeps_the_lints_of_the_workspace() {
    for room in rooms() {
        let manifest = read(&room.directory.join("Cargo.toml"));
        let kept = manifest.contains("[lints]\nworkspace = true");
        assert!(kept, "{}: [lints] workspace = true", room.name);
    }
}

#[test]
fn nobody_below_the_command_line_prints_exits_or_is_unsafe() {
    let mut wrong = Vec::new();
    // This file names them all.
    for room in rooms().into_iter().filter(|room| room.name != "xtask") {
        for file in rust_files(&room.directory) {
            let text = read(&file);
            let may_print =
                room.name == MAY_PRINT || file.starts_with(room.directory.join("examples"));
            let printing = if may_print { &[] } else { PRINT_LINTS };
            // To name such a lint is to lift it: there is no other reason to.
            let may_be_unsafe = room.name == MAY_BE_UNSAFE;
            let unsafety: &[_] = if may_be_unsafe { &[] } else { &["unsafe_code"] };
            let strict = printing.iter().chain(unsafety);
            let lifted = strict.filter(|lint| text.contains(**lint));
            wrong.extend(lifted.map(|lint| format!("{}: {lint}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

struct Room {
    name: String,
    directory: PathBuf,
    /// Crates of this workspace, and whether only tests import them.
    imports: Vec<(String, bool)>,
}

fn rooms() -> Vec<Room> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let names: BTreeSet<_> = packages
        .iter()
        .map(|package| text(&package["name"]))
        .collect();
    packages
        .iter()
        .map(|package| room(package, &names))
        .collect()
}

fn room(package: &Value, names: &BTreeSet<String>) -> Room {
    let manifest = PathBuf::from(text(&package["manifest_path"]));
    let dependencies = package["dependencies"]
        .as_array()
        .expect("a list of dependencies");
    let imports = dependencies
        .iter()
        .map(|dependency| (text(&dependency["name"]), dependency["kind"] == "dev"))
        .filter(|(name, _)| names.contains(name));
    Room {
        name: text(&package["name"]),
        directory: manifest
            .parent()
            .expect("a file is in a directory")
            .to_owned(),
        imports: imports.collect(),
    }
}

/// Asked when the test runs: a build directory may outlive the checkout it was made from.
fn from_cargo(variable: &str) -> String {
    std::env::var(variable).expect("cargo sets it for the tests that it runs")
}

fn metadata() -> Value {
    let output = Command::new(from_cargo("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(from_cargo("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs, as it runs this test");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory of the workspace");
    let paths = entries.map(|entry| entry.expect("an entry of it").path());
    let (directories, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let below = directories.iter().flat_map(|path| rust_files(path));
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    files.into_iter().filter(is_rust).chain(below).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
