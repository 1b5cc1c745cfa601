//! Who gives up a transfer removes what is its own, and nothing else.

use std::sync::Arc;

use ossum_checkpoint::{Error, Header, Journal, Pointer, Pointers, Removed};
use ossum_durable::{Effect, Errno, Fs, RealFs, SimFs};

use crate::pointers::{pointer, pointers};
use crate::support::{Desk, begun, download_to, header};

#[test]
fn a_transfer_is_given_up_with_all_that_is_its_own_and_nothing_else() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        partial: Some(desk.path("a.tar.ossum-part")),
        ..pointer(desk.upload(), 1)
    };
    pointers.put(&pointer).unwrap();
    let journal = begun(&desk.beside(), &desk.upload());
    let refused = pointers.claim(pointer.clone());
    assert!(matches!(refused, Err(Error::InUse { .. })), "{refused:?}");
    drop(journal);

    std::fs::write(desk.path("a.tar.ossum-part"), "somebody's").unwrap();
    let claim = pointers.claim(pointer.clone()).unwrap();
    assert_eq!(
        claim.upload_ids(),
        pointer.upload_id.clone().into_iter().collect::<Vec<_>>()
    );
    let removed = claim.remove().unwrap();
    assert_eq!(removed.checkpoint, Some(desk.first()));
    assert_eq!((removed.left, removed.partial), (pointer.partial, None));
    assert_eq!(pointers.list().unwrap(), []);
    assert!(!desk.first().exists());
}

#[test]
fn somebodys_file_in_the_place_of_a_checkpoint_stays_when_its_transfer_is_given_up() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let pointer = Pointer {
        checkpoint: Some(desk.first()),
        ..pointer(desk.upload(), 1)
    };
    pointers.put(&pointer).unwrap();
    std::fs::write(desk.first(), "somebody's").unwrap();
    let removed = pointers.claim(pointer).unwrap().remove().unwrap();
    assert_eq!(removed.checkpoint, None);
    assert_eq!(std::fs::read(desk.first()).unwrap(), b"somebody's");
    assert_eq!(pointers.list().unwrap(), []);
}

#[test]
fn the_bytes_of_a_download_go_with_it_if_they_are_its_own_and_nobody_writes_them() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let transfer = download_to(&desk.path("b.tar"));
    let bytes = desk.path("b.tar.ossum-part");
    std::fs::write(&bytes, "0123456789").unwrap();
    let (mut journal, _) = Journal::open(&desk.beside(), &transfer).unwrap();
    let header = Header {
        size: 10,
        partial: Some(RealFs.metadata(&bytes).unwrap().id),
        ..header(transfer.clone())
    };
    journal.begin(&header, None).unwrap();
    drop(journal);
    let pointer = Pointer {
        checkpoint: Some(desk.path("b.tar.cp")),
        partial: Some(bytes.clone()),
        ..pointer(transfer, 1)
    };
    let give_up = || pointers.claim(pointer.clone())?.remove();

    let writer = RealFs.open_to_continue(&bytes).unwrap();
    assert!(writer.try_lock().unwrap());
    let refused = give_up();
    assert!(matches!(refused, Err(Error::InUse { .. })), "{refused:?}");
    assert!(bytes.exists() && desk.path("b.tar.cp").exists());
    drop(writer);

    let removed = give_up().unwrap();
    assert_eq!((removed.partial, removed.left), (Some(bytes.clone()), None));
    assert_eq!(removed.checkpoint, pointer.checkpoint);
    assert!(!bytes.exists());
}

#[test]
fn bytes_of_another_length_or_of_another_file_are_left_where_a_download_was() {
    for (written, is_same_file) in [("01234567890", true), ("0123456789", false)] {
        let desk = Desk::new();
        let pointers = pointers(&desk);
        let transfer = download_to(&desk.path("b.tar"));
        let bytes = desk.path("b.tar.ossum-part");
        std::fs::write(&bytes, written).unwrap();
        let mut id = RealFs.metadata(&bytes).unwrap().id;
        id.inode += u64::from(!is_same_file);
        let (mut journal, _) = Journal::open(&desk.beside(), &transfer).unwrap();
        let header = Header {
            size: 10,
            partial: Some(id),
            ..header(transfer.clone())
        };
        journal.begin(&header, None).unwrap();
        drop(journal);
        let pointer = Pointer {
            checkpoint: Some(desk.path("b.tar.cp")),
            partial: Some(bytes.clone()),
            ..pointer(transfer, 1)
        };
        let removed = pointers.claim(pointer).unwrap().remove().unwrap();
        assert_eq!((removed.partial, removed.left), (None, Some(bytes.clone())));
        assert!(bytes.exists() && !desk.path("b.tar.cp").exists());
    }
}

#[test]
fn a_download_whose_bytes_are_gone_is_given_up_all_the_same() {
    let desk = Desk::new();
    let pointers = pointers(&desk);
    let transfer = download_to(&desk.path("b.tar"));
    std::fs::write(desk.path("file"), "").unwrap();
    for gone in ["b.tar.ossum-part", "file/b.tar.ossum-part"] {
        drop(begun(&desk.beside(), &transfer));
        let pointer = Pointer {
            checkpoint: Some(desk.path("b.tar.cp")),
            partial: Some(desk.path(gone)),
            ..pointer(transfer.clone(), 1)
        };
        pointers.put(&pointer).unwrap();
        let removed = pointers.claim(pointer.clone()).unwrap().remove().unwrap();
        let expected = Removed {
            checkpoint: pointer.checkpoint,
            ..Removed::default()
        };
        assert_eq!(removed, expected);
        assert_eq!(pointers.list().unwrap(), []);
    }
}

#[test]
fn bytes_that_cannot_be_looked_at_are_not_taken_for_missing() {
    let fs = SimFs::new();
    let pointers = Pointers::new(Arc::new(fs.clone()), "/state".into());
    let pointer = Pointer {
        checkpoint: None,
        partial: Some("/data/b.tar.ossum-part".into()),
        ..pointer(download_to("/data/b.tar".as_ref()), 1)
    };
    pointers.put(&pointer).unwrap();
    let claim = pointers.claim(pointer.clone()).unwrap();
    fs.fail(1, Effect::Inspect, Errno::IO);
    let outcome = claim.remove();
    assert!(matches!(outcome, Err(Error::Durable(_))), "{outcome:?}");
    assert_eq!(pointers.find(&pointer.transfer).unwrap(), Some(pointer));
}
