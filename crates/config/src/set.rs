//! Writes a setting into our file, whose comments and order stay.

use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ossum_durable::{Durability, RealFs, create_private_directories, write_whole};
use ossum_types::Invalid;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::environment::Environment;
use crate::error::Error;
use crate::file::{check_ours, our_path, syntax};
use crate::flags::Flags;
use crate::key::Key;
use crate::layer::{Layer, Layers, Origin};
use crate::resolve::{addressing, retry_policy, signature_version, timeout};
use ossum_types::{Endpoint, Region};

/// Only its owner may read and write it.
const PRIVATE: u32 = 0o600;

/// Our configuration file: the one that `flags` name, or the usual one. It need not be there.
///
/// # Errors
/// [`Error::NoHome`] if nothing says where it would be.
pub fn config_path(flags: &Flags, environment: &Environment) -> Result<PathBuf, Error> {
    let named = flags.config.clone().or_else(|| our_path(environment));
    named.ok_or(Error::NoHome)
}

/// Writes `key` into our file at `path`, for `profile` or else for whoever asks for none.
///
/// The file is made if it is not there, and nobody but its owner may read it afterwards.
///
/// # Errors
/// [`Error::Invalid`] for a value that the setting cannot have; [`Error::Syntax`] or
/// [`Error::UnknownKey`] for a file that is none of ours, which stays as it is; [`Error::Write`].
/// # Durability
/// On return the new file survives a power loss; on failure the old one is there.
pub fn set(path: &Path, profile: Option<&str>, key: Key, text: &str) -> Result<(), Error> {
    check(key, text)?;
    let old = match fs::read_to_string(path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => {
            let path = path.to_owned();
            return Err(Error::File { path, source });
        }
    };
    let new = edited(path, &old, profile, key, text)?;
    check_ours(path, &new)?;
    write(path, &new)
}

/// Finds that `key` can have the value `text`, where that can be said without the others.
fn check(key: Key, text: &str) -> Result<(), Error> {
    let origin = Origin::Setting(key.name());
    let refuse = |value: &str, reason: &'static str| Error::Invalid {
        origin: origin.clone(),
        reason: Invalid::new("value", value, reason),
    };
    if text.is_empty() {
        return Err(refuse("", "it is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(refuse("***", "it has a line break or a control character"));
    }
    let mut layer = Layer::default();
    layer.add(key, &origin, text.to_owned());
    let layers = Layers::new(vec![layer]);
    layers.value::<Endpoint>(Key::Endpoint)?;
    layers.value::<Region>(Key::Region)?;
    addressing(&layers)?;
    signature_version(&layers)?;
    retry_policy(&layers)?;
    timeout(&layers)?;
    Ok(())
}

pub(crate) fn edited(
    path: &Path,
    old: &str,
    profile: Option<&str>,
    key: Key,
    text: &str,
) -> Result<String, Error> {
    let mut document: DocumentMut = old.parse().map_err(|error| syntax(path, old, &error))?;
    let table: &mut dyn toml_edit::TableLike = match profile {
        None | Some("default") => document.as_table_mut(),
        Some(name) => {
            let no_table = || Error::Syntax {
                path: path.to_owned(),
                line: None,
                reason: format!("profile.{name} is no table; write [profile.{name}]"),
            };
            let mut profiles = Table::new();
            profiles.set_implicit(true);
            let profiles = document.entry("profile").or_insert(Item::Table(profiles));
            let profiles = profiles.as_table_like_mut().ok_or_else(no_table)?;
            let profile = profiles.entry(name).or_insert(Item::Table(Table::new()));
            profile.as_table_like_mut().ok_or_else(no_table)?
        }
    };
    // A file may have it with `-`.
    let written = table.iter().map(|(name, _)| name.to_owned());
    let written = written
        .filter(|name| Key::of_name(name) == Some(key))
        .last();
    let name = written.unwrap_or_else(|| key.name().to_owned());
    match table.get_mut(&name).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = text.into();
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(&name, value(text));
        }
    }
    Ok(document.to_string())
}

/// First nobody else can read the file, then it has its new bytes.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    if let Some(directory) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        create_private_directories(&RealFs, directory).map_err(failed)?;
    }
    make_private(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    write_whole(&RealFs, path, text.as_bytes(), Durability::Full).map_err(failed)
}

fn make_private(path: &Path) -> io::Result<()> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::set_permissions(path, Permissions::from_mode(PRIVATE))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_in(old: &str, profile: Option<&str>, key: Key, text: &str) -> Result<String, Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("made/config.toml");
        if !old.is_empty() {
            fs::create_dir(path.parent().unwrap()).unwrap();
            fs::write(&path, old).unwrap();
        }
        set(&path, profile, key, text)?;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, PRIVATE);
        Ok(fs::read_to_string(&path).unwrap())
    }

    #[test]
    fn a_file_is_made_for_its_owner_only() {
        let made = set_in("", None, Key::Region, "cn-hangzhou").unwrap();
        assert_eq!(made, "region = \"cn-hangzhou\"\n");
        let made = set_in("", Some("work"), Key::Region, "cn-hangzhou").unwrap();
        assert_eq!(made, "[profile.work]\nregion = \"cn-hangzhou\"\n");
    }

    #[test]
    fn comments_order_and_spelling_stay() {
        let old = "# mine\nregion = 'a' # here\n\n[profile.work] # w\naccess-key-id = \"x\"\n";
        let new = set_in(old, None, Key::Region, "cn-beijing").unwrap();
        assert_eq!(new, old.replace("'a'", "\"cn-beijing\""));
        let new = set_in(old, Some("work"), Key::AccessKeyId, "y").unwrap();
        assert_eq!(new, old.replace("\"x\"", "\"y\""));
        let new = set_in(old, None, Key::Retries, "3").unwrap();
        assert_eq!(new, old.replace("# here\n", "# here\nretries = \"3\"\n"));
    }

    #[test]
    fn a_value_that_the_setting_cannot_have_is_refused_and_nothing_written() {
        for (key, text) in [
            (Key::Endpoint, "ftp://x"),
            (Key::Region, "X"),
            (Key::SignVersion, "v3"),
            (Key::Addressing, "host"),
            (Key::Retries, "many"),
            (Key::Timeout, "0s"),
            (Key::AccessKeySecret, ""),
            (Key::AccessKeySecret, "hunter2\n"),
        ] {
            let error = set_in("", None, key, text).unwrap_err();
            assert!(error.to_string().starts_with(key.name()), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_file_that_is_none_of_ours_stays_as_it_is() {
        for old in [
            "[Credentials]\naccessKeyID=x\n",
            "colour = \"red\"\n",
            "profile = 1\n",
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("c");
            fs::write(&path, old).unwrap();
            let refused = set(&path, Some("work"), Key::Region, "cn-hangzhou");
            assert!(refused.is_err(), "{old}");
            assert_eq!(fs::read_to_string(&path).unwrap(), old);
        }
    }
}
