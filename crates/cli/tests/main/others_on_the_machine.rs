//! Another user of the same machine: what they can read, and what they can put in the way.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use ossum_testkit::{Program, Running, Signal};

use crate::desk::Desk;
use crate::held::{HELD_AT, OPTIONS, SIZE, desk, wait_until_held};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Starts the program as somebody whose new files are for everyone, and waits for parts.
fn start_without_umask(desk: &Desk, words: &str) -> Running {
    let line = [
        "-c",
        "umask 000; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_ossum"),
    ];
    let shell = Program::new("/bin/sh", &desk.workspace).using(&desk.oss);
    let shell = shell.env("XDG_STATE_HOME", desk.state.root());
    wait_until_held(shell.start(line.into_iter().chain(words.split_whitespace())))
}

/// Cases: 98.
#[test]
fn what_is_under_way_is_for_its_owner_alone_whatever_the_umask() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    fs::set_permissions(
        desk.workspace.path("file"),
        PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    desk.run("cp file oss://bkt/k").exit(0);
    for (operation, words, names) in [
        ("UploadPart", "cp file oss://bkt/k", &["file.cp"][..]),
        (
            "GetObject",
            "cp oss://bkt/k again",
            &["again.cp", "again.ossum-part"],
        ),
    ] {
        desk.hold(operation, HELD_AT);
        let running = start_without_umask(&desk, &format!("{words} {OPTIONS}"));
        for name in names {
            assert_eq!(desk.workspace.mode(name), 0o600, "{name}");
        }
        running.signal(Signal::KILL);
        running.wait();
        desk.release();
        for path in desk.pointers() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            let above = path.ancestors().skip(1);
            let made = above.take_while(|directory| *directory != desk.state.root());
            for directory in made {
                assert_eq!(mode(directory), 0o700, "{}", directory.display());
            }
        }
        desk.run(&format!("{words} {OPTIONS}")).exit(0);
    }
}

/// Cases: 100.
#[test]
fn links_planted_while_it_runs_lead_it_nowhere() {
    let desk = Desk::new();
    let bytes = desk.workspace.write_seeded("file", 1, 300 * 1024);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.workspace.write("precious", "x");
    let shared = desk.workspace.path("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, PermissionsExt::from_mode(0o777)).unwrap();
    let precious = desk.workspace.path("precious");
    let (is_over, planted) = (AtomicBool::new(false), AtomicU64::new(0));
    let (mut made, mut refused) = (0, 0);
    thread::scope(|scope| {
        for name in ["f.ossum-part", "f.cp"] {
            let link = shared.join(name);
            let (is_over, planted, precious) = (&is_over, &planted, &precious);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    // It may be taken by what is under way.
                    if symlink(precious, &link).is_ok() {
                        planted.fetch_add(1, Ordering::Relaxed);
                        thread::yield_now();
                        if link.is_symlink() {
                            let _ = fs::remove_file(&link);
                        }
                    }
                }
            });
        }
        for _ in 0..40 {
            let outcome = desk.run("cp oss://bkt/k shared/f --part-size 100K --json");
            if let Ok(found) = fs::read(shared.join("f")) {
                assert!(found == bytes);
                fs::remove_file(shared.join("f")).unwrap();
                made += 1;
            } else {
                assert_ne!(outcome.last_json()["event"], "done", "{outcome}");
                refused += 1;
            }
            if made > 2 && refused > 2 {
                break;
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(planted.into_inner() > 0);
    assert_eq!(desk.workspace.read("precious"), b"x");
}

/// Cases: 100.
#[test]
fn a_checkpoint_in_a_directory_for_all_is_not_believed_unless_it_is_ours_alone() {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("file", 1, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    let shared = desk.workspace.path("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, PermissionsExt::from_mode(0o1777)).unwrap();
    let words = format!("cp oss://bkt/k shared/f {OPTIONS}");
    desk.kill_held("GetObject", &words);
    // Somebody could have written to it by now.
    fs::set_permissions(shared.join("f.cp"), PermissionsExt::from_mode(0o666)).unwrap();
    let before = fs::read(shared.join("f.cp")).unwrap();
    let done = desk.run(&words).exit(0).last_json();
    assert_eq!(done["parts_reused"], 0, "{done}");
    assert!(fs::read(shared.join("f")).unwrap() == bytes);
    assert_eq!(fs::read(shared.join("f.cp")).unwrap(), before);
}
