//! Checkpoints that somebody forged, every checksum in them right: what is done is what was asked
//! for all the same, and no other file is touched.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::desk::Desk;
use crate::held::{HELD_AT, OPTIONS, PART, SIZE, desk};

/// The CRC-32C of `bytes` behind `seed`: as slow as it may be, and not the program's.
fn crc32c(seed: &[u8], bytes: &[u8]) -> u32 {
    let of_byte = |crc: u32, byte: &u8| {
        let shifted = |crc: u32, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg());
        (0..8).fold(crc ^ u32::from(*byte), shifted)
    };
    !seed.iter().chain(bytes).fold(!0, of_byte)
}

/// Changes the lines of a checkpoint or pointer, and puts right checksums to them.
fn forge(path: &Path, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let session = text.split_once("\"session\":\"");
    // A pointer has none, and one line.
    let session = session.map_or_else(Vec::new, |(_, id)| hex::decode(&id[..32]).unwrap());
    let mut forged = String::new();
    for line in text.lines() {
        let (object, _) = line.rsplit_once(",\"c\":\"").unwrap();
        for object in change(object).lines() {
            let seed: &[u8] = if forged.is_empty() { b"" } else { &session };
            let object = format!("{object},");
            let seal = crc32c(seed, object.as_bytes());
            writeln!(forged, "{object}\"c\":\"{seal:08x}\"}}").unwrap();
        }
    }
    fs::write(path, forged).unwrap();
}

/// Of a file that nobody is to touch.
fn precious_bytes() -> Vec<u8> {
    vec![0x55; SIZE]
}

/// The same line, and behind the one that tells who holds the checkpoint, `forged`.
fn with_forged(line: &str, forged: &str) -> String {
    if line.starts_with("{\"holder\"") {
        format!("{line}\n{forged}")
    } else {
        line.to_owned()
    }
}

const DOWN: &str = "cp oss://bkt/k down/f";

/// A download that was killed when it had some parts.
fn interrupted() -> (Desk, Vec<u8>) {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("file", 1, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    fs::create_dir(desk.workspace.path("down")).unwrap();
    desk.workspace.write("precious", precious_bytes());
    desk.kill_held("GetObject", &format!("{DOWN} {OPTIONS}"));
    (desk, bytes)
}

/// Runs a forged download again; tells how many parts it took over.
#[track_caller]
fn goes_on(desk: &Desk, bytes: &[u8]) -> u64 {
    let done = desk.run(&format!("{DOWN} {OPTIONS}")).exit(0).last_json();
    assert!(desk.workspace.read("down/f") == bytes);
    assert!(desk.workspace.read("precious") == precious_bytes());
    assert_eq!(desk.workspace.names(), ["down", "file", "precious"]);
    done["parts_reused"].as_u64().unwrap()
}

/// The number of an inode as checkpoints have it.
fn inode(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{:016x}", fs::metadata(path).unwrap().ino())
}

#[test]
fn what_is_forged_here_is_believed_as_long_as_it_says_the_same() {
    let (desk, bytes) = interrupted();
    forge(&desk.workspace.path("down/f.cp"), str::to_owned);
    assert_eq!(goes_on(&desk, &bytes), HELD_AT as u64);
}

/// Cases: 99.
#[test]
fn a_forged_path_has_nothing_written_there() {
    let (desk, bytes) = interrupted();
    let path = desk.workspace.path("down/f.cp");
    let named = |name: &str| desk.workspace.path(name).display().to_string();
    forge(&path, |line| {
        line.replace(&named("down/f"), &named("precious"))
    });
    let forged = fs::read(&path).unwrap();
    let done = desk.run(&format!("{DOWN} {OPTIONS}")).exit(0).last_json();
    assert_eq!(done["parts_reused"], 0, "{done}");
    assert!(desk.workspace.read("down/f") == bytes);
    // A checkpoint of another transfer is left as it is.
    assert_eq!(fs::read(&path).unwrap(), forged);
    assert!(desk.workspace.read("precious") == precious_bytes());
    assert!(!desk.workspace.path("precious.ossum-part").exists());
}

/// Cases: 99.
#[test]
fn a_forged_inode_makes_no_other_file_the_partial_one() {
    let (desk, bytes) = interrupted();
    let precious = desk.workspace.path("precious");
    let partial = desk.workspace.path("down/f.ossum-part");
    let (ours, theirs) = (inode(&partial), inode(&precious));
    forge(&desk.workspace.path("down/f.cp"), |line| {
        line.replace(&ours, &theirs)
    });
    // Under the name it has to have: by a link, and by the file itself.
    fs::remove_file(&partial).unwrap();
    fs::hard_link(&precious, &partial).unwrap();
    let refused = desk.run(&format!("{DOWN} {OPTIONS}"));
    assert_ne!(refused.last_json()["event"], "done", "{refused}");
    assert!(fs::read(&precious).unwrap() == precious_bytes());
    fs::remove_file(&partial).unwrap();
    assert_eq!(goes_on(&desk, &bytes), 0);
}

/// Cases: 99.
#[test]
fn forged_parts_are_read_and_fetched_again() {
    let (desk, bytes) = interrupted();
    // All of them are there, it says, with the right CRC-64 of wrong bytes.
    let zeros = ossum_types::Crc64::of(&vec![0; PART]).get();
    let last = SIZE.div_ceil(PART);
    forge(&desk.workspace.path("down/f.cp"), |line| {
        let parts =
            (1..=last).map(|part| format!("{{\"part\":{part},\"crc64\":\"{zeros:016x}\"\n"));
        with_forged(line, &parts.collect::<String>())
    });
    let partial = desk.workspace.path("down/f.ossum-part");
    let len = fs::metadata(&partial).unwrap().len();
    fs::write(&partial, vec![0; usize::try_from(len).unwrap()]).unwrap();
    goes_on(&desk, &bytes);
}

/// Cases: 99.
#[test]
fn parts_that_no_layout_has_end_what_is_believed() {
    let (desk, bytes) = interrupted();
    for number in [
        "0",
        "12",
        "10000",
        "4294967295",
        "18446744073709551615",
        "-1",
    ] {
        forge(&desk.workspace.path("down/f.cp"), |line| {
            let part = format!("{{\"part\":{number},\"crc64\":\"0000000000000001\"");
            with_forged(line, &part)
        });
    }
    assert_eq!(goes_on(&desk, &bytes), 0);
}

/// Cases: 99.
#[test]
fn forged_sizes_move_no_byte_elsewhere() {
    for (member, value) in [
        ("size", "1"),
        ("size", "18446744073709551615"),
        ("part_size", "1"),
        ("part_size", "5368709120"),
        ("part_size", "204800"),
    ] {
        let (desk, bytes) = interrupted();
        forge(&desk.workspace.path("down/f.cp"), |line| {
            let old = if member == "size" { SIZE } else { PART };
            line.replace(
                &format!("\"{member}\":{old}"),
                &format!("\"{member}\":{value}"),
            )
        });
        goes_on(&desk, &bytes);
    }
}

/// Cases: 99.
#[test]
fn a_forged_upload_id_puts_no_foreign_part_into_the_object() {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("file", 1, SIZE);
    desk.workspace.write_seeded("other", 2, SIZE);
    let up = |file: &str| format!("cp {file} oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &up("other"));
    desk.kill_held("UploadPart", &up("file"));
    let id = |name: &str| {
        let text = fs::read_to_string(desk.workspace.path(name)).unwrap();
        let (_, rest) = text.split_once("\"upload_id\":\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let (ours, theirs) = (id("file.cp"), id("other.cp"));
    forge(&desk.workspace.path("file.cp"), |line| {
        line.replace(&ours, &theirs)
    });
    let done = desk.run(&up("file")).exit(0).last_json();
    assert_eq!(done["parts_reused"], 0, "{done}");
    desk.run("cp oss://bkt/k back").exit(0);
    assert!(desk.workspace.read("back") == bytes);
}

/// Cases: 99.
#[test]
fn what_a_forged_pointer_names_is_not_removed() {
    for name in ["down/f.ossum-part", "down/f.cp"] {
        let (desk, bytes) = interrupted();
        let named = |name: &str| desk.workspace.path(name).display().to_string();
        let pointer = desk.pointers().remove(0);
        let before = fs::read(&pointer).unwrap();
        forge(&pointer, |line| {
            line.replace(&named(name), &named("precious"))
        });
        assert_ne!(fs::read(&pointer).unwrap(), before);
        let listed = desk.run("jobs ls --json").exit(0).stdout_json();
        let id = listed[0]["id"].as_str().unwrap();
        desk.run(&format!("jobs rm {id}"));
        assert!(desk.workspace.read("precious") == precious_bytes());
        goes_on(&desk, &bytes);
    }
}
