//! What lies where a checkpoint belongs, and is not ours, stays as it is.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use ossum_checkpoint::{CheckpointPlace, CheckpointStore as _, Error, Found, Journal};

use crate::support::{Desk, begun, header, session};

/// Uses the first name for something else: the second is used, and the first not touched.
fn steps_aside(put: impl FnOnce(&Path)) -> Desk {
    let desk = Desk::new();
    put(&desk.first());
    let before = std::fs::read(desk.first()).ok();
    let journal = begun(&desk.beside(), &desk.upload());
    assert_eq!(journal.location(), Some(&*desk.second()));
    let target = desk.path("a.tar");
    let id = desk.upload().id().short();
    assert_eq!(
        journal.partial_path(&target),
        desk.path(&format!("a.tar.{id}.ossum-part"))
    );
    drop(journal);
    session(Journal::open(&desk.beside(), &desk.upload()).unwrap().1);
    assert_eq!(std::fs::read(desk.first()).ok(), before);
    desk
}

/// Puts something in an explicit file: an error, and it is not touched.
fn refuses(put: impl FnOnce(&Path)) -> Error {
    let desk = Desk::new();
    let path = desk.path("explicit");
    put(&path);
    let before = std::fs::read(&path).ok();
    let store = desk.store(CheckpointPlace::File(path.clone()));
    let error = Journal::open(&store, &desk.upload()).unwrap_err();
    assert_eq!(std::fs::read(&path).ok(), before);
    assert!(error.to_string().contains("explicit"), "{error}");
    error
}

fn text(text: &'static str) -> impl Fn(&Path) {
    move |path| std::fs::write(path, text).unwrap()
}

const NEWER: &str = "{\"ossum\":\"checkpoint\",\"format\":2,\"anything\":[";

#[test]
fn somebodys_file_is_left_alone() {
    for content in ["#!/bin/sh\n", "\0a", "{}", "{\"ossum\":\"pointer\","] {
        steps_aside(text(content));
        let error = refuses(text(content));
        assert!(matches!(error, Error::Foreign { .. }), "{error:?}");
    }
}

/// Cases: 88.
#[test]
fn a_later_format_is_left_alone() {
    steps_aside(text(NEWER));
    let error = refuses(text(NEWER));
    assert!(matches!(error, Error::Newer { format: 2, .. }), "{error:?}");
}

/// Cases: 100.
#[test]
fn a_planted_link_is_not_followed() {
    for content in ["", "precious"] {
        let victims = tempfile::tempdir().unwrap();
        let victim = victims.path().join("victim");
        std::fs::write(&victim, content).unwrap();
        let plant = |path: &Path| symlink(&victim, path).unwrap();
        let desk = steps_aside(plant);
        assert!(desk.first().is_symlink());
        let error = refuses(plant);
        assert!(matches!(error, Error::Foreign { .. }), "{error:?}");
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), content);
    }
}

/// Cases: 100.
#[test]
fn directories_and_files_that_others_can_write_are_left_alone() {
    let directory = |path: &Path| std::fs::create_dir(path).unwrap();
    let writable = |path: &Path| {
        std::fs::write(path, "").unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o620)).unwrap();
    };
    let linked = |path: &Path| {
        std::fs::write(path, "").unwrap();
        std::fs::hard_link(path, path.with_extension("other")).unwrap();
    };
    steps_aside(directory);
    steps_aside(writable);
    steps_aside(linked);
    refuses(directory);
    refuses(writable);
    refuses(linked);
}

#[test]
fn both_names_taken_is_an_error_that_names_the_second() {
    let desk = Desk::new();
    std::fs::write(desk.first(), "mine").unwrap();
    std::fs::write(desk.second(), NEWER).unwrap();
    match desk.beside().open(&desk.upload()) {
        Err(Error::Newer { path, format: 2 }) => assert_eq!(path, Some(desk.second())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_is_found_under_its_second_name_when_the_first_is_free_again() {
    let desk = steps_aside(text("in the way"));
    std::fs::remove_file(desk.first()).unwrap();
    let (journal, found) = Journal::open(&desk.beside(), &desk.upload()).unwrap();
    session(found);
    assert_eq!(journal.location(), Some(&*desk.second()));
}

/// Cases: 87.
#[test]
fn an_explicit_file_of_another_transfer_is_refused_and_an_empty_one_used() {
    let desk = Desk::new();
    let store = desk.store(CheckpointPlace::File(desk.path("explicit")));
    drop(begun(&store, &crate::support::copy()));
    let error = Journal::open(&store, &desk.upload()).unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }), "{error:?}");

    for content in [
        "",
        "{\"ossum\":\"check",
        "{\"ossum\":\"checkpoint\",\"format\":1,\"tr",
    ] {
        std::fs::write(desk.path("explicit"), content).unwrap();
        let (mut journal, found) = Journal::open(&store, &desk.upload()).unwrap();
        let expected = if content.is_empty() {
            Found::Nothing
        } else {
            Found::Damaged
        };
        assert_eq!(found, expected);
        journal.begin(&header(desk.upload()), None).unwrap();
        assert_eq!(journal.location(), Some(&*desk.path("explicit")));
    }
}
