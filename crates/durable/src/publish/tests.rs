use tempfile::tempdir;

use super::*;
use crate::{Effect, RealFs, SimFs};

/// A directory with a finished partial file, about to become `target`.
struct Scene {
    fs: SimFs,
}

impl Scene {
    fn new() -> Self {
        let fs = SimFs::new();
        fs.make_directory("/d");
        Self { fs }
    }

    fn failing(self, effect: Effect, errno: Errno) -> Self {
        self.fs.fail(1, effect, errno);
        self
    }

    fn old_target(self, mode: u32) -> Self {
        self.fs.write("/d/target", b"old");
        self.fs.set_mode("/d/target", mode);
        self
    }

    fn partial(&self) -> Partial {
        let partial = Partial::create(&self.fs, "/d/partial".into()).unwrap();
        partial.write_all_at(b"new", 0).unwrap();
        partial
    }

    fn target(&self) -> Target {
        Target::resolve(&self.fs, "/d/target".as_ref()).unwrap()
    }

    fn publish(&self, overwrite: Overwrite, durability: Durability) -> Result<(), Error> {
        publish(
            &self.fs,
            &self.partial(),
            &self.target(),
            overwrite,
            durability,
        )
    }

    fn overwrite(&self) -> Result<(), Error> {
        self.publish(Overwrite::Allow, Durability::Full)
    }

    fn content(&self, name: &str) -> Vec<u8> {
        let bytes = self.fs.read(format!("/d/{name}"));
        bytes.unwrap_or_else(|| b"nothing".to_vec())
    }

    fn mode(&self, name: &str) -> u32 {
        let path = format!("/d/{name}");
        self.fs.metadata(path.as_ref()).unwrap().mode
    }
}

#[test]
fn bytes_are_durable_before_the_name_and_the_name_before_success() {
    let scene = Scene::new();
    scene.overwrite().unwrap();
    assert_eq!(
        scene.fs.effects(),
        [
            Effect::Create,
            Effect::Write,
            Effect::SetMode,
            Effect::Sync,
            Effect::Rename,
            Effect::SyncDirectory
        ]
    );
    assert_eq!(scene.content("target"), b"new");
    assert!(!scene.fs.exists("/d/partial"));
}

#[test]
fn without_durability_nothing_is_synced() {
    let scene = Scene::new();
    scene.publish(Overwrite::Allow, Durability::None).unwrap();
    let effects = scene.fs.effects();
    assert!(!effects.contains(&Effect::Sync) && !effects.contains(&Effect::SyncDirectory));
    assert_eq!(scene.content("target"), b"new");
}

#[test]
fn a_replaced_file_passes_on_its_permissions() {
    let scene = Scene::new().old_target(0o640);
    scene.overwrite().unwrap();
    assert_eq!(
        (scene.content("target"), scene.mode("target")),
        (b"new".to_vec(), 0o640)
    );
}

#[test]
fn set_id_bits_are_not_passed_on_to_new_bytes() {
    let scene = Scene::new().old_target(0o6755);
    scene.overwrite().unwrap();
    assert_eq!(scene.mode("target"), 0o755);
}

#[test]
fn a_new_file_gets_the_permissions_of_any_new_file() {
    let scene = Scene::new();
    scene.overwrite().unwrap();
    let plain = scene.fs.mode_of_new_files("/d".as_ref()).unwrap();
    assert_eq!(scene.mode("target"), plain);
}

/// Cases: 33.
#[test]
fn a_file_system_that_keeps_no_permissions_still_gets_the_bytes() {
    for errno in [Errno::PERM, Errno::NOTSUP] {
        let scene = Scene::new().failing(Effect::SetMode, errno);
        scene.overwrite().unwrap();
        assert_eq!(scene.content("target"), b"new");
    }
}

#[test]
fn a_forbidden_overwrite_leaves_both_files() {
    let scene = Scene::new().old_target(0o644);
    let error = scene
        .publish(Overwrite::Forbid, Durability::Full)
        .unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }), "{error:?}");
    assert_eq!(scene.content("target"), b"old");
    assert_eq!(scene.content("partial"), b"new");
    let written = [Effect::Create, Effect::Write];
    assert_eq!(scene.fs.effects(), written, "found before anything is done");
}

#[test]
fn only_a_forbidden_overwrite_is_told_as_one() {
    for (overwrite, errno) in [
        (Overwrite::Forbid, Errno::IO),
        (Overwrite::Allow, Errno::EXIST),
    ] {
        let scene = Scene::new().failing(Effect::Rename, errno);
        let error = scene.publish(overwrite, Durability::Full).unwrap_err();
        assert_eq!(error.to_string(), "move into place /d/target");
    }
}

/// Cases: 86.
#[test]
fn a_file_that_appears_at_the_last_moment_is_not_overwritten_either() {
    let scene = Scene::new().old_target(0o644);
    let error = move_into_place(
        &scene.fs,
        scene.partial().path(),
        "/d/target".as_ref(),
        Overwrite::Forbid,
    )
    .unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }), "{error:?}");
    assert_eq!(scene.content("target"), b"old");
}

#[test]
fn a_free_name_is_taken_when_overwriting_is_forbidden() {
    let scene = Scene::new();
    scene.publish(Overwrite::Forbid, Durability::Full).unwrap();
    assert_eq!(scene.content("target"), b"new");
}

/// Cases: 93.
#[test]
fn a_symlink_stays_and_what_it_leads_to_is_replaced() {
    let scene = Scene::new();
    scene.fs.write("/d/real", b"old");
    scene.fs.symlink("real", "/d/target");
    scene.overwrite().unwrap();
    assert_eq!(scene.content("real"), b"new");
    assert_eq!(
        scene.fs.read_link("/d/target".as_ref()).unwrap(),
        Path::new("real")
    );
}

/// Cases: 93.
#[test]
fn a_directory_that_takes_the_name_meanwhile_is_refused() {
    let scene = Scene::new();
    let (partial, target) = (scene.partial(), scene.target());
    scene.fs.make_directory("/d/target");
    let outcome = publish(
        &scene.fs,
        &partial,
        &target,
        Overwrite::Allow,
        Durability::Full,
    );
    let refused = matches!(
        outcome,
        Err(Error::NotAFile {
            kind: FileKind::Directory,
            ..
        })
    );
    assert!(refused, "{outcome:?}");
    assert_eq!(scene.content("partial"), b"new");
}

/// Cases: 85.
#[test]
fn a_stranger_under_the_partials_name_is_not_published() {
    let scene = Scene::new().old_target(0o644);
    let (partial, target) = (scene.partial(), scene.target());
    for stranger in [Some(b"stranger"), None] {
        scene.fs.remove(partial.path());
        if let Some(bytes) = stranger {
            scene.fs.write(partial.path(), bytes);
        }
        let outcome = publish(
            &scene.fs,
            &partial,
            &target,
            Overwrite::Allow,
            Durability::Full,
        );
        assert!(
            matches!(outcome, Err(Error::Replaced { .. })),
            "{outcome:?}"
        );
        assert_eq!(scene.content("target"), b"old");
    }
}

/// Cases: 24.
#[test]
fn whatever_fails_before_the_rename_leaves_the_old_file() {
    for effect in [Effect::SetMode, Effect::Sync, Effect::Rename] {
        let scene = Scene::new().failing(effect, Errno::IO).old_target(0o644);
        let error = scene.overwrite().unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{effect:?}: {error:?}");
        assert_eq!(scene.content("target"), b"old", "{effect:?}");
        assert_eq!(scene.content("partial"), b"new", "{effect:?}");
    }
}

/// Cases: 24.
#[test]
fn a_directory_that_could_not_be_synced_is_reported() {
    let scene = Scene::new().failing(Effect::SyncDirectory, Errno::IO);
    let outcome = scene.overwrite();
    let reported = matches!(
        outcome,
        Err(Error::Io {
            operation: Operation::SyncDirectory,
            ..
        })
    );
    assert!(reported, "{outcome:?}");
}

/// Cases: 33.
#[test]
fn a_file_system_without_directory_sync_is_no_failure() {
    for errno in [Errno::INVAL, Errno::NOTSUP] {
        let scene = Scene::new().failing(Effect::SyncDirectory, errno);
        scene.overwrite().unwrap();
    }
}

/// Cases: 25.
#[test]
fn a_file_that_cannot_be_synced_is_a_failure_whatever_the_reason() {
    for errno in [Errno::INVAL, Errno::NOTSUP] {
        let scene = Scene::new().failing(Effect::Sync, errno).old_target(0o644);
        assert!(scene.overwrite().is_err());
        assert_eq!(scene.content("target"), b"old");
    }
}

#[test]
fn the_real_file_system_publishes_too() {
    let dir = tempdir().unwrap();
    let plain = dir.path().join("plain");
    std::fs::write(&plain, "").unwrap();
    let partial = Partial::create(&RealFs, dir.path().join("partial")).unwrap();
    partial.write_all_at(b"new", 0).unwrap();
    let target = Target::resolve(&RealFs, &dir.path().join("target")).unwrap();
    publish(
        &RealFs,
        &partial,
        &target,
        Overwrite::Forbid,
        Durability::Full,
    )
    .unwrap();
    assert_eq!(std::fs::read(target.path()).unwrap(), b"new");
    let mode = |path: &Path| RealFs.metadata(path).unwrap().mode;
    assert_eq!(mode(target.path()), mode(&plain));
}
