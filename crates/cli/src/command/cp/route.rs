//! From two places that were typed to one file and one object, or two objects.

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
    /// From standard input to an object.
    In { destination: ObjectUrl },
    /// From an object to standard output.
    Out { source: ObjectUrl },
    /// From an object to another.
    Across {
        source: ObjectUrl,
        destination: ObjectUrl,
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
                let source = object_at(url)?;
                let destination = file_for(path, &source, destination)?;
                Ok(Self::Down {
                    source,
                    destination,
                })
            }
            (Place::Oss(from), Place::Oss(to)) => {
                let source = object_at(from)?;
                Ok(Self::Across {
                    destination: copy_for(to, &source)?,
                    source,
                })
            }
            (Place::Oss(url), Place::Stream) => Ok(Self::Out {
                source: object_at(url)?,
            }),
            (Place::Stream, Place::Oss(url)) if lacks_a_name(url) => Err(Failure::usage(
                "standard input has no name that can be a key",
                format!("name the object: oss://{}/KEY", url.bucket),
            )),
            (Place::Stream, Place::Oss(url)) => Ok(Self::In {
                destination: object_at(url)?,
            }),
            (Place::Stream | Place::Local(_), Place::Stream | Place::Local(_)) => {
                Err(Failure::usage(
                    "neither place is an object",
                    "write the object as oss://BUCKET/KEY",
                ))
            }
        }
    }
}

impl Route {
    /// The file, where there is one.
    pub(super) fn local_file(&self) -> Option<&Path> {
        match self {
            Self::Up { source, .. } => Some(source),
            Self::Down { destination, .. } => Some(destination),
            Self::In { .. } | Self::Out { .. } | Self::Across { .. } => None,
        }
    }
}

/// The object: the URL, or the file's name behind it where it is a bucket or ends with `/`.
fn object_for(url: &PrefixUrl, file: &Path) -> Result<ObjectUrl, Failure> {
    if !lacks_a_name(url) {
        return object_at(url);
    }
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| {
        Failure::usage(
            format!("{} has no name that can be a key", file.display()),
            format!("name the object: {url}KEY"),
        )
    })?;
    object_at(&named(url, name))
}

/// The copy: the URL, or the key's last part behind it where it is a bucket or ends with `/`.
fn copy_for(url: &PrefixUrl, source: &ObjectUrl) -> Result<ObjectUrl, Failure> {
    if !lacks_a_name(url) {
        return object_at(url);
    }
    match source.key.base_name() {
        "" => Err(Failure::usage(
            format!("the key of {source} does not end in a name"),
            format!("name the object: oss://{}/KEY", url.bucket),
        )),
        name => object_at(&named(url, name)),
    }
}

fn lacks_a_name(url: &PrefixUrl) -> bool {
    url.prefix.is_empty() || url.prefix.ends_with('/')
}

fn named(url: &PrefixUrl, name: &str) -> PrefixUrl {
    let mut url = url.clone();
    url.prefix.push_str(name);
    url
}

fn object_at(url: &PrefixUrl) -> Result<ObjectUrl, Failure> {
    url.to_object().map_err(|invalid| no_object(url, &invalid))
}

/// The file: the path, or the key's last part in it where it is a directory.
fn file_for(path: &Path, object: &ObjectUrl, typed: &Place) -> Result<PathBuf, Failure> {
    if !names_a_directory(typed) && !path.is_dir() {
        return no_pipe(path);
    }
    match object.key.base_name() {
        // `..` would lead out of the directory.
        "" | "." | ".." => Err(Failure::usage(
            format!("the key of {object} does not end in a name that a file can have"),
            format!(
                "-r copies what is below it; one object wants a name: {}",
                path.join("FILE").display()
            ),
        )),
        name => Ok(path.join(name)),
    }
}

/// The path, unless it leads to something that is there and no file: `/dev/stdout` is a link to a
/// pipe that has no name in any directory, so that only following it tells.
fn no_pipe(path: &Path) -> Result<PathBuf, Failure> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(Failure::usage(
            format!("{} is a device or a pipe, not a file", path.display()),
            "name a file",
        )),
        _ => Ok(path.to_owned()),
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
    Failure::usage(
        message,
        format!(
            "write oss://{}/KEY; -r copies all that is below a prefix",
            url.bucket
        ),
    )
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
            Route::Up { destination, .. }
            | Route::In { destination }
            | Route::Across { destination, .. } => destination.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn file(source: &str, destination: &str) -> PathBuf {
        match find(source, destination).unwrap() {
            Route::Down { destination, .. } => destination,
            other => panic!("{other:?}"),
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
    fn a_bucket_and_a_slash_at_the_end_take_the_last_part_of_the_key() {
        assert_eq!(object("oss://aaa/x/k", "oss://bkt"), "oss://bkt/k");
        assert_eq!(object("oss://aaa/x/k", "oss://bkt/y/"), "oss://bkt/y/k");
        assert_eq!(object("oss://aaa/x/k", "oss://bkt/y"), "oss://bkt/y");
        assert_eq!(object("oss://aaa/x/", "oss://bkt/y"), "oss://bkt/y");
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
    fn what_leads_nowhere_says_what_to_do() {
        for (source, destination) in [
            ("oss://aaa/x/", "oss://bbb/y/"),
            ("oss://aaa", "oss://bbb/y"),
            ("-", "oss://bbb/y/"),
            ("-", "oss://bbb"),
            ("oss://aaa/", "-"),
            ("x", "-"),
            ("a", "b"),
            ("oss://aaa", "b"),
            ("..", "oss://aaa/"),
        ] {
            let failure = find(source, destination).unwrap_err();
            assert!(failure.hint().is_some(), "{source} {destination}");
        }
    }
}
