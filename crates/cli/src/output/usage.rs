//! What `du` has to say.

use std::collections::BTreeMap;

use ossum_types::{ByteSize, PrefixUrl};
use serde::Serialize;

use super::Event;
use super::listed::counted;
use crate::command::{Amount, Tally};

/// What all keys take up that begin the same.
#[derive(Debug, Serialize)]
pub(crate) struct Usage {
    url: String,
    objects: u64,
    bytes: u64,
    earlier_versions: Amount,
    delete_markers: u64,
    /// With earlier versions.
    classes: BTreeMap<String, Amount>,
    /// Only of the total, and if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished: Option<Unfinished>,
    /// Whether this is the last line.
    total: bool,
    #[serde(skip)]
    show: ShowClasses,
}

/// What the parts of unfinished uploads take up.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Unfinished {
    pub(crate) uploads: u64,
    pub(crate) parts: u64,
    pub(crate) bytes: u64,
}

/// Whether people see classes by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShowClasses {
    Together,
    Each,
}

impl Usage {
    /// Of a directory.
    pub(crate) fn of(url: &PrefixUrl, tally: Tally, show: ShowClasses) -> Self {
        Self {
            url: url.to_string(),
            objects: tally.objects.objects,
            bytes: tally.objects.bytes,
            earlier_versions: tally.earlier,
            delete_markers: tally.delete_markers,
            classes: tally.classes,
            unfinished: None,
            total: false,
            show,
        }
    }

    /// Of all that was asked for.
    pub(crate) fn total(
        url: &PrefixUrl,
        tally: Tally,
        unfinished: Option<Unfinished>,
        show: ShowClasses,
    ) -> Self {
        Self {
            unfinished,
            total: true,
            ..Self::of(url, tally, show)
        }
    }
}

/// Widths of the columns.
const SIZE_WIDTH: usize = 12;
const OBJECTS_WIDTH: usize = 10;

fn row(amount: Amount, what: &str) -> String {
    let size = ByteSize::new(amount.bytes).to_string();
    let objects = amount.objects;
    format!("{size:>SIZE_WIDTH$}  {objects:>OBJECTS_WIDTH$}  {what}")
}

impl Event for Usage {
    const NAME: &'static str = "usage";

    fn for_people(&self) -> Vec<String> {
        let (url, total) = (&self.url, if self.total { "  total" } else { "" });
        let objects = Amount {
            objects: self.objects,
            bytes: self.bytes,
        };
        let mut rows = vec![row(objects, &format!("{url}{total}"))];
        if self.earlier_versions.objects > 0 {
            rows.push(row(
                self.earlier_versions,
                &format!("{url}  earlier versions"),
            ));
        }
        if self.delete_markers > 0 {
            let markers = Amount {
                objects: self.delete_markers,
                bytes: 0,
            };
            rows.push(row(markers, &format!("{url}  delete markers")));
        }
        if self.show == ShowClasses::Each {
            let classes = self.classes.iter();
            rows.extend(classes.map(|(class, amount)| row(*amount, &format!("{url}  {class}"))));
        }
        if let Some(unfinished) = self.unfinished {
            let uploads = counted(unfinished.uploads, "unfinished upload");
            let parts = Amount {
                objects: unfinished.parts,
                bytes: unfinished.bytes,
            };
            rows.push(row(parts, &format!("{url}  parts of {uploads}")));
        }
        rows
    }
}
