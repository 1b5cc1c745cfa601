//! Whatever happens to a journal's bytes, what is read is a beginning of what was written.

use std::collections::BTreeSet;
use std::io::Write as _;

use ossum_checkpoint::{Error, Found, Journal, Remembered};
use ossum_types::PartNumber;

use crate::support::{Desk, begun, header, session, uploaded_part};

/// What a journal remembers after each of its lines.
fn states(desk: &Desk, bytes: &[u8]) -> Vec<Remembered> {
    let ends = (0..bytes.len()).filter(|&at| bytes[at] == b'\n');
    ends.map(|end| match read(desk, &bytes[..=end]) {
        Ok(found) => session(found),
        Err(error) => panic!("{error}"),
    })
    .collect()
}

fn read(desk: &Desk, bytes: &[u8]) -> Result<Found, Error> {
    std::fs::write(desk.path("explicit"), bytes).unwrap();
    let place = ossum_checkpoint::CheckpointPlace::File(desk.path("explicit"));
    Journal::open(&desk.store(place), &desk.upload()).map(|(_, found)| found)
}

/// How many lines end in `bytes`.
fn lines_in(bytes: &[u8]) -> usize {
    bytes.split(|&b| b == b'\n').count() - 1
}

/// Cases: 13, 89.
#[test]
fn a_journal_that_is_cut_anywhere_remembers_its_whole_lines() {
    let desk = Desk::new();
    let bytes = std::fs::read(desk.left_unfinished()).unwrap();
    let states = states(&desk, &bytes);
    for len in 0..=bytes.len() {
        let whole = lines_in(&bytes[..len]);
        let expected = match (len, whole) {
            (0, _) => Found::Nothing,
            (_, 0) => Found::Damaged,
            _ => Found::Session(Box::new(states[whole - 1].clone())),
        };
        assert_eq!(read(&desk, &bytes[..len]).unwrap(), expected, "{len} bytes");
    }
}

/// Cases: 89.
#[test]
fn a_changed_byte_ends_what_is_remembered_before_its_line() {
    let desk = Desk::new();
    let bytes = std::fs::read(desk.left_unfinished()).unwrap();
    let states = states(&desk, &bytes);
    let line_one = bytes.iter().position(|&b| b == b'\n').unwrap();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            let whole = lines_in(&bytes[..at]);
            match read(&desk, &changed) {
                Ok(Found::Damaged) | Err(Error::Foreign { .. } | Error::Newer { .. }) => {
                    assert!(at <= line_one, "byte {at} ^ {flip}");
                }
                Ok(Found::Session(found)) => {
                    assert!(whole > 0, "byte {at} ^ {flip}");
                    assert_eq!(*found, states[whole - 1], "byte {at} ^ {flip}");
                }
                other => panic!("byte {at} ^ {flip}: {other:?}"),
            }
        }
    }
}

/// Cases: 89.
#[test]
fn what_is_behind_damage_is_cut_off_when_the_session_goes_on() {
    let desk = Desk::new();
    let path = desk.left_unfinished();
    let bytes = std::fs::read(&path).unwrap();
    let last_line = 1 + bytes[..bytes.len() - 1]
        .iter()
        .rposition(|&b| b == b'\n')
        .unwrap();
    let mut damaged = bytes.clone();
    damaged[last_line + 3] ^= 1;
    damaged.extend_from_slice(&bytes[last_line..]);
    std::fs::write(&path, &damaged).unwrap();
    let (mut journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(session(found).completing, None);
    journal.resume().unwrap();
    journal.append(&uploaded_part(7)).unwrap();
    drop(journal);
    let now = std::fs::read(&path).unwrap();
    assert_eq!(now[..last_line], bytes[..last_line]);
    let remembered = session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
    assert_eq!(remembered.completing, None);
    assert!(remembered.parts.contains_key(&PartNumber::new(7).unwrap()));
}

/// Cases: 19.
#[test]
fn lines_of_an_earlier_session_are_not_taken() {
    let desk = Desk::new();
    let path = desk.left_unfinished();
    let earlier = std::fs::read(&path).unwrap();
    drop(begun(&desk.beside(), &desk.upload()));
    let line_one = earlier.iter().position(|&b| b == b'\n').unwrap() + 1;
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    file.write_all(&earlier[line_one..]).unwrap();
    let remembered = session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
    assert!(remembered.parts.is_empty());
    assert_eq!(remembered.upload_id, None);
}

#[test]
fn no_two_sessions_write_the_same_lines() {
    let desk = Desk::new();
    let lines: BTreeSet<Vec<u8>> = (0..5)
        .map(|_| std::fs::read(desk.left_unfinished()).unwrap())
        .collect();
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_damaged_checkpoint_is_started_over_in_place() {
    let desk = Desk::new();
    let path = desk.left_unfinished();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let (mut journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(found, Found::Damaged);
    assert_eq!(journal.location(), Some(&*path));
    journal.begin(&header(desk.upload()), None).unwrap();
    drop(journal);
    session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
}

/// Cases: 20.
#[test]
fn a_short_file_of_zeros_is_what_a_power_loss_left_of_ours() {
    let desk = Desk::new();
    for len in [1, 700, 5000] {
        assert_eq!(read(&desk, &vec![0; len]).unwrap(), Found::Damaged);
    }
    // What is larger never was one, and one other byte makes it somebody's.
    for theirs in [vec![0; 1 << 20], [vec![0; 700], vec![1]].concat()] {
        let outcome = read(&desk, &theirs);
        assert!(matches!(outcome, Err(Error::Foreign { .. })), "{outcome:?}");
    }
}
