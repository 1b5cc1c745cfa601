use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::*;
use crate::filter::Rule;

struct Scene(tempfile::TempDir);

impl Scene {
    fn new(files: &[&str]) -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        for file in files {
            let path = scene.path(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What is found: names, names with why they are skipped, and paths with errors.
    fn walk(&self, filter: &Filter, links: Links) -> Vec<String> {
        let walk = Walk::begin(self.0.path(), filter, links, &[], None).unwrap();
        let short = |path: PathBuf| {
            let path = path.strip_prefix(self.0.path()).unwrap();
            path.to_string_lossy().into_owned()
        };
        walk.map(|walked| match walked {
            Walked::Item(item) => item.name,
            Walked::Skipped(path, _, why) => format!("{}: {why:?}", short(path)),
            Walked::Failed(path, error) => format!("{}: {error}", short(path)),
        })
        .collect()
    }

    fn all(&self) -> Vec<String> {
        self.walk(&Filter::default(), Links::Follow)
    }
}

#[test]
fn files_come_in_the_order_of_their_keys() {
    let scene = Scene::new(&["a/x", "a-b", "a.c", "a0", "b/c/d", "b/c-", "Z"]);
    let found = scene.all();
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(found, sorted);
    assert_eq!(found, ["Z", "a-b", "a.c", "a/x", "a0", "b/c-", "b/c/d"]);
}

#[test]
fn links_are_followed_or_left_out_and_circles_are_told() {
    let scene = Scene::new(&["d/f"]);
    symlink("d/f", scene.path("file")).unwrap();
    symlink("d", scene.path("linked")).unwrap();
    symlink("..", scene.path("d/up")).unwrap();
    symlink("nowhere", scene.path("broken")).unwrap();
    let found = scene.all();
    assert!(
        found[0].starts_with("broken: it is a link that leads nowhere"),
        "{found:?}"
    );
    assert_eq!(
        found[1..],
        [
            "d/f",
            "d/up: it leads to a directory that it is in",
            "file",
            "linked/f",
            "linked/up: it leads to a directory that it is in"
        ]
    );
    let skipped = scene.walk(&Filter::default(), Links::Skip);
    assert_eq!(
        skipped,
        [
            "broken: Link",
            "d/f",
            "d/up: Link",
            "file: Link",
            "linked: Link"
        ]
    );
}

#[test]
fn what_is_no_file_is_skipped_and_names_that_are_no_text_fail() {
    let scene = Scene::new(&["a"]);
    let listener = UnixListener::bind(scene.path("socket")).unwrap();
    fs::write(
        scene.0.path().join(OsString::from_vec(b"\xff".to_vec())),
        "x",
    )
    .unwrap();
    let found = scene.all();
    drop(listener);
    assert_eq!(found[..2], ["a", "socket: Socket"]);
    assert!(found[2].ends_with("it cannot be a key"), "{found:?}");
}

#[test]
fn a_directory_that_cannot_matter_is_not_read() {
    let scene = Scene::new(&["keep/f", "cache/f", "cache/deep/f"]);
    // Reading it would be told as a circle.
    symlink("..", scene.path("cache/up")).unwrap();
    let filter = Filter::new(vec![Rule::exclude("cache").unwrap()]);
    assert_eq!(scene.walk(&filter, Links::Follow), ["keep/f"]);
    let some = Filter::new(vec![
        Rule::exclude("cache").unwrap(),
        Rule::include("deep").unwrap(),
    ]);
    let found = scene.walk(&some, Links::Skip);
    assert_eq!(found, ["cache/deep/f", "keep/f"]);
}

#[test]
fn own_files_are_left_out_and_others_of_such_names_are_not() {
    let scene = Scene::new(&[".ossum-probe-1-\u{e9}", "a.ossum-part", "b.cp", "c"]);
    fs::write(
        scene.path("d.cp"),
        "{\"ossum\":\"checkpoint\",\"format\":1,",
    )
    .unwrap();
    let found = scene.all();
    assert_eq!(
        found,
        [
            ".ossum-probe-1-\u{e9}: OwnFile",
            "a.ossum-part: OwnFile",
            "b.cp",
            "c",
            "d.cp: OwnFile"
        ]
    );
}

#[test]
fn what_is_avoided_is_not_entered() {
    let scene = Scene::new(&["state/x", "f"]);
    let state = scene.path("state");
    let filter = Filter::default();
    let walk = Walk::begin(scene.0.path(), &filter, Links::Follow, &[state], None);
    assert_eq!(walk.unwrap().count(), 1);
}

#[test]
fn a_source_that_is_no_directory_is_told_from_one_that_is_not_there() {
    let scene = Scene::new(&["f"]);
    let filter = Filter::default();
    let begin = |name| Walk::begin(&scene.path(name), &filter, Links::Follow, &[], None);
    assert!(matches!(begin("f"), Err(Error::NotADirectory(_))));
    assert!(matches!(begin("absent"), Err(Error::Local { .. })));
}
