use ossum_testkit::{OnTerminal, Program, Signal};
use serde_json::Value;

use crate::desk::Desk;
use crate::held::{self, HELD_AT, OPTIONS, SIZE};

/// What moves the cursor or colours text begins with this.
const ESCAPE: char = '\u{1b}';

/// A desk, and a transfer that stands still with [`HELD_AT`] parts there.
fn held() -> Desk {
    let desk = held::desk();
    desk.workspace.write_seeded("big.bin", 1, SIZE);
    desk.hold("UploadPart", HELD_AT);
    desk
}

fn start(ossum: &Program) -> OnTerminal {
    let words = "cp big.bin oss://bkt/ --part-size 100K --concurrency 2";
    ossum.start_on_terminal(80, words.split_whitespace())
}

#[test]
fn a_terminal_gets_a_bar_in_its_own_characters() {
    for (locale, filled, never) in [("C.UTF-8", "\u{2501}", "=>"), ("C", "=>", "\u{2501}")] {
        let desk = held();
        let ossum = desk.ossum.clone().env("TERM", "xterm").env("LANG", locale);
        let mut running = start(&ossum);
        running.wait_for("KiB of 1000 KiB");
        desk.release();
        running.signal(Signal::INT);
        let screen = running.exit(130);
        assert!(
            screen.contains(filled) && !screen.contains(never),
            "{screen}"
        );
        assert!(screen.contains(ESCAPE), "a bar is written anew: {screen}");
    }
}

#[test]
fn after_a_resume_what_was_there_is_no_speed() {
    let desk = held();
    desk.kill_held("UploadPart", &format!("cp big.bin oss://bkt/ {OPTIONS}"));

    desk.hold("UploadPart", 1);
    let ossum = desk.ossum.clone().env("TERM", "xterm");
    let mut again = start(&ossum);
    again.wait_for("500 KiB already there");
    again.signal(Signal::INT);
    again.exit(130);
}

#[test]
fn a_terminal_that_cannot_rewrite_lines_gets_plain_ones() {
    let desk = held();
    desk.release();
    for (name, value) in [("TERM", "dumb"), ("LANG", "C.UTF-8")] {
        let screen = start(&desk.ossum.clone().env(name, value)).exit(0);
        assert!(!screen.contains(ESCAPE), "{screen}");
        assert!(screen.contains("verified by CRC-64"), "{screen}");
    }
}

#[test]
fn colours_go_to_terminals_that_want_them() {
    let desk = Desk::new();
    let fails = |ossum: Program| {
        let running = ossum.start_on_terminal(80, ["stat", "oss://bkt/none"]);
        running.exit(3)
    };
    let xterm = desk.ossum.clone().env("TERM", "xterm");
    assert!(fails(xterm.clone()).contains("\u{1b}[1;31merror:"));
    assert!(!fails(xterm.env("NO_COLOR", "1")).contains(ESCAPE));
    assert!(!fails(desk.ossum.clone().env("TERM", "dumb")).contains(ESCAPE));
}

#[test]
fn sigusr1_has_a_transfer_say_how_far_it_is() {
    let desk = held();
    let words = format!("cp big.bin oss://bkt/ {OPTIONS}");
    let mut running = desk.ossum.start_on_terminal(80, words.split_whitespace());
    for _ in 0..HELD_AT {
        running.wait_for(r#""event":"part""#);
    }
    running.signal(Signal::USR1);
    running.wait_for("KiB of 1000 KiB");
    running.signal(Signal::INT);
    running.exit(130);
}

#[test]
fn sigusr1_means_nothing_where_nothing_is_moved() {
    let desk = held();
    desk.hold("GetBucketInfo", 0);
    let mut running = desk
        .ossum
        .start(["stat", "oss://bkt", "-vv", "--log", "/dev/stdout"]);
    running.line();
    running.signal(Signal::USR1);
    running.signal(Signal::INT);
    running.wait().exit(130);
}

#[test]
fn a_run_shows_each_transfer_that_is_under_way_and_all_of_it() {
    let desk = held::desk();
    desk.workspace.write_seeded("dir/first.bin", 1, SIZE);
    desk.workspace.write_seeded("dir/second.bin", 2, SIZE);
    desk.hold("UploadPart", HELD_AT);
    let ossum = desk.ossum.clone().env("TERM", "xterm");
    let words = "cp -r dir oss://bkt/dir --part-size 100K";
    let mut running = ossum.start_on_terminal(100, words.split_whitespace());
    running
        .wait_for("first.bin: ")
        .wait_for("second.bin: ")
        .wait_for(" of 2 files");
    running.signal(Signal::INT);
    running.exit(130);
}

#[test]
fn what_is_read_for_its_checksums_is_shown_like_a_transfer() {
    let desk = held();
    desk.release();
    desk.run("cp -q big.bin oss://bkt/").exit(0);
    desk.hold("GetObject", 0);
    let words = ["hash", "--sha256", "oss://bkt/big.bin"];

    let in_json = words.into_iter().chain(["--json"]);
    let mut running = desk.ossum.start(in_json.clone());
    let told: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(told["event"], "progress");
    assert_eq!(
        (&told["bytes_read"], &told["bytes_total"]),
        (&0.into(), &SIZE.into())
    );
    running.signal(Signal::INT);
    running.wait().exit(130);

    let mut running = desk.ossum.start_on_terminal(80, in_json);
    running.wait_for(r#""event":"progress""#);
    running.signal(Signal::USR1);
    running.wait_for("big.bin: 0 B of 1000 KiB");
    running.signal(Signal::INT);
    running.exit(130);

    let ossum = desk.ossum.clone().env("TERM", "xterm");
    let mut running = ossum.start_on_terminal(80, words);
    running.wait_for("0 B of 1000 KiB");
    running.signal(Signal::INT);
    running.exit(130);
}

#[test]
fn scripts_are_told_how_far_a_transfer_is() {
    let desk = held();
    let mut running = desk.start_and_wait(&format!("cp big.bin oss://bkt/ {OPTIONS}"));
    let told = running.line_after(r#"{"v":1,"event":"progress","#);
    assert!(
        told.contains(&format!(r#""bytes_total":{SIZE},"#)),
        "{told}"
    );
    running.signal(Signal::INT);
    running.wait().exit(130);
}
