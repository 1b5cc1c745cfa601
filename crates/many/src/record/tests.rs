use super::*;

struct Scene(tempfile::TempDir);

impl Scene {
    fn open(&self) -> Result<Record, Error> {
        let remembering = Remembering {
            directory: self.0.path().to_owned(),
            state_directory: None,
            command: vec!["ossum".to_owned()],
            working_directory: None,
        };
        let route = Route::Down {
            source: "oss://bkt/a/".parse().unwrap(),
            destination: "/d".into(),
        };
        let directory = directory(&remembering, "oss.example", &route);
        Record::open(&directory, &remembering, &route, Durability::None)
    }

    fn log(&self) -> PathBuf {
        let runs = fs::read_dir(self.0.path().join("runs")).unwrap();
        let run = runs.map(|run| run.unwrap().path()).next().unwrap();
        run.join(DONE)
    }
}

fn scene() -> Scene {
    Scene(tempfile::tempdir().unwrap())
}

#[test]
fn what_was_noted_is_known_to_the_next_run() {
    let scene = scene();
    let record = scene.open().unwrap();
    assert!(record.before().is_empty());
    record.add(7);
    record.add(3);
    drop(record);
    assert_eq!(scene.open().unwrap().before(), [3, 7]);
    assert_eq!(look(scene.log().parent().unwrap()), [3, 7]);
}

#[test]
fn a_mark_is_of_name_source_and_destination() {
    let marks = [
        mark("a", "b", "c"),
        mark("ab", "", "c"),
        mark("a", "bc", ""),
        mark("a", "b", "d"),
    ];
    for (at, mark) in marks.iter().enumerate() {
        assert!(!marks[at + 1..].contains(mark));
    }
}

#[test]
fn a_line_that_was_cut_off_is_passed_over_and_the_next_one_counts() {
    let scene = scene();
    let record = scene.open().unwrap();
    record.add(1);
    record.add(2);
    drop(record);
    let log = scene.log();
    let whole = fs::read(&log).unwrap();
    for cut in 34..whole.len() - 1 {
        fs::write(&log, &whole[..cut]).unwrap();
        let record = scene.open().unwrap();
        assert_eq!(record.before(), [1], "{cut}");
        record.add(3);
        drop(record);
        assert_eq!(scene.open().unwrap().before(), [1, 3], "{cut}");
    }
}

#[test]
fn a_damaged_record_costs_no_more_than_what_it_said() {
    let scene = scene();
    scene.open().unwrap().add(1);
    let mut bytes = fs::read(scene.log()).unwrap();
    bytes.extend_from_slice(b"\0\0\xff\n");
    bytes.extend_from_slice(&vec![b'f'; 100_000]);
    fs::write(scene.log(), bytes).unwrap();
    assert_eq!(scene.open().unwrap().before(), [1]);
}

#[test]
fn a_second_process_is_told_and_success_leaves_nothing() {
    let scene = scene();
    let record = scene.open().unwrap();
    assert!(matches!(scene.open(), Err(Error::InUse(_))));
    record.remove();
    assert_eq!(
        fs::read_dir(scene.0.path().join("runs")).unwrap().count(),
        0
    );
}
