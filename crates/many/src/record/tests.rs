use super::*;

struct Scene(tempfile::TempDir);

impl Scene {
    fn directory(&self) -> PathBuf {
        self.0.path().join("runs/1")
    }

    fn open(&self) -> Result<Record, Error> {
        Record::open(&self.directory())
    }

    fn log(&self) -> PathBuf {
        log(&self.directory())
    }
}

fn scene() -> Scene {
    Scene(tempfile::tempdir().unwrap())
}

#[test]
fn what_was_noted_is_known_to_the_next_attempt() {
    let scene = scene();
    let record = scene.open().unwrap();
    assert!(record.before().is_empty());
    record.add(7, 10);
    record.add(3, 5);
    drop(record);
    let record = scene.open().unwrap();
    assert_eq!(record.before(), [3, 7]);
    assert_eq!(look(&scene.directory()), [3, 7]);
    // What is known is not noted twice.
    record.add(3, 5);
    let done = Noted {
        files: 2,
        bytes: 15,
    };
    assert_eq!(noted(&scene.log()).unwrap(), done);
}

#[test]
fn a_mark_is_of_all_texts_and_of_their_order() {
    let marks = [
        mark(&["a", "b", "c", ""]),
        mark(&["ab", "", "c", ""]),
        mark(&["a", "bc", "", ""]),
        mark(&["a", "b", "d", ""]),
        mark(&["a", "b", "c", "d"]),
        mark(&["a", "b", "c"]),
    ];
    for (at, mark) in marks.iter().enumerate() {
        assert!(!marks[at + 1..].contains(mark));
    }
}

#[test]
fn a_line_that_was_cut_off_is_passed_over_and_the_next_one_counts() {
    let scene = scene();
    let record = scene.open().unwrap();
    record.add(1, 10);
    let first = fs::read(scene.log()).unwrap().len();
    record.add(2, u64::MAX);
    drop(record);
    let log = scene.log();
    let whole = fs::read(&log).unwrap();
    // Short of its last digit, it is a line of fewer bytes.
    for cut in first + 1..first + MARK_AND_BLANK {
        fs::write(&log, &whole[..cut]).unwrap();
        let record = scene.open().unwrap();
        assert_eq!(record.before(), [1], "{cut}");
        record.add(3, 1);
        drop(record);
        assert_eq!(scene.open().unwrap().before(), [1, 3], "{cut}");
    }
}

const MARK_AND_BLANK: usize = 33;

#[test]
fn a_damaged_record_costs_no_more_than_what_it_said() {
    let scene = scene();
    scene.open().unwrap().add(1, 1);
    let mut bytes = fs::read(scene.log()).unwrap();
    bytes.extend_from_slice(b"\0\0\xff\n");
    bytes.extend_from_slice(&vec![b'f'; 100_000]);
    fs::write(scene.log(), bytes).unwrap();
    assert_eq!(scene.open().unwrap().before(), [1]);
}

/// Cases: 90.
#[test]
fn a_second_process_is_told_and_success_leaves_nothing() {
    let scene = scene();
    assert!(Record::take(&scene.directory()).unwrap().is_none());
    let record = scene.open().unwrap();
    for second in [
        scene.open(),
        Record::take(&scene.directory()).map(Option::unwrap),
    ] {
        assert!(matches!(second, Err(Error::InUse { .. })));
    }
    record.remove().unwrap();
    assert_eq!(
        fs::read_dir(scene.0.path().join("runs")).unwrap().count(),
        0
    );
}
