use std::path::{Path, PathBuf};

use ossum_types::{Invalid, ObjectUrl, PrefixUrl};

use crate::error::Error;

/// From where to where. What is below the one comes to be below the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// From a directory to a prefix.
    Up {
        /// The directory.
        source: PathBuf,
        /// The prefix, with or without `/` at its end.
        destination: PrefixUrl,
    },
    /// From a prefix to a directory.
    Down {
        /// The prefix, with or without `/` at its end.
        source: PrefixUrl,
        /// The directory; it is made if it is missing.
        destination: PathBuf,
    },
    /// From a prefix to another.
    Across {
        /// The prefix, with or without `/` at its end.
        source: PrefixUrl,
        /// The prefix, with or without `/` at its end.
        destination: PrefixUrl,
    },
}

impl Route {
    /// The same with `/` at the end of each prefix that is not empty.
    pub(crate) fn normal(self) -> Self {
        match self {
            Self::Up {
                source,
                destination,
            } => Self::Up {
                source,
                destination: directory(destination),
            },
            Self::Down {
                source,
                destination,
            } => Self::Down {
                source: directory(source),
                destination,
            },
            Self::Across {
                source,
                destination,
            } => Self::Across {
                source: directory(source),
                destination: directory(destination),
            },
        }
    }

    /// Finds that a copy does not become part of what is copied.
    pub(crate) fn forbid_into_itself(&self) -> Result<(), Error> {
        match self {
            Self::Across {
                source,
                destination,
            } if source.bucket == destination.bucket
                && destination.prefix.starts_with(&source.prefix) =>
            {
                Err(Error::IntoItself {
                    source_url: source.to_string(),
                    destination: destination.to_string(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Finds that neither place is part of the other: what is compared would change on both sides.
    pub(crate) fn forbid_overlap(&self) -> Result<(), Error> {
        match self {
            Self::Across {
                source,
                destination,
            } if source.bucket == destination.bucket
                && (source.prefix.starts_with(&destination.prefix)
                    || destination.prefix.starts_with(&source.prefix)) =>
            {
                Err(Error::Overlap {
                    source_url: source.to_string(),
                    destination: destination.to_string(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Finds that the item `name` does not replace part of what is copied: it, or what it replaces,
    /// would be copied with other bytes, or never.
    pub(crate) fn forbid_in_source(&self, name: &str) -> Result<(), Error> {
        match self {
            Self::Across {
                source,
                destination,
            } if source.bucket == destination.bucket
                && format!("{}{name}", destination.prefix).starts_with(&source.prefix) =>
            {
                Err(Error::IntoItself {
                    source_url: source.to_string(),
                    destination: self.destination_of(name),
                })
            }
            _ => Ok(()),
        }
    }

    /// What tells this route from all others, wherever it is typed.
    pub(crate) fn identity(&self) -> String {
        let path = |path: &Path| {
            absolute(path)
                .as_os_str()
                .as_encoded_bytes()
                .escape_ascii()
                .to_string()
        };
        match self {
            Self::Up {
                source,
                destination,
            } => format!("up\n{}\n{destination}", path(source)),
            Self::Down {
                source,
                destination,
            } => format!("down\n{source}\n{}", path(destination)),
            Self::Across {
                source,
                destination,
            } => format!("across\n{source}\n{destination}"),
        }
    }

    /// The source as a user writes it.
    pub fn source(&self) -> String {
        match self {
            Self::Up { source, .. } => source.display().to_string(),
            Self::Down { source, .. } | Self::Across { source, .. } => source.to_string(),
        }
    }

    /// The destination as a user writes it.
    pub fn destination(&self) -> String {
        match self {
            Self::Down { destination, .. } => destination.display().to_string(),
            Self::Up { destination, .. } | Self::Across { destination, .. } => {
                destination.to_string()
            }
        }
    }

    /// The source as whoever works in another directory reads it.
    pub(crate) fn source_anywhere(&self) -> String {
        match self {
            Self::Up { source, .. } => anywhere(source),
            Self::Down { source, .. } | Self::Across { source, .. } => source.to_string(),
        }
    }

    /// The destination as whoever works in another directory reads it.
    pub(crate) fn destination_anywhere(&self) -> String {
        match self {
            Self::Down { destination, .. } => anywhere(destination),
            Self::Up { destination, .. } | Self::Across { destination, .. } => {
                destination.to_string()
            }
        }
    }

    /// The source of the item `name`.
    pub(crate) fn source_of(&self, name: &str) -> String {
        match self {
            Self::Up { source, .. } => source.join(name).display().to_string(),
            Self::Down { source, .. } | Self::Across { source, .. } => {
                format!("{}{name}", slashed(source))
            }
        }
    }

    /// The destination of the item `name`.
    pub(crate) fn destination_of(&self, name: &str) -> String {
        match self {
            // Joined as text: the name of an object may be one that no file has.
            Self::Down { destination, .. } => format!(
                "{}/{name}",
                destination.display().to_string().trim_end_matches('/')
            ),
            Self::Up { destination, .. } | Self::Across { destination, .. } => {
                format!("{}{name}", slashed(destination))
            }
        }
    }
}

/// The object `name` below a prefix.
pub(crate) fn below(prefix: &PrefixUrl, name: &str) -> Result<ObjectUrl, Invalid> {
    Ok(ObjectUrl {
        bucket: prefix.bucket.clone(),
        key: format!("{}{name}", prefix.prefix).parse()?,
    })
}

/// The URL of a prefix as others follow it: a bucket alone may be written without `/`.
fn slashed(url: &PrefixUrl) -> String {
    format!("oss://{}/{}", url.bucket, url.prefix)
}

fn directory(mut url: PrefixUrl) -> PrefixUrl {
    if !url.prefix.is_empty() && !url.prefix.ends_with('/') {
        url.prefix.push('/');
    }
    url
}

/// Without a slash at its end, which changes nothing.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.components().as_path().to_owned()
}

fn anywhere(path: &Path) -> String {
    absolute(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn across(source: &str, destination: &str) -> Route {
        let route = Route::Across {
            source: source.parse().unwrap(),
            destination: destination.parse().unwrap(),
        };
        route.normal()
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        assert_eq!(
            across("oss://aaa/x", "oss://bbb/y"),
            across("oss://aaa/x/", "oss://bbb/y/")
        );
        let route = across("oss://aaa", "oss://bbb/y");
        assert_eq!(route.source_of("d/f"), "oss://aaa/d/f");
        assert_eq!(route.destination_of("d/f"), "oss://bbb/y/d/f");
    }

    #[test]
    fn a_slash_at_the_end_of_a_directory_makes_no_other_run() {
        let up = |source: &str| Route::Up {
            source: source.into(),
            destination: "oss://bbb/y".parse().unwrap(),
        };
        assert_eq!(up("/d/x").identity(), up("/d/x/").identity());
        assert_ne!(up("/d/x").identity(), up("/d/xy").identity());
    }

    #[test]
    fn nothing_is_copied_into_itself() {
        let refused =
            |source, destination| across(source, destination).forbid_into_itself().is_err();
        assert!(refused("oss://aaa/x", "oss://aaa/x/y"));
        assert!(refused("oss://aaa/x", "oss://aaa/x"));
        assert!(refused("oss://aaa", "oss://aaa/y"));
        assert!(!refused("oss://aaa/x", "oss://aaa/xy"));
        assert!(!refused("oss://aaa/x/y", "oss://aaa/x"));
        assert!(!refused("oss://aaa/x", "oss://bbb/x"));
    }

    #[test]
    fn nothing_that_is_still_to_be_copied_is_replaced() {
        let refused = |source, destination, name| {
            let route = across(source, destination);
            route.forbid_in_source(name).is_err()
        };
        assert!(refused("oss://aaa/x/y", "oss://aaa/x", "y/z"));
        assert!(refused("oss://aaa/x/y", "oss://aaa", "x/y/z"));
        assert!(!refused("oss://aaa/x/y", "oss://aaa/x", "z"));
        assert!(!refused("oss://aaa/x/y", "oss://aaa/x", "yz"));
        assert!(!refused("oss://aaa/x/y", "oss://bbb/x", "y/z"));
    }
}
