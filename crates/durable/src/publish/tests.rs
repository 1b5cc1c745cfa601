use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use tempfile::{TempDir, tempdir};

use super::*;
use crate::RealFs;
use crate::faulty_fs::{EINVAL, EIO, ENOTSUP, EPERM, Effect, FaultyFs};

/// A directory with a finished partial file, about to become `target`.
struct Scene {
    dir: TempDir,
    fs: FaultyFs,
}

impl Scene {
    fn new() -> Self {
        Self::with(FaultyFs::new())
    }

    fn with(fs: FaultyFs) -> Self {
        let dir = tempdir().unwrap();
        Self { dir, fs }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn old_target(self, mode: u32) -> Self {
        std::fs::write(self.path("target"), "old").unwrap();
        std::fs::set_permissions(self.path("target"), PermissionsExt::from_mode(mode)).unwrap();
        self
    }

    fn partial(&self) -> Partial {
        let partial = Partial::create(&self.fs, self.path("partial")).unwrap();
        partial.write_all_at(b"new", 0).unwrap();
        partial
    }

    fn target(&self) -> Target {
        Target::resolve(&self.fs, &self.path("target")).unwrap()
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

    fn content(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| error.kind().to_string())
    }

    fn mode(&self, name: &str) -> u32 {
        self.path(name).metadata().unwrap().permissions().mode() & 0o7777
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
    assert_eq!(scene.content("target"), "new");
    assert!(!scene.path("partial").exists());
}

#[test]
fn without_durability_nothing_is_synced() {
    let scene = Scene::new();
    scene.publish(Overwrite::Allow, Durability::None).unwrap();
    let effects = scene.fs.effects();
    assert!(!effects.contains(&Effect::Sync) && !effects.contains(&Effect::SyncDirectory));
    assert_eq!(scene.content("target"), "new");
}

#[test]
fn a_replaced_file_passes_on_its_permissions() {
    let scene = Scene::new().old_target(0o640);
    scene.overwrite().unwrap();
    assert_eq!(
        (scene.content("target").as_str(), scene.mode("target")),
        ("new", 0o640)
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
    std::fs::write(scene.path("plain"), "").unwrap();
    scene.overwrite().unwrap();
    assert_eq!(scene.mode("target"), scene.mode("plain"));
}

#[test]
fn a_file_system_that_keeps_no_permissions_still_gets_the_bytes() {
    for errno in [EPERM, ENOTSUP] {
        let scene = Scene::with(FaultyFs::new().failing(Effect::SetMode, errno));
        scene.overwrite().unwrap();
        assert_eq!(scene.content("target"), "new");
    }
}

#[test]
fn a_forbidden_overwrite_leaves_both_files() {
    let scene = Scene::new().old_target(0o644);
    let error = scene
        .publish(Overwrite::Forbid, Durability::Full)
        .unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }), "{error:?}");
    assert_eq!(scene.content("target"), "old");
    assert_eq!(scene.content("partial"), "new");
}

#[test]
fn a_file_that_appears_at_the_last_moment_is_not_overwritten_either() {
    let scene = Scene::new().old_target(0o644);
    let error = move_into_place(
        &scene.fs,
        scene.partial().path(),
        &scene.path("target"),
        Overwrite::Forbid,
    )
    .unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }), "{error:?}");
    assert_eq!(scene.content("target"), "old");
}

#[test]
fn a_free_name_is_taken_when_overwriting_is_forbidden() {
    let scene = Scene::new();
    scene.publish(Overwrite::Forbid, Durability::Full).unwrap();
    assert_eq!(scene.content("target"), "new");
}

#[test]
fn a_symlink_stays_and_what_it_leads_to_is_replaced() {
    let scene = Scene::new();
    std::fs::write(scene.path("real"), "old").unwrap();
    symlink("real", scene.path("target")).unwrap();
    scene.overwrite().unwrap();
    assert_eq!(scene.content("real"), "new");
    assert!(scene.path("target").is_symlink());
}

#[test]
fn a_directory_that_takes_the_name_meanwhile_is_refused() {
    let scene = Scene::new();
    let (partial, target) = (scene.partial(), scene.target());
    std::fs::create_dir(scene.path("target")).unwrap();
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
    assert_eq!(scene.content("partial"), "new");
}

#[test]
fn a_stranger_under_the_partials_name_is_not_published() {
    let scene = Scene::new().old_target(0o644);
    let (partial, target) = (scene.partial(), scene.target());
    for stranger in [Some("stranger"), None] {
        std::fs::remove_file(partial.path()).unwrap();
        if let Some(bytes) = stranger {
            std::fs::write(partial.path(), bytes).unwrap();
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
        assert_eq!(scene.content("target"), "old");
    }
}

#[test]
fn whatever_fails_before_the_rename_leaves_the_old_file() {
    for effect in [Effect::SetMode, Effect::Sync, Effect::Rename] {
        let scene = Scene::with(FaultyFs::new().failing(effect, EIO)).old_target(0o644);
        let error = scene.overwrite().unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{effect:?}: {error:?}");
        assert_eq!(scene.content("target"), "old", "{effect:?}");
        assert_eq!(scene.content("partial"), "new", "{effect:?}");
    }
}

#[test]
fn a_directory_that_could_not_be_synced_is_reported() {
    let scene = Scene::with(FaultyFs::new().failing(Effect::SyncDirectory, EIO));
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

#[test]
fn a_file_system_without_directory_sync_is_no_failure() {
    for errno in [EINVAL, ENOTSUP] {
        let scene = Scene::with(FaultyFs::new().failing(Effect::SyncDirectory, errno));
        scene.overwrite().unwrap();
    }
}

#[test]
fn a_file_that_cannot_be_synced_is_a_failure_whatever_the_reason() {
    for errno in [EINVAL, ENOTSUP] {
        let scene = Scene::with(FaultyFs::new().failing(Effect::Sync, errno)).old_target(0o644);
        assert!(scene.overwrite().is_err());
        assert_eq!(scene.content("target"), "old");
    }
}

#[test]
fn the_real_file_system_publishes_too() {
    let dir = tempdir().unwrap();
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
}
