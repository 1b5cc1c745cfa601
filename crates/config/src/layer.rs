use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use ossum_types::Invalid;

use crate::error::Error;
use crate::key::Key;

/// Where a setting was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A flag, by its name: `--region`.
    Flag(&'static str),
    /// An environment variable, by its name.
    Variable(&'static str),
    /// A setting that is to be written, by its name.
    Setting(&'static str),
    /// A configuration file.
    File {
        /// The file.
        path: Arc<Path>,
        /// The section of it, without brackets; empty for what stands in none.
        section: Arc<str>,
    },
}

/// Settings from one kind of place.
#[derive(Clone, Default)]
pub(crate) struct Layer {
    settings: BTreeMap<Key, Setting>,
    /// The profiles beside it, if it is one.
    siblings: Option<Arc<Profiles>>,
}

/// Profiles of one file by their names.
pub(crate) type Profiles = BTreeMap<String, Layer>;

/// A setting as it was written, and where.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// All layers, the one that counts first in front.
#[derive(Debug, Clone)]
pub(crate) struct Layers(Vec<Layer>);

impl Layer {
    /// Adds a setting if there is one.
    pub(crate) fn with(mut self, key: Key, origin: &Origin, text: Option<String>) -> Self {
        if let Some(text) = text {
            self.add(key, origin, text);
        }
        self
    }

    /// Adds a setting, unless it is empty or there already.
    pub(crate) fn add(&mut self, key: Key, origin: &Origin, text: String) {
        if text.is_empty() {
            return;
        }
        self.settings.entry(key).or_insert_with(|| Setting {
            text,
            origin: origin.clone(),
        });
    }

    /// The same as one of `profiles`.
    pub(crate) fn among(self, profiles: &Arc<Profiles>) -> Self {
        Self {
            siblings: Some(Arc::clone(profiles)),
            ..self
        }
    }

    /// Both, where this counts before `other`.
    pub(crate) fn over(mut self, other: &Self) -> Self {
        for (key, setting) in &other.settings {
            self.settings.entry(*key).or_insert_with(|| setting.clone());
        }
        self
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Setting> {
        self.settings.get(&key)
    }

    pub(crate) fn siblings(&self) -> Option<&Profiles> {
        self.siblings.as_deref()
    }

    pub(crate) fn settings(&self) -> &BTreeMap<Key, Setting> {
        &self.settings
    }

    /// What `name` is called here: as in our file, but by the variable where it is of the
    /// environment.
    pub(crate) fn name_of(&self, key: Key) -> &'static str {
        let of_variables = |setting: &Setting| matches!(setting.origin, Origin::Variable(_));
        if self.settings.values().any(of_variables) {
            crate::environment::variable_of(key).unwrap_or(key.name())
        } else {
            key.name()
        }
    }
}

impl Layers {
    pub(crate) fn new(layers: Vec<Layer>) -> Self {
        Self(layers)
    }

    /// The setting of the first layer that has it.
    pub(crate) fn find(&self, key: Key) -> Option<&Setting> {
        self.0.iter().find_map(|layer| layer.get(key))
    }

    /// The setting as a value; `None` if no layer has it.
    pub(crate) fn value<T: FromStr<Err = Invalid>>(&self, key: Key) -> Result<Option<T>, Error> {
        self.find(key).map(Setting::parse).transpose()
    }

    /// The number of the first layer that has the setting: a lower one counts before a higher one.
    pub(crate) fn rank(&self, key: Key) -> Option<usize> {
        self.0.iter().position(|layer| layer.get(key).is_some())
    }

    /// The first layer that is `wanted`: what belongs together comes from one place.
    pub(crate) fn first(&self, wanted: impl Fn(&Layer) -> bool) -> Option<&Layer> {
        self.0.iter().find(|layer| wanted(layer))
    }

    /// Every setting that counts.
    pub(crate) fn settings(&self) -> BTreeMap<Key, &Setting> {
        let mut settings = BTreeMap::new();
        for layer in &self.0 {
            for (key, setting) in &layer.settings {
                settings.entry(*key).or_insert(setting);
            }
        }
        settings
    }

    /// Where each setting that counts was found.
    pub(crate) fn origins(&self) -> BTreeMap<Key, Origin> {
        let settings = self.settings().into_iter();
        settings
            .map(|(key, setting)| (key, setting.origin.clone()))
            .collect()
    }
}

impl Setting {
    pub(crate) fn parse<T: FromStr<Err = Invalid>>(&self) -> Result<T, Error> {
        self.text.parse().map_err(|invalid| self.refuse(invalid))
    }

    pub(crate) fn refuse(&self, invalid: Invalid) -> Error {
        Error::Invalid {
            origin: self.origin.clone(),
            reason: invalid,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) | Self::Setting(name) => f.write_str(name),
            Self::File { path, section } if section.is_empty() => path.display().fmt(f),
            Self::File { path, section } => write!(f, "{} [{section}]", path.display()),
        }
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets, and a proxy's URL may hold a password.
        let origins = self
            .settings
            .iter()
            .map(|(key, setting)| (key, &setting.origin));
        f.debug_map().entries(origins).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(origin: &'static str, settings: &[(Key, &str)]) -> Layer {
        let add = |layer: Layer, (key, text): &(Key, &str)| {
            layer.with(*key, &Origin::Variable(origin), Some((*text).to_owned()))
        };
        settings.iter().fold(Layer::default(), add)
    }

    #[test]
    fn of_each_setting_the_first_layer_that_has_it_counts() {
        let layers = Layers::new(vec![
            layer("FIRST", &[(Key::Region, "a")]),
            layer("SECOND", &[(Key::Region, "b"), (Key::Endpoint, "c")]),
        ]);
        let found = |key| layers.find(key).map(|setting| setting.text.as_str());
        assert_eq!(found(Key::Region), Some("a"));
        assert_eq!(found(Key::Endpoint), Some("c"));
        assert_eq!(found(Key::Proxy), None);
        let origins = layers.origins();
        assert_eq!(origins[&Key::Region], Origin::Variable("FIRST"));
        assert_eq!(origins[&Key::Endpoint], Origin::Variable("SECOND"));
    }

    #[test]
    fn debug_shows_no_value() {
        let layers = Layers::new(vec![layer("X", &[(Key::AccessKeySecret, "hunter2")])]);
        assert!(!format!("{layers:?}").contains("hunter2"));
    }
}
