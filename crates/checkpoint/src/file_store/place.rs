use std::path::{Path, PathBuf};

use crate::file_name::{CHECKPOINT, PARTIAL, with_suffix};
use crate::{CheckpointPlace, Transfer, Way};

/// One name that a checkpoint can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// What the target's name is followed by in the name of the bytes so far.
    pub(super) partial_suffix: String,
    pub(super) directory: Directory,
}

/// Whose the directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directory {
    /// The user's: it is there, or nothing can be done.
    Given,
    /// Ours to make.
    Ours,
}

/// The names that a transfer's checkpoint can have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// In the order in which they are tried. None, if there is no place for it.
    pub(super) usual: Vec<Place>,
    /// Where it is made if the usual place cannot be written.
    pub(super) spare: Option<Place>,
}

impl Places {
    pub(super) fn of(
        place: &CheckpointPlace,
        state_directory: Option<&Path>,
        transfer: &Transfer,
    ) -> Self {
        let in_state = || state_directory.map(|directory| in_state(directory, transfer));
        match (place, &transfer.way) {
            (CheckpointPlace::File(path), _) => Self::only(given(path.clone())),
            (CheckpointPlace::Directory(directory), _) => {
                Self::only(in_directory(directory, transfer))
            }
            (CheckpointPlace::Beside, Way::Copy { .. }) => Self {
                usual: in_state().into_iter().collect(),
                spare: None,
            },
            (CheckpointPlace::Beside, Way::Upload { file, .. }) => Self {
                usual: beside(file, transfer),
                spare: in_state(),
            },
            // A download needs its directory for the bytes; where those cannot be, neither need
            // the checkpoint.
            (CheckpointPlace::Beside, Way::Download { file, .. }) => Self {
                usual: beside(file, transfer),
                spare: None,
            },
        }
    }

    fn only(place: Place) -> Self {
        Self {
            usual: vec![place],
            spare: None,
        }
    }
}

fn beside(file: &Path, transfer: &Transfer) -> Vec<Place> {
    let id = transfer.id().short();
    let second = Place {
        partial_suffix: format!(".{id}{PARTIAL}"),
        ..given(with_suffix(file, &format!(".{id}{CHECKPOINT}")))
    };
    vec![given(with_suffix(file, CHECKPOINT)), second]
}

fn in_directory(directory: &Path, transfer: &Transfer) -> Place {
    let name = match &transfer.way {
        Way::Upload { file, .. } | Way::Download { file, .. } => {
            directory.join(file.file_name().unwrap_or_default())
        }
        Way::Copy { destination, .. } => directory.join(harmless(destination.key.base_name())),
    };
    let suffix = format!(".{}{CHECKPOINT}", transfer.id().short());
    ours(with_suffix(&name, &suffix))
}

fn in_state(state_directory: &Path, transfer: &Transfer) -> Place {
    let name = format!("{}{CHECKPOINT}", transfer.id());
    ours(state_directory.join("checkpoints").join(name))
}

fn given(path: PathBuf) -> Place {
    Place {
        path,
        partial_suffix: PARTIAL.to_owned(),
        directory: Directory::Given,
    }
}

fn ours(path: PathBuf) -> Place {
    Place {
        directory: Directory::Ours,
        ..given(path)
    }
}

/// A key's base name as a file name: keys may hold what names cannot. That two become one does no
/// harm, as the transfer's ID follows.
fn harmless(base_name: &str) -> String {
    match base_name {
        "" | "." | ".." => "object".to_owned(),
        name => name.replace(char::is_control, "_"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer(way: Way) -> Transfer {
        Transfer {
            endpoint: "localhost".to_owned(),
            way,
        }
    }

    fn upload() -> Transfer {
        transfer(Way::Upload {
            file: "/d/a.tar".into(),
            object: "oss://bucket/b".parse().unwrap(),
        })
    }

    fn copy_to(key: &str) -> Transfer {
        transfer(Way::Copy {
            source: "oss://bucket/a".parse().unwrap(),
            version_id: None,
            destination: format!("oss://bucket/{key}").parse().unwrap(),
        })
    }

    fn paths(places: &Places) -> Vec<String> {
        let all = places.usual.iter().chain(&places.spare);
        all.map(|place| place.path.display().to_string()).collect()
    }

    #[test]
    fn an_upload_has_two_names_beside_its_file_and_one_in_the_state_directory() {
        let transfer = upload();
        let (id, short) = (transfer.id(), transfer.id().short());
        let places = Places::of(&CheckpointPlace::Beside, Some("/s".as_ref()), &transfer);
        assert_eq!(
            paths(&places),
            [
                "/d/a.tar.cp".to_owned(),
                format!("/d/a.tar.{short}.cp"),
                format!("/s/checkpoints/{id}.cp"),
            ]
        );
        assert_eq!(places.usual[0].partial_suffix, ".ossum-part");
        assert_eq!(
            places.usual[1].partial_suffix,
            format!(".{short}.ossum-part")
        );
    }

    #[test]
    fn a_copy_without_a_state_directory_has_no_place() {
        let places = Places::of(&CheckpointPlace::Beside, None, &copy_to("a/b"));
        assert_eq!(paths(&places), [""; 0]);
    }

    #[test]
    fn in_a_directory_names_say_what_they_are_of() {
        let place = CheckpointPlace::Directory("/c".into());
        let only = |transfer: &Transfer| paths(&Places::of(&place, None, transfer)).remove(0);
        let id = upload().id().short();
        assert_eq!(only(&upload()), format!("/c/a.tar.{id}.cp"));
        for (key, name) in [
            ("x/b.bin", "b.bin"),
            ("x/", "object"),
            ("x/..", "object"),
            ("x/\0", "_"),
        ] {
            let transfer = copy_to(key);
            let id = transfer.id().short();
            assert_eq!(only(&transfer), format!("/c/{name}.{id}.cp"));
        }
    }
}
