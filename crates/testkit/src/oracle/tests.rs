use super::*;
use crate::{Program, Workspace};

const NEW: &[u8] = b"new";
const OLD: &[u8] = b"old";
const HALF: &[u8] = b"ne";

fn expected() -> Expected {
    Expected::new(Content::of(NEW)).replacing(Content::of(OLD))
}

fn seen(end: End, visible: impl Into<Option<&'static [u8]>>) -> Seen {
    let visible = visible.into().map(Content::of);
    Seen {
        visible,
        ..Seen::at(end)
    }
}

#[track_caller]
fn finds(expected: &Expected, seen: &Seen, row: u8, violation: &Violation) {
    let verdict = expected.judge(seen);
    assert_eq!(verdict.violations(), std::slice::from_ref(violation));
    assert_eq!(violation.row(), row);
    assert_eq!(verdict.to_string(), violation.to_string());
}

fn found(bytes: impl Into<Option<&'static [u8]>>) -> Option<Content> {
    bytes.into().map(Content::of)
}

#[test]
fn the_new_bytes_after_success_and_the_old_after_failure_are_right() {
    expected().judge(&seen(End::Success, NEW)).expect_none();
    expected().judge(&seen(End::Failure, OLD)).expect_none();
    for visible in [OLD, NEW] {
        expected().judge(&seen(End::Killed, visible)).expect_none();
    }
    let fresh = Expected::new(Content::of(NEW));
    fresh.judge(&seen(End::Failure, None)).expect_none();
}

#[test]
fn success_with_other_bytes_is_silent_corruption() {
    for wrong in [Some(OLD), Some(HALF), None] {
        let found = found(wrong);
        let seen = seen(End::Success, wrong);
        finds(&expected(), &seen, 1, &Violation::WrongBytes { found });
    }
}

#[test]
fn what_is_neither_old_nor_new_is_half_done_whatever_the_end() {
    for end in [End::Failure, End::Killed] {
        for (wrong, found) in [(Some(HALF), found(HALF)), (None, None)] {
            let seen = seen(end.clone(), wrong);
            finds(&expected(), &seen, 1, &Violation::HalfDone { found });
        }
        let seen = Seen {
            after_power_loss: vec![found(OLD), found(HALF)],
            ..seen(end, OLD)
        };
        let found = found(HALF);
        finds(&expected(), &seen, 1, &Violation::HalfDone { found });
    }
}

#[test]
fn success_that_a_power_loss_takes_away_was_a_lie() {
    let seen = Seen {
        after_power_loss: vec![found(NEW), found(OLD)],
        ..seen(End::Success, NEW)
    };
    let found = found(OLD);
    finds(&expected(), &seen, 2, &Violation::NotDurable { found });
}

#[test]
fn a_failure_after_all_is_done_is_false_unless_nobody_could_know() {
    let seen = seen(End::Failure, NEW);
    finds(&expected(), &seen, 2, &Violation::FalseFailure);
    expected()
        .may_be_done_on_failure()
        .judge(&seen)
        .expect_none();
    let same = Expected::new(Content::of(NEW)).replacing(Content::of(NEW));
    same.judge(&seen).expect_none();
}

#[test]
fn an_end_that_was_ruled_out_is_told() {
    let failed = seen(End::Failure, OLD);
    finds(&expected().must_succeed(), &failed, 9, &Violation::Stuck);
    let done = seen(End::Success, NEW);
    finds(&expected().must_fail(), &done, 2, &Violation::FalseSuccess);
    let died = seen(End::Died("signal 11".to_owned()), OLD);
    let violation = Violation::Died("signal 11".to_owned());
    finds(&expected(), &died, 3, &violation);
}

#[test]
fn a_case_whose_fault_never_fired_shows_nothing() {
    let mut seen = seen(End::Success, NEW);
    finds(&expected().with_fault(), &seen, 3, &Violation::NoFault);
    seen.fired = 1;
    expected().with_fault().judge(&seen).expect_none();
}

#[test]
fn any_state_of_a_source_that_changes_is_right_and_a_mixture_is_not() {
    let expected = expected().or(Content::of("newer"));
    expected
        .judge(&seen(End::Success, &b"newer"[..]))
        .expect_none();
    let mixed = b"newew";
    let violation = Violation::WrongBytes {
        found: found(&mixed[..]),
    };
    let mixed = seen(End::Success, &mixed[..]);
    finds(&expected, &mixed, 1, &violation);
}

#[test]
fn what_others_leave_is_theirs() {
    let other = expected()
        .others_may_leave(Content::of("other"))
        .others_may_leave(None);
    other
        .judge(&seen(End::Failure, &b"other"[..]))
        .expect_none();
    other.judge(&seen(End::Failure, None)).expect_none();
    let done = seen(End::Success, &b"other"[..]);
    let found = found(&b"other"[..]);
    finds(&other, &done, 1, &Violation::WrongBytes { found });
}

#[test]
fn bounds_are_held_at_the_bound_and_broken_beyond() {
    let expected = expected()
        .within(Duration::from_secs(1))
        .moving_at_most(10)
        .asking_at_most(3);
    let mut seen = Seen {
        took: Duration::from_secs(1),
        bytes: 10,
        requests: 3,
        ..seen(End::Success, NEW)
    };
    expected.judge(&seen).expect_none();
    seen.bytes = 11;
    let violation = Violation::MovedAgain {
        moved: 11,
        most: 10,
    };
    finds(&expected, &seen, 8, &violation);
    (seen.bytes, seen.requests) = (10, 4);
    let violation = Violation::TooManyRequests { made: 4, most: 3 };
    finds(&expected, &seen, 9, &violation);
    (seen.requests, seen.took) = (3, Duration::from_secs(2));
    let (took, most) = (seen.took, Duration::from_secs(1));
    finds(&expected, &seen, 9, &Violation::TooLong { took, most });
}

#[test]
fn residue_is_what_is_left_after_success_and_what_nothing_remembers() {
    let left = vec!["f.ossum-part".to_owned()];
    let leaving = |end, visible| Seen {
        open_uploads: 1,
        left: left.clone(),
        ..seen(end, visible)
    };
    // What the next run goes on with.
    expected().judge(&leaving(End::Failure, OLD)).expect_none();
    let verdict = expected().judge(&leaving(End::Success, NEW));
    let both = [Violation::OpenUploads(1), Violation::Left(left.clone())];
    assert_eq!(verdict.violations(), both);
    assert!(both.iter().all(|violation| violation.row() == 10));
    let orphan = Seen {
        orphans: 2,
        ..seen(End::Killed, OLD)
    };
    finds(&expected(), &orphan, 10, &Violation::Orphans(2));
}

#[test]
fn a_secret_is_found_wherever_it_is_shown() {
    let showing = |secret: &str| Seen {
        outputs: vec![
            ("log".to_owned(), b"harmless".to_vec()),
            ("checkpoint".to_owned(), format!("x{secret}y").into()),
        ],
        ..seen(End::Success, NEW)
    };
    let name = "checkpoint".to_owned();
    let violation = Violation::Secret { name };
    let own = showing(LocalOss::ACCESS_KEY_SECRET);
    finds(&expected(), &own, 11, &violation);
    expected().judge(&showing("a token")).expect_none();
    let hiding = expected().hiding("a token");
    finds(&hiding, &showing("a token"), 11, &violation);
}

#[test]
fn a_programs_end_is_told_by_how_it_exits() {
    let workspace = Workspace::new();
    let shell = |line: &str| {
        let program = Program::new("/bin/sh", &workspace);
        Seen::of(&program.run(["-c", line]))
    };
    assert_eq!(shell("exit 0").end, End::Success);
    assert_eq!(shell("exit 7").end, End::Failure);
    for died in ["exit 101", "echo panicked at x >&2; exit 1", "kill -11 $$"] {
        let Seen { end, .. } = shell(died);
        assert!(matches!(end, End::Died(_)), "{died}: {end:?}");
    }
    assert_eq!(shell("kill -9 $$").killed().end, End::Killed);
    let seen = shell("echo out; echo err >&2");
    let outputs: Vec<_> = seen.outputs.iter().map(|(_, bytes)| &bytes[..]).collect();
    assert_eq!(outputs, [&b"out\n"[..], &b"err\n"[..]]);
    assert!(!seen.took.is_zero());
}
