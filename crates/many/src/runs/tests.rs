use ossum_checkpoint::Holder;
use ossum_durable::Durability;

use super::*;
use crate::run_pointer::Direction;

struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn runs(&self) -> Runs {
        Runs::new(self.0.path())
    }

    fn pointer(&self, id: &str, began: u64) -> RunPointer {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(began);
        RunPointer {
            id: id.to_owned(),
            direction: Direction::Copy,
            endpoint: "h".to_owned(),
            source: "oss://bkt/a/".to_owned(),
            destination: "oss://bkt/b/".to_owned(),
            record: record::runs(self.0.path()).join(id),
            directory: None,
            command: Vec::new(),
            began: time,
            holder: Holder::this_process(time),
            end: None,
        }
    }

    fn begin(&self, id: &str, began: u64) -> Result<Remembered, Error> {
        Remembered::begin(Some(self.runs()), self.pointer(id, began), Durability::None)
    }

    fn end() -> End {
        End {
            time: SystemTime::UNIX_EPOCH,
            kind: "denied".to_owned(),
            message: "no".to_owned(),
            hint: None,
        }
    }

    fn is_empty(&self) -> bool {
        fs::read_dir(self.runs().directory).unwrap().count() == 0
    }
}

#[test]
fn runs_are_listed_the_oldest_first_and_what_is_no_run_is_passed_over() {
    let scene = Scene::new();
    assert_eq!(scene.runs().list().unwrap(), []);
    for (id, began) in [("b", 1), ("a", 2), ("c", 1)] {
        scene.begin(id, began).unwrap();
    }
    let directory = scene.runs().directory;
    fs::write(directory.join("file"), "x").unwrap();
    fs::create_dir_all(directory.join("odd").join(POINTER)).unwrap();
    fs::create_dir(directory.join("empty")).unwrap();
    fs::write(directory.join("empty").join(POINTER), "{}").unwrap();
    let listed = scene.runs().list();
    let listed = listed.unwrap_or_else(|error| panic!("{error:?}"));
    let ids: Vec<_> = listed.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, ["b", "c", "a"]);
}

#[test]
fn an_attempt_keeps_since_when_and_forgets_how_the_last_one_ended() {
    let scene = Scene::new();
    let mut first = scene.begin("a", 1).unwrap();
    first.ended(Scene::end(), Durability::None).unwrap();
    drop(first);
    let found = scene.runs().find("a").unwrap().unwrap();
    assert_eq!(found.end, Some(Scene::end()));

    let second = scene.begin("a", 9).unwrap();
    let found = scene.runs().find("a").unwrap().unwrap();
    let began = scene.pointer("a", 1).began;
    assert_eq!(
        found,
        RunPointer {
            began,
            ..scene.pointer("a", 9)
        }
    );
    drop(second);
}

#[test]
fn what_is_noted_is_seen_with_who_works_on_it() {
    let scene = Scene::new();
    let run = scene.begin("a", 1).unwrap();
    run.record.add(1, 10);
    run.record.add(2, 5);
    let pointer = scene.pointer("a", 1);
    let seen = scene.runs().look(&pointer).unwrap();
    let done = DoneSoFar {
        files: 2,
        bytes: 15,
    };
    assert_eq!(seen.done, Some(done));
    let process = seen.running.and_then(|runner| runner.process);
    assert_eq!(process, Some(std::process::id()));
    drop(run);
    let seen = scene.runs().look(&pointer).unwrap();
    assert!(seen.running.is_none() && seen.changed.is_some());
    let nowhere = scene.pointer("b", 1);
    assert_eq!(scene.runs().look(&nowhere).unwrap().done, None);
}

#[test]
fn what_is_under_way_cannot_be_claimed_and_names_its_holder() {
    let scene = Scene::new();
    let run = scene.begin("a", 1).unwrap();
    let pointer = scene.pointer("a", 1);
    let refused = scene.runs().claim(pointer.clone()).unwrap_err();
    let Error::InUse {
        holder: Some(holder),
        ..
    } = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(holder.process, std::process::id());
    drop(run);

    let claim = scene.runs().claim(pointer).unwrap();
    assert!(matches!(scene.begin("a", 1), Err(Error::InUse { .. })));
    assert_eq!(claim.remove().unwrap(), None);
    assert!(scene.is_empty());
}

#[test]
fn a_checkpoint_that_nobody_gave_up_stays_and_is_told() {
    let scene = Scene::new();
    let pointer = scene.pointer("a", 1);
    drop(scene.begin("a", 1).unwrap());
    let checkpoints = record::checkpoints(&pointer.record);
    fs::write(checkpoints.join("x.cp"), "precious").unwrap();
    let claim = scene.runs().claim(pointer).unwrap();
    assert_eq!(claim.remove().unwrap(), Some(checkpoints.clone()));
    assert_eq!(scene.runs().list().unwrap(), []);
    assert!(checkpoints.join("x.cp").exists());
}

#[test]
fn a_run_whose_record_is_gone_can_be_given_up() {
    let scene = Scene::new();
    drop(scene.begin("a", 1).unwrap());
    let pointer = scene.pointer("a", 1);
    fs::remove_file(record::log(&pointer.record)).unwrap();
    scene.runs().check_unused(&pointer).unwrap();
    let claim = scene.runs().claim(pointer).unwrap();
    claim.remove().unwrap();
    assert_eq!(scene.runs().list().unwrap(), []);
}
