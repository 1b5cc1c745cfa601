//! The resumable calls, when something goes wrong on the way.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use http::StatusCode;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Moment, Rule, Rules, Turn};
use ossum_testkit::{LocalOss, Program, Server, Signal, Workspace};

use crate::compiler::STRICT;

const PART: usize = 100 << 10;

/// 40 parts and a bit: of these calls, files up to 8 MiB go in parts because parts are small.
const SIZE: usize = 40 * PART + 1;

/// So many parts are there when a transfer is held.
const HELD_AT: u64 = 5;

/// A server, a place with `big.bin`, and the program of `transfer.c`.
struct Desk {
    oss: LocalOss,
    place: Workspace,
    program: Program,
    bytes: Vec<u8>,
}

impl Desk {
    fn new() -> Self {
        Self::with(Server::new())
    }

    fn with(server: Server) -> Self {
        let (oss, place) = (server.on_loopback(), Workspace::new());
        let bytes = place.write_seeded("big.bin", 1, SIZE);
        let program = Program::new(transfer(), &place).using(&oss);
        Self {
            oss,
            place,
            program,
            bytes,
        }
    }

    fn run(&self, words: &str) -> ossum_testkit::Outcome {
        self.program.run(words.split_whitespace())
    }

    fn count(&self, operation: Operation) -> u64 {
        self.oss.service().count(operation)
    }

    /// Runs the program until so many parts are there, and kills it.
    fn kill(&self, operation: Operation, words: &str) {
        let hold = Rule::on(operation)
            .from(HELD_AT + 1)
            .then(Effect::Delay(Duration::from_hours(1)));
        self.oss.service().set_faults(Rules::new().rule(hold));
        let mut running = self.program.start(words.split_whitespace());
        let there = format!("progress {} of {SIZE}", HELD_AT * PART as u64);
        running.line_after(&there);
        running.signal(Signal::KILL);
        running.wait();
        self.oss.service().set_faults(Rules::new());
    }

    fn checkpoints(&self) -> Vec<String> {
        let names = self.place.names().into_iter();
        names
            .filter(|name| [".cp", ".ossum-part"].iter().any(|end| name.ends_with(end)))
            .collect()
    }
}

/// The program of `transfer.c`, compiled once.
fn transfer() -> &'static Path {
    static COMPILED: LazyLock<(Workspace, PathBuf)> = LazyLock::new(|| {
        let place = Workspace::new();
        STRICT.compile(&place, "transfer", include_str!("../programs/transfer.c"));
        let binary = place.path("transfer");
        (place, binary)
    });
    &COMPILED.1
}

fn progress(outcome: &ossum_testkit::Outcome) -> Vec<usize> {
    let lines = outcome.stdout().lines();
    lines
        .filter_map(|line| {
            line.strip_prefix("progress ")?
                .split(' ')
                .next()?
                .parse()
                .ok()
        })
        .collect()
}

#[test]
fn a_killed_upload_goes_on_with_the_parts_that_are_there() {
    let desk = Desk::new();
    desk.kill(Operation::UploadPart, "up key big.bin");
    assert_eq!(desk.checkpoints(), ["big.bin.cp"]);
    let sent = desk.count(Operation::UploadPart);
    let done = desk.run("up key big.bin");
    done.exit(0).prints("status 200");
    assert!(desk.count(Operation::UploadPart) - sent <= 41 - HELD_AT);
    let told = progress(&done);
    assert_eq!((told.len(), told.last()), (41, Some(&SIZE)));
    assert!(told.is_sorted());
    desk.run("down key back.bin").exit(0);
    assert!(desk.place.read("back.bin") == desk.bytes);
    assert_eq!(desk.checkpoints(), [""; 0]);
}

#[test]
fn a_killed_download_goes_on_with_the_parts_that_are_there() {
    let desk = Desk::new();
    desk.run("up key big.bin").exit(0);
    desk.kill(Operation::GetObject, "down key back.bin");
    assert_eq!(desk.checkpoints(), ["back.bin.cp", "back.bin.ossum-part"]);
    let asked = desk.count(Operation::GetObject);
    let done = desk.run("down key back.bin");
    let length = format!("header content-length: {SIZE}");
    done.exit(0).prints("status 200").prints(&length);
    assert!(desk.count(Operation::GetObject) - asked <= 41 - HELD_AT);
    assert!(desk.place.read("back.bin") == desk.bytes);
    assert_eq!(desk.checkpoints(), [""; 0]);
}

#[test]
fn a_download_that_was_never_cut_tells_the_headers_of_the_whole_object_too() {
    let desk = Desk::new();
    desk.run("up key big.bin 102400 3 off x-oss-meta-author somebody")
        .exit(0);
    let done = desk.run("down key back.bin");
    let length = format!("header content-length: {SIZE}");
    done.exit(0)
        .prints(&length)
        .prints("header x-oss-meta-author: somebody");
    done.never_shows("content-range");
}

#[test]
fn a_checkpoint_lies_where_it_is_said_or_nowhere() {
    let desk = Desk::new();
    desk.kill(
        Operation::UploadPart,
        "up key big.bin 102400 2 elsewhere.cp",
    );
    assert_eq!(desk.checkpoints(), ["elsewhere.cp"]);
    desk.run("up key big.bin 102400 2 elsewhere.cp").exit(0);
    assert_eq!(desk.checkpoints(), [""; 0]);
    desk.kill(Operation::UploadPart, "up key big.bin 102400 2 off");
    assert_eq!(desk.checkpoints(), [""; 0]);
}

/// Cases: 89.
#[test]
fn a_damaged_checkpoint_costs_time_and_nothing_else() {
    let desk = Desk::new();
    desk.run("up key big.bin").exit(0);
    desk.kill(Operation::GetObject, "down key back.bin");
    let mut checkpoint = desk.place.read("back.bin.cp");
    let middle = checkpoint.len() / 2;
    checkpoint[middle] ^= 1;
    desk.place.write("back.bin.cp", &checkpoint);
    desk.run("down key back.bin").exit(0);
    assert!(desk.place.read("back.bin") == desk.bytes);
}

/// Cases: 85.
#[test]
fn a_part_that_was_changed_on_the_disk_is_fetched_again() {
    let desk = Desk::new();
    desk.run("up key big.bin").exit(0);
    desk.kill(Operation::GetObject, "down key back.bin");
    let mut partial = desk.place.read("back.bin.ossum-part");
    partial[PART / 2] ^= 1;
    desk.place.write("back.bin.ossum-part", &partial);
    desk.run("down key back.bin").exit(0);
    assert!(desk.place.read("back.bin") == desk.bytes);
}

/// Cases: 69.
#[test]
fn a_lost_complete_answer_is_success() {
    let lost = Rule::on(Operation::CompleteMultipartUpload)
        .count(1)
        .then(Effect::Reset(Moment::AfterCommit));
    let desk = Desk::with(Server::new().fault(lost));
    desk.run("up key big.bin").exit(0).prints("status 200");
    assert_eq!(desk.oss.service().fired(), [1]);
}

/// Cases: 53.
#[test]
fn a_service_that_is_busy_is_asked_again() {
    let busy = Rule::on(Operation::UploadPart)
        .or_on(Operation::GetObject)
        .probability(0.2, 7)
        .then(Effect::Answer(Answer::new(StatusCode::SERVICE_UNAVAILABLE)));
    let desk = Desk::with(Server::new().fault(busy));
    desk.run("up key big.bin 102400 3").exit(0);
    desk.run("down key back.bin 102400 3").exit(0);
    assert!(desk.oss.service().fired()[0] > 3);
    assert!(desk.place.read("back.bin") == desk.bytes);
}

/// Cases: 39.
#[test]
fn a_connection_that_breaks_while_a_part_is_sent_does_not_end_the_program() {
    let broken = Rule::on(Operation::UploadPart)
        .probability(0.5, 3)
        .then(Effect::Reset(Moment::AfterRequestBytes(1)));
    let desk = Desk::with(Server::new().fault(broken));
    let large = desk.place.write_seeded("large.bin", 2, 8 << 20);
    desk.run("up key large.bin 1048576 4").exit(0);
    assert!(desk.oss.service().fired()[0] > 0);
    desk.run("down key back.bin").exit(0);
    assert!(desk.place.read("back.bin") == large);
}

/// Cases: 61.
#[test]
fn an_object_that_is_replaced_meanwhile_is_no_success() {
    let desk = Desk::new();
    desk.run("up key big.bin").exit(0);
    let replaced = Rule::on(Operation::GetObject)
        .nth(10)
        .then(Effect::ReplaceObject(Turn::Before));
    desk.oss.service().set_faults(Rules::new().rule(replaced));
    desk.run("down key back.bin")
        .exit(1)
        .prints("InconsistentError");
    assert!(!desk.place.names().contains(&"back.bin".to_owned()));
}

/// Cases: 83.
#[test]
fn a_file_that_changes_while_it_is_uploaded_becomes_no_object() {
    let slow = Rule::on(Operation::UploadPart).then(Effect::Delay(Duration::from_millis(30)));
    let desk = Desk::with(Server::new().fault(slow));
    let mut running = desk.program.start(["up", "key", "big.bin"]);
    running.line_after("progress ");
    running.signal(Signal::STOP);
    desk.place.write_seeded("big.bin", 2, SIZE);
    running.signal(Signal::CONT);
    running
        .wait()
        .exit(1)
        .prints("status -982 InconsistentError");
    assert_eq!(desk.count(Operation::CompleteMultipartUpload), 0);
}

/// Cases: 48.
#[test]
fn bytes_that_are_damaged_on_their_way_never_become_a_file() {
    let desk = Desk::new();
    desk.run("up key big.bin").exit(0);
    let damaged = Rule::on(Operation::GetObject).then(Effect::CorruptResponse(
        ossum_devserver::faults::Spot::At(10),
    ));
    desk.oss.service().set_faults(Rules::new().rule(damaged));
    desk.run("down key back.bin")
        .exit(1)
        .prints("status -978 InconsistentError");
    assert!(!desk.place.names().contains(&"back.bin".to_owned()));
}

#[test]
fn what_is_missing_has_the_status_that_programs_look_for() {
    let desk = Desk::new();
    desk.run("up key absent.bin")
        .exit(1)
        .prints("status 2 OpenFileFail");
    desk.run("up key big.bin/below")
        .exit(1)
        .prints("status 20 OpenFileFail");
    let missing = desk.run("down absent back.bin");
    missing
        .exit(1)
        .prints("status 404 NoSuchKey")
        .prints("header x-oss-request-id: ");
    desk.program
        .clone()
        .env("OSS_ACCESS_KEY_SECRET", "wrong")
        .run(["up", "key", "big.bin"])
        .exit(1)
        .prints("status 403 SignatureDoesNotMatch");
}

/// Cases: 81.
#[test]
fn empty_files_go_there_and_back_without_progress() {
    let desk = Desk::new();
    desk.place.write("empty.bin", b"");
    for words in ["up empty empty.bin", "down empty back.bin"] {
        let done = desk.run(words);
        done.exit(0).never_shows("progress");
    }
    assert!(desk.place.read("back.bin").is_empty());
}

#[test]
fn headers_reach_the_requests_that_they_concern() {
    let desk = Desk::new();
    let forbid = "up key big.bin 102400 2 off x-oss-forbid-overwrite true Content-Type text/x";
    desk.run(forbid).exit(0);
    desk.run("down key back.bin")
        .exit(0)
        .prints("header content-type: text/x");
    desk.run(forbid)
        .exit(1)
        .prints("status 409 FileAlreadyExists");
    desk.run("down key piece.bin 102400 2 off Range bytes=10-19")
        .exit(0);
    assert_eq!(desk.place.read("piece.bin"), desk.bytes[10..20]);
}

#[test]
fn several_threads_move_files_at_once() {
    let desk = Desk::new();
    let text = include_str!("../programs/threads.c");
    STRICT
        .compile(&desk.place, "threads", text)
        .using(&desk.oss)
        .run([""; 0])
        .exit(0);
    for thread in 0..4 {
        assert!(desk.place.read(&format!("back-{thread}.bin")) == desk.bytes);
    }
}
