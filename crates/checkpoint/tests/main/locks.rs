//! One at a time.

use ossum_checkpoint::{CheckpointStore as _, Error, Found, Holder, Journal, MemoryStore};

use crate::support::{Desk, begun, header, seconds, session, upload_of, uploaded_part};

fn holder_of(error: Error) -> Holder {
    match error {
        Error::InUse {
            holder: Some(holder),
            ..
        } => holder,
        other => panic!("{other:?}"),
    }
}

/// Cases: 90.
#[test]
fn the_second_to_open_a_transfer_learns_who_has_it() {
    let desk = Desk::new();
    let _first = begun(&desk.beside(), &desk.upload());
    let error = Journal::open(&desk.beside(), &desk.upload()).unwrap_err();
    let shown = error.to_string();
    let this = Holder::this_process(seconds(0));
    assert!(
        shown.ends_with(&format!("a.tar.cp is in use by {this}")),
        "{shown}"
    );
    assert_eq!(holder_of(error).host, this.host);
}

#[test]
fn whoever_resumes_becomes_the_holder() {
    let desk = Desk::new();
    let path = desk.left_unfinished();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("\"holder\"").count(), 1);
    let (mut journal, _) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    journal.resume().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("\"holder\"").count(), 2);
    assert!(matches!(journal.resume(), Err(Error::Refused { .. })));
}

#[test]
fn the_lock_ends_with_the_journal() {
    let desk = Desk::new();
    drop(begun(&desk.beside(), &desk.upload()));
    Journal::open(&desk.beside(), &desk.upload()).unwrap();
}

#[test]
fn a_store_in_memory_is_locked_too() {
    let desk = Desk::new();
    let store = MemoryStore::new();
    let (mut journal, _) = Journal::open(&store, &desk.upload()).unwrap();
    journal.begin(&header(desk.upload()), None).unwrap();
    let error = Journal::open(&store.clone(), &desk.upload()).unwrap_err();
    assert_eq!(holder_of(error).process, std::process::id());
    drop(journal);
    session(Journal::open(&store, &desk.upload()).unwrap().1);
}

/// Cases: 92.
#[test]
fn a_lock_on_a_file_that_was_removed_protects_nothing_and_is_noticed() {
    let desk = Desk::new();
    let first = begun(&desk.beside(), &desk.upload());
    std::fs::remove_file(desk.first()).unwrap();
    let second = begun(&desk.beside(), &desk.upload());
    assert_eq!(first.location(), second.location());
    // The one that lost its name does not take the other's away.
    let mut first = first;
    first.remove().unwrap();
    assert!(desk.first().exists());
}

/// Cases: 90.
#[test]
fn whoever_makes_the_file_first_has_it() {
    let desk = Desk::new();
    let (mut late, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    assert_eq!(found, Found::Nothing);
    let mut quick = begun(&desk.beside(), &desk.upload());
    let error = late.begin(&header(desk.upload()), None).unwrap_err();
    assert_eq!(holder_of(error).process, std::process::id());
    quick.append(&uploaded_part(1)).unwrap();
    drop(quick);
    let remembered = session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
    assert_eq!(remembered.parts.len(), 1);
}

/// Cases: 87.
#[test]
fn another_transfer_of_the_same_file_is_not_in_the_way_locked_or_not() {
    let desk = Desk::new();
    let mut other = upload_of(&desk.path("a.tar"));
    other.endpoint = "elsewhere".to_owned();
    let held = begun(&desk.beside(), &other);
    let before = std::fs::read(desk.first()).unwrap();
    let journal = begun(&desk.beside(), &desk.upload());
    assert_eq!(journal.location(), Some(&*desk.second()));
    drop((held, journal));
    let journal = begun(&desk.beside(), &desk.upload());
    assert_eq!(journal.location(), Some(&*desk.second()));
    assert_eq!(std::fs::read(desk.first()).unwrap(), before);
}

#[test]
fn an_empty_file_that_is_locked_belongs_to_whoever_is_about_to_write_it() {
    let desk = Desk::new();
    let locked = std::fs::File::create(desk.first()).unwrap();
    locked.try_lock().unwrap();
    let error = desk.beside().open(&desk.upload()).unwrap_err();
    assert!(
        matches!(error, Error::InUse { holder: None, .. }),
        "{error:?}"
    );
}
