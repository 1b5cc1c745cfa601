//! From two places that were typed to one file and one object.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use ossum_types::{Invalid, ObjectUrl, PrefixUrl};

use crate::args::Place;
use crate::failure::Failure;

/// From where to where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// From a file to an object.
    Up {
        source: PathBuf,
        destination: ObjectUrl,
    },
    /// From an object to a file.
    Down {
        source: ObjectUrl,
        destination: PathBuf,
    },
}

impl Route {
    /// Finds file and object. Looks only whether the destination is an existing directory.
    pub(super) fn find(source: &Place, destination: &Place) -> Result<Self, Failure> {
        match (source, destination) {
            (Place::Local(file), Place::Oss(url)) => Ok(Self::Up {
                destination: object_for(url, file)?,
                source: file.clone(),
            }),
            (Place::Oss(url), Place::Local(path)) => {
                let source = url
                    .to_object()
                    .map_err(|invalid| no_object(url, &invalid))?;
                let destination = file_for(path, &source, destination)?;
                Ok(Self::Down {
                    source,
                    destination,
                })
            }
            (Place::Oss(_), Place::Oss(_)) => Err(Failure::usage(
                "copying from object to object is not there yet",
                format!("by way of a file: ossum cp {source} FILE && ossum cp FILE {destination}"),
            )),
            (Place::Stream, _) | (_, Place::Stream) => Err(Failure::usage(
                "standard input and output (-) are not there yet",
                "by way of a file: COMMAND > FILE && ossum cp FILE oss://BUCKET/KEY; a file of that name is ./-",
            )),
            (Place::Local(_), Place::Local(_)) => Err(Failure::usage(
                "neither place is an object",
                "write the object as oss://BUCKET/KEY",
            )),
        }
    }
}

/// The object: the URL, or the file's name behind it where it is a bucket or ends with `/`.
fn object_for(url: &PrefixUrl, file: &Path) -> Result<ObjectUrl, Failure> {
    let mut url = url.clone();
    if url.prefix.is_empty() || url.prefix.ends_with('/') {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| {
            Failure::usage(
                format!("{} has no name that can be a key", file.display()),
                format!("name the object: {url}KEY"),
            )
        })?;
        url.prefix.push_str(name);
    }
    url.to_object().map_err(|invalid| no_object(&url, &invalid))
}

/// The file: the path, or the key's last part in it where it is a directory.
fn file_for(path: &Path, object: &ObjectUrl, typed: &Place) -> Result<PathBuf, Failure> {
    if !names_a_directory(typed) && !path.is_dir() {
        return Ok(path.to_owned());
    }
    match object.key.base_name() {
        // `..` would lead out of the directory.
        "" | "." | ".." => Err(Failure::usage(
            format!("the key of {object} does not end in a name that a file can have"),
            format!("name the file: {}", path.join("FILE").display()),
        )),
        name => Ok(path.join(name)),
    }
}

/// Whether what was typed can only be a directory.
pub(super) fn names_a_directory(place: &Place) -> bool {
    match place {
        // `Path` itself overlooks a slash at the end.
        Place::Local(path) => path.as_os_str().as_bytes().ends_with(b"/"),
        _ => false,
    }
}

fn no_object(url: &PrefixUrl, invalid: &Invalid) -> Failure {
    let message = if url.prefix.is_empty() {
        format!("{url} is a bucket, not an object")
    } else {
        invalid.to_string()
    };
    Failure::usage(message, format!("write oss://{}/KEY", url.bucket))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn find(source: &str, destination: &str) -> Result<Route, Failure> {
        let place = |text: &str| Place::parse(OsStr::new(text)).unwrap();
        Route::find(&place(source), &place(destination))
    }

    fn object(source: &str, destination: &str) -> String {
        match find(source, destination).unwrap() {
            Route::Up { destination, .. } => destination.to_string(),
            down @ Route::Down { .. } => panic!("{down:?}"),
        }
    }

    fn file(source: &str, destination: &str) -> PathBuf {
        match find(source, destination).unwrap() {
            Route::Down { destination, .. } => destination,
            up @ Route::Up { .. } => panic!("{up:?}"),
        }
    }

    #[test]
    fn a_bucket_and_a_slash_at_the_end_take_the_name_of_the_file() {
        assert_eq!(object("d/a.bin", "oss://bkt"), "oss://bkt/a.bin");
        assert_eq!(object("d/a.bin", "oss://bkt/"), "oss://bkt/a.bin");
        assert_eq!(object("d/a.bin", "oss://bkt/x/"), "oss://bkt/x/a.bin");
        assert_eq!(object("d/a.bin", "oss://bkt/x"), "oss://bkt/x");
    }

    #[test]
    fn a_directory_takes_the_last_part_of_the_key() {
        assert_eq!(file("oss://bkt/x/a.bin", "/tmp"), Path::new("/tmp/a.bin"));
        assert_eq!(file("oss://bkt/x/a.bin", "."), Path::new("./a.bin"));
        assert_eq!(
            file("oss://bkt/x/a.bin", "no/such/"),
            Path::new("no/such/a.bin")
        );
        assert_eq!(file("oss://bkt/x/a.bin", "no/such"), Path::new("no/such"));
    }

    #[test]
    fn no_key_leads_out_of_the_directory() {
        for key in ["a/..", "..", "a/.", "a/"] {
            let refused = find(&format!("oss://bkt/{key}"), "/tmp");
            assert!(matches!(refused, Err(Failure::Usage { .. })), "{key}");
        }
    }

    #[test]
    fn what_is_not_there_yet_says_what_to_do() {
        for (source, destination) in [
            ("oss://aaa/x", "oss://bbb/y"),
            ("-", "oss://bbb/y"),
            ("oss://aaa/x", "-"),
            ("a", "b"),
            ("oss://aaa", "b"),
            ("..", "oss://aaa/"),
        ] {
            let failure = find(source, destination).unwrap_err();
            assert!(failure.hint().is_some(), "{source} {destination}");
        }
    }
}
