use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use ossum_types::Invalid;

use crate::error::Error;

/// A setting that several layers may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Key {
    /// Where the service is.
    Endpoint,
    /// The region of the service.
    Region,
    /// The version of signatures.
    SignVersion,
    /// How addresses name the bucket.
    Addressing,
    /// The proxy for everything.
    Proxy,
    /// How often a failed request is repeated.
    Retries,
    /// How long nothing may move.
    Timeout,
    /// The public half of the access key.
    AccessKeyId,
    /// The secret half of the access key.
    AccessKeySecret,
    /// The token of a temporary access key.
    SecurityToken,
}

/// Where a setting was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A flag, by its name: `--region`.
    Flag(&'static str),
    /// An environment variable, by its name.
    Variable(&'static str),
}

/// Settings from one kind of place.
#[derive(Clone, Default)]
pub(crate) struct Layer(BTreeMap<Key, Setting>);

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
    pub(crate) fn with(mut self, key: Key, origin: Origin, text: Option<String>) -> Self {
        if let Some(text) = text {
            self.0.insert(key, Setting { text, origin });
        }
        self
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Setting> {
        self.0.get(&key)
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

    /// The first layer that has any of `keys`: what belongs together comes from one place.
    pub(crate) fn first_with(&self, keys: &[Key]) -> Option<&Layer> {
        let has_any = |layer: &&Layer| keys.iter().any(|key| layer.get(*key).is_some());
        self.0.iter().find(has_any)
    }

    /// Where each setting that counts was found.
    pub(crate) fn origins(&self) -> BTreeMap<Key, Origin> {
        let mut origins = BTreeMap::new();
        for layer in &self.0 {
            for (key, setting) in &layer.0 {
                origins
                    .entry(*key)
                    .or_insert_with(|| setting.origin.clone());
            }
        }
        origins
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
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
        }
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets, and a proxy's URL may hold a password.
        let origins = self.0.iter().map(|(key, setting)| (key, &setting.origin));
        f.debug_map().entries(origins).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(origin: &'static str, settings: &[(Key, &str)]) -> Layer {
        let add = |layer: Layer, (key, text): &(Key, &str)| {
            layer.with(*key, Origin::Variable(origin), Some((*text).to_owned()))
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
