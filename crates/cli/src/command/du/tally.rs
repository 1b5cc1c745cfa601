use std::collections::BTreeMap;

use serde::Serialize;

/// Something that is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Counted<'a> {
    /// An object, or the current version of one.
    Object { bytes: u64, class: Option<&'a str> },
    /// An earlier version.
    Earlier { bytes: u64, class: Option<&'a str> },
    /// A mark that an object was deleted.
    DeleteMarker,
}

/// How many there are, and of how many bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Amount {
    pub(crate) objects: u64,
    pub(crate) bytes: u64,
}

/// What was counted; classes hold earlier versions too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) objects: Amount,
    pub(crate) earlier: Amount,
    pub(crate) delete_markers: u64,
    pub(crate) classes: BTreeMap<String, Amount>,
}

impl Amount {
    pub(crate) fn add(&mut self, bytes: u64) {
        self.merge(Self { objects: 1, bytes });
    }

    fn merge(&mut self, other: Self) {
        self.objects += other.objects;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Tally {
    pub(super) fn add(&mut self, counted: &Counted<'_>) {
        match *counted {
            Counted::Object { bytes, class } => {
                self.objects.add(bytes);
                self.class(class).add(bytes);
            }
            Counted::Earlier { bytes, class } => {
                self.earlier.add(bytes);
                self.class(class).add(bytes);
            }
            Counted::DeleteMarker => self.delete_markers += 1,
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.objects.merge(other.objects);
        self.earlier.merge(other.earlier);
        self.delete_markers += other.delete_markers;
        for (class, amount) in &other.classes {
            self.class(Some(class)).merge(*amount);
        }
    }

    fn class(&mut self, class: Option<&str>) -> &mut Amount {
        // A class that is not told is the usual one (official documentation of storage classes).
        let class = class.unwrap_or("Standard");
        if !self.classes.contains_key(class) {
            self.classes.insert(class.to_owned(), Amount::default());
        }
        self.classes.entry(class.to_owned()).or_default()
    }
}
