//! Our own file: settings at the top are the profile `default`, `[profile.NAME]` are others, and
//! `[bucket.NAME]` has what is different for one bucket.

use std::ops::Range;
use std::path::Path;

use toml_edit::{Document, Item, TableLike};

use super::{ConfigFile, DEFAULT, FileKind, origin};
use crate::error::Error;
use crate::key::Key;
use crate::layer::{Layer, Origin, Profiles};

const PROFILE: &str = "profile";
const BUCKET: &str = "bucket";

/// What may be different for a bucket.
const OF_BUCKETS: [Key; 4] = [
    Key::Endpoint,
    Key::Region,
    Key::Addressing,
    Key::SignVersion,
];

pub(super) fn is_toml(text: &str) -> bool {
    Document::parse(text).is_ok()
}

pub(super) fn parse(path: &Path, text: &str) -> Result<ConfigFile, Error> {
    let document = Document::parse(text).map_err(|error| syntax(path, text, &error))?;
    let mut profiles = Profiles::new();
    let mut buckets = std::collections::BTreeMap::new();
    let top = without_tables(document.as_table());
    profiles.insert(DEFAULT.to_owned(), layer(top, &origin(path, ""))?);
    for (name, table) in tables(path, document.as_table(), PROFILE)? {
        let origin = origin(path, &format!("{PROFILE}.{name}"));
        profiles.insert(name.to_owned(), layer(table.iter(), &origin)?);
    }
    for (name, table) in tables(path, document.as_table(), BUCKET)? {
        let origin = origin(path, &format!("{BUCKET}.{name}"));
        let layer = layer(table.iter(), &origin)?;
        if let Some(key) = layer
            .settings()
            .keys()
            .find(|key| !OF_BUCKETS.contains(key))
        {
            return Err(Error::UnknownKey {
                origin,
                key: key.name().to_owned(),
                nearest: None,
            });
        }
        buckets.insert(name.to_owned(), layer);
    }
    let file = ConfigFile::new(path, FileKind::Ours, profiles);
    Ok(ConfigFile { buckets, ..file })
}

fn without_tables(top: &dyn TableLike) -> impl Iterator<Item = (&str, &Item)> {
    let is_setting = |(name, _): &(&str, &Item)| *name != PROFILE && *name != BUCKET;
    top.iter().filter(is_setting)
}

/// The tables below the table `kind`, with their names.
fn tables<'a>(
    path: &Path,
    top: &'a dyn TableLike,
    kind: &str,
) -> Result<Vec<(&'a str, &'a dyn TableLike)>, Error> {
    let Some(item) = top.get(kind) else {
        return Ok(Vec::new());
    };
    let no_table = |section: &str| Error::Syntax {
        path: path.to_owned(),
        line: None,
        reason: format!("{section} is no table; write [{kind}.NAME]"),
    };
    let outer = item.as_table_like().ok_or_else(|| no_table(kind))?;
    let inner = outer.iter().map(|(name, item)| {
        let table = item.as_table_like();
        let section = format!("{kind}.{name}");
        table
            .map(|table| (name, table))
            .ok_or_else(|| no_table(&section))
    });
    inner.collect()
}

fn layer<'a>(
    items: impl Iterator<Item = (&'a str, &'a Item)>,
    origin: &Origin,
) -> Result<Layer, Error> {
    let mut layer = Layer::default();
    for (name, item) in items {
        let key = Key::of_name(name).ok_or_else(|| Error::UnknownKey {
            origin: origin.clone(),
            key: name.to_owned(),
            nearest: Key::nearest(name),
        })?;
        let value = text(item).ok_or_else(|| Error::NoText {
            origin: origin.clone(),
            key: key.name(),
        })?;
        layer.add(key, origin, value);
    }
    Ok(layer)
}

fn text(item: &Item) -> Option<String> {
    let text = item.as_str().map(str::to_owned);
    text.or_else(|| Some(item.as_integer()?.to_string()))
}

/// What the parser says shows the line, which may be a secret: only its number is told.
pub(crate) fn syntax(path: &Path, text: &str, error: &toml_edit::TomlError) -> Error {
    Error::Syntax {
        path: path.to_owned(),
        line: error.span().map(|span| line_of(text, &span)),
        reason: "it is no TOML, where a text stands in quotes: region = \"cn-hangzhou\"".to_owned(),
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    // A span begins at a character.
    text.get(..span.start)
        .map_or(1, |before| before.split('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# mine
region = \"cn-hangzhou\"
retries = 3
[profile.work]
region = \"cn-beijing\"
credential-process = \"get-key\"
[bucket.logs]
endpoint = \"https://files.example.com\"
addressing = \"cname\"
";

    fn parse(text: &str) -> Result<ConfigFile, Error> {
        super::parse("/c.toml".as_ref(), text)
    }

    fn value(layer: &Layer, key: Key) -> &str {
        layer.get(key).map_or("", |setting| &setting.text)
    }

    #[test]
    fn the_top_is_the_default_and_others_have_names() {
        let file = parse(TEXT).unwrap();
        let default = file.profile(None).unwrap();
        assert_eq!(value(&default, Key::Region), "cn-hangzhou");
        assert_eq!(value(&default, Key::Retries), "3");
        let work = file.profile(Some("work")).unwrap();
        assert_eq!(value(&work, Key::CredentialProcess), "get-key");
        assert_eq!(value(&work, Key::Retries), "");
        let origin = work.get(Key::Region).unwrap().origin.to_string();
        assert_eq!(origin, "/c.toml [profile.work]");
        let logs = file.bucket(&"logs".parse().unwrap()).unwrap();
        assert_eq!(value(logs, Key::Addressing), "cname");
    }

    const PAGE: &str = include_str!("../../../../docs/configuration.md");

    #[test]
    fn the_page_has_an_example_that_is_read_and_names_every_setting() {
        let (_, example) = PAGE.split_once("```toml\n").unwrap();
        let (example, _) = example.split_once("```").unwrap();
        let file = parse(example).unwrap();
        let backup = file.profile(Some("backup")).unwrap();
        assert_eq!(value(&backup, Key::SourceProfile), "default");
        for key in Key::ALL {
            let named = format!("`{}`", key.name());
            assert!(PAGE.contains(&named), "{named}");
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_with_the_nearest_one() {
        let error = parse("[profile.x]\nregoin = \"a\"\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "/c.toml [profile.x]: there is no setting regoin"
        );
        assert!(error.hint().unwrap().contains("region"), "{error:?}");
        assert!(matches!(
            parse("[bucket.b]\naccess_key_id = \"a\"\n"),
            Err(Error::UnknownKey { .. })
        ));
    }

    #[test]
    fn what_is_no_toml_is_told_by_its_line_and_not_repeated() {
        let error = parse("region = \"a\"\naccess_key_secret = hunter2\n").unwrap_err();
        assert!(
            matches!(error, Error::Syntax { line: Some(2), .. }),
            "{error:?}"
        );
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        for text in ["profile = 1\n", "[profile]\nx = 1\n"] {
            assert!(matches!(parse(text), Err(Error::Syntax { .. })), "{text}");
        }
        assert!(matches!(
            parse("region = [\"a\"]\n"),
            Err(Error::NoText { .. })
        ));
    }
}
