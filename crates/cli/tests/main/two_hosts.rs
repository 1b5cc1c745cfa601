//! Two hosts on one target: over one disk, or only over OSS.

mod hosts;

use ossum_testkit::oracle::{Content, Expected, Seen};
use ossum_testkit::{Outcome, Running, Signal};

use self::hosts::Hosts;
use crate::held::{HELD_AT, OPTIONS, SIZE, wait_until_held};

/// Answers five requests, and keeps those after them waiting for so long.
fn held(operation: &str, delay: &str) -> String {
    let from = HELD_AT + 1;
    format!("[[rule]]\noperation = '{operation}'\nfrom = {from}\nthen = {{ delay = '{delay}' }}\n")
}

fn words(what: &str) -> String {
    format!("cp {what} {OPTIONS} --allow-http")
}

/// That the first host is at work on `what`, and the second is told so and does nothing, also when the
/// first is cut off; and that the second goes on where the first was when it died.
fn the_second_goes_on_when_the_first_is_dead(hosts: &Hosts, what: &str) -> Outcome {
    let running = wait_until_held(hosts.first.start(&words(what)));
    let held_by = format!("in use by process {} on host host-a", process_of(&running));
    let is_refused = || {
        let refused = hosts.second.run(&format!("cp {what} --part-size 100K"));
        refused.exit(9).says(&held_by).says("wait for it to end");
    };
    is_refused();
    hosts.cut_first();
    is_refused();
    running.signal(Signal::KILL);
    running.wait();
    hosts.release();
    let done = hosts.second.start(&words(what)).wait();
    assert_eq!(done.exit(0).last_json()["parts_reused"], HELD_AT, "{done}");
    done
}

/// What the second host sees of the object and the uploads when one of them has ended so.
fn seen_of_object(hosts: &Hosts, ended: &Outcome) -> Seen {
    let copy = hosts.second.state().path("copy");
    let fetch = format!("cp oss://bkt/k {} --if-exists overwrite", copy.display());
    let fetched = hosts.second.run(&fetch);
    let is_there = fetched.code() == Some(0);
    Seen {
        visible: is_there.then(|| Content::of_file(&copy).unwrap()),
        open_uploads: hosts.open_uploads(),
        ..Seen::of(ended)
    }
}

fn process_of(running: &Running) -> String {
    stat_of(running).split(' ').next().unwrap().to_owned()
}

fn stat_of(running: &Running) -> String {
    String::from_utf8(running.told_by_kernel("stat")).unwrap()
}

/// Cases: 90, 91.
#[test]
fn an_upload_of_a_host_that_died_is_continued_on_another_and_not_before() {
    let Some(hosts) = Hosts::with_rules(&held("UploadPart", "1h")) else {
        return;
    };
    let source = Content::of(hosts.shared.write_seeded("file", 1, SIZE));
    let done = the_second_goes_on_when_the_first_is_dead(&hosts, "file oss://bkt/k");
    let expected = Expected::new(source).must_succeed();
    let seen = seen_of_object(&hosts, &done);
    expected.judge(&seen).expect_none();
    assert_eq!(hosts.shared.names(), ["file"]);
}

/// Cases: 90, 91.
#[test]
fn a_download_of_a_host_that_died_is_continued_on_another_and_not_before() {
    let Some(hosts) = Hosts::with_rules(&held("GetObject", "1h")) else {
        return;
    };
    let source = Content::of(hosts.shared.write_seeded("file", 1, SIZE));
    hosts.second.run("cp file oss://bkt/k").exit(0);
    let done = the_second_goes_on_when_the_first_is_dead(&hosts, "oss://bkt/k target");
    let seen = Seen {
        visible: Content::of_file(hosts.shared.path("target")),
        ..Seen::of(&done)
    };
    let expected = Expected::new(source).must_succeed();
    expected.judge(&seen).expect_none();
    assert_eq!(hosts.shared.names(), ["file", "target"]);
}

/// Cases: 90, 91.
#[test]
fn two_hosts_that_begin_at_once_leave_one_whole_target_and_nothing_else() {
    let Some(hosts) = Hosts::with_rules("") else {
        return;
    };
    let source = Content::of(hosts.shared.write_seeded("file", 1, SIZE));
    for what in ["file oss://bkt/k", "oss://bkt/k target"] {
        let both = [&hosts.first, &hosts.second].map(|host| host.start(&words(what)));
        let ended = both.map(Running::wait);
        let codes = ended.each_ref().map(Outcome::code);
        // Whoever came second was refused, or after the other's end, and then found it done.
        let is_right = matches!(codes, [Some(0), Some(0 | 9)] | [Some(9), Some(0)]);
        assert!(is_right, "{ended:?}");
        for ended in &ended {
            let seen = seen_of_object(&hosts, ended);
            Expected::new(source)
                .may_be_done_on_failure()
                .judge(&seen)
                .expect_none();
        }
    }
    assert_eq!(Content::of_file(hosts.shared.path("target")), Some(source));
    assert_eq!(hosts.shared.names(), ["file", "target"]);
}

/// Cases: 91.
#[test]
fn two_hosts_that_know_nothing_of_each_other_never_mix_their_bytes() {
    let Some(hosts) = Hosts::with_rules(&held("UploadPart", "5s")) else {
        return;
    };
    let [one, other] = [1, 2].map(|seed| {
        let bytes = hosts.shared.write_seeded(&format!("of-{seed}"), seed, SIZE);
        Content::of(bytes)
    });
    let first = wait_until_held(hosts.first.start(&words("of-1 oss://bkt/k")));
    first.signal(Signal::STOP);
    hosts.release();
    let second = hosts.second.start(&words("of-2 oss://bkt/k")).wait();
    let seen = Seen {
        // That of the first, which is at work.
        open_uploads: hosts.open_uploads() - 1,
        ..seen_of_object(&hosts, &second)
    };
    let expected = Expected::new(other).must_succeed();
    expected.judge(&seen).expect_none();
    assert!(stat_of(&first).contains(") T "), "it has stood still");
    first.signal(Signal::CONT);
    let seen = seen_of_object(&hosts, &first.wait());
    let expected = Expected::new(one).replacing(other).must_succeed();
    expected.judge(&seen).expect_none();
    assert_eq!(hosts.shared.names(), ["of-1", "of-2"]);
}
