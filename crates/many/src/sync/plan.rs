//! What is to be done: a line of JSON for each item, with the sums before them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::item::Item;
use crate::route::Route;

/// What is to be done with one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) action: Action,
    /// The name below source and destination.
    pub(super) key: String,
    /// Of what is copied, or of what is deleted.
    pub(super) size: u64,
    /// The size of what stands at the destination, if there is anything.
    pub(super) destination_size: Option<u64>,
    pub(super) why: Why,
    /// Which bytes the source has, as far as that can be told without reading them.
    pub(super) source_version: Option<String>,
    /// Which bytes the destination has.
    pub(super) destination_version: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    Copy,
    Delete,
}

/// Why something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    /// The destination does not have it.
    Missing,
    /// It has another size there.
    Size,
    /// It was modified at another time.
    Modified,
    /// Its bytes have another CRC-64.
    Checksum,
    /// OSS tells no CRC-64 of it, so that it cannot be compared.
    NoChecksum,
    /// The source does not have it.
    NotInSource,
}

/// How much is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(crate) copy: u64,
    pub(crate) copy_bytes: u64,
    pub(crate) delete: u64,
    pub(crate) delete_bytes: u64,
    /// Items that are the same on both sides.
    pub(crate) keep: u64,
    /// Items at the destination that were compared.
    pub(crate) destination_items: u64,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    v: u64,
    /// Which plan it is.
    plan: String,
    pub(super) endpoint: String,
    pub(super) source: String,
    pub(super) destination: String,
    #[serde(flatten)]
    pub(super) totals: Totals,
}

const FORMAT: u64 = 1;
const KIND: &str = "sync";

/// No line is longer, in bytes: a key has 1,023 at most, six for each where it is escaped.
const MAX_LINE_BYTES: u64 = 64 << 10;

impl Header {
    pub(super) fn of(endpoint: String, route: &Route, totals: Totals) -> Self {
        Self {
            v: FORMAT,
            plan: KIND.to_owned(),
            endpoint,
            source: route.source_anywhere(),
            destination: route.destination_anywhere(),
            totals,
        }
    }

    /// Whether it is of the same places.
    fn is_of(&self, endpoint: &str, route: &Route) -> bool {
        self.endpoint == endpoint
            && self.source == route.source_anywhere()
            && self.destination == route.destination_anywhere()
    }
}

impl Line {
    pub(super) fn copy(source: &Item, there: Option<&Item>, why: Why) -> Self {
        Self {
            action: Action::Copy,
            key: source.name.clone(),
            size: source.size,
            destination_size: there.map(|there| there.size),
            why,
            source_version: Some(source.version.clone()),
            destination_version: there.map(|there| there.version.clone()),
        }
    }

    pub(super) fn delete(there: &Item) -> Self {
        Self {
            action: Action::Delete,
            key: there.name.clone(),
            size: there.size,
            destination_size: Some(there.size),
            why: Why::NotInSource,
            source_version: None,
            destination_version: Some(there.version.clone()),
        }
    }
}

/// A plan that is being made, in a temporary file without a name.
#[derive(Debug)]
pub(super) struct Draft {
    lines: BufWriter<File>,
    pub(super) totals: Totals,
}

/// A plan from its first line to its last, as often as it is asked for.
#[derive(Debug)]
pub(super) struct Plan {
    file: File,
    /// Where the lines begin.
    begin: u64,
    /// What a failure names.
    path: Option<std::path::PathBuf>,
    pub(super) totals: Totals,
}

impl Draft {
    /// Begins one in `directory`, or where the system has its temporary files.
    pub(super) fn begin(directory: Option<&Path>) -> Result<Self, Error> {
        let file = match directory {
            Some(directory) => tempfile::tempfile_in(directory),
            None => tempfile::tempfile(),
        };
        Ok(Self {
            lines: BufWriter::with_capacity(256 << 10, file.map_err(of_draft)?),
            totals: Totals::default(),
        })
    }

    pub(super) fn add(&mut self, line: &Line) -> Result<(), Error> {
        let totals = &mut self.totals;
        let (count, bytes) = match line.action {
            Action::Copy => (&mut totals.copy, &mut totals.copy_bytes),
            Action::Delete => (&mut totals.delete, &mut totals.delete_bytes),
        };
        *count += 1;
        *bytes = bytes.saturating_add(line.size);
        write_line(&mut self.lines, line).map_err(of_draft)
    }

    pub(super) fn finish(self) -> Result<Plan, Error> {
        let file = self.lines.into_inner();
        let file = file.map_err(io::IntoInnerError::into_error);
        Ok(Plan {
            file: file.map_err(of_draft)?,
            begin: 0,
            path: None,
            totals: self.totals,
        })
    }
}

impl Plan {
    /// Opens one that was written, and finds that it is of the same places.
    pub(super) fn open(path: &Path, endpoint: &str, route: &Route) -> Result<Self, Error> {
        let bad = |why: &'static str| Error::BadPlan {
            path: path.to_owned(),
            why,
        };
        let file = File::open(path).map_err(Error::local("open", path))?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        read_line(&mut reader, &mut line).map_err(Error::local("read", path))?;
        let header: Header = serde_json::from_slice(&line)
            .map_err(|_| bad("its first line is not that of a plan"))?;
        if header.plan != KIND || header.v != FORMAT {
            return Err(bad("it is not a plan that this version understands"));
        }
        if !header.is_of(endpoint, route) {
            return Err(Error::OtherPlan {
                path: path.to_owned(),
                source_place: header.source,
                destination: header.destination,
            });
        }
        let mut plan = Self {
            file: reader.into_inner(),
            begin: line.len() as u64,
            path: Some(path.to_owned()),
            totals: header.totals,
        };
        plan.totals = plan.counted(header.totals)?;
        Ok(plan)
    }

    /// Writes it to a file that appears whole.
    pub(super) fn write(&mut self, path: &Path, header: &Header) -> Result<(), Error> {
        let error = |source| Error::local("write", path)(source);
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let named = tempfile::NamedTempFile::new_in(directory).map_err(error)?;
        let mut whole = BufWriter::new(named);
        write_line(&mut whole, header).map_err(error)?;
        self.file
            .seek(SeekFrom::Start(self.begin))
            .map_err(of_draft)?;
        io::copy(&mut self.file, &mut whole).map_err(error)?;
        let named = whole.into_inner();
        let named = named.map_err(|failed| error(failed.into_error()))?;
        named.as_file().sync_all().map_err(error)?;
        named.persist(path).map_err(|failed| error(failed.error))?;
        Ok(())
    }

    /// Takes every line, until `take` wants no more of them.
    pub(super) fn for_each(
        &mut self,
        mut take: impl FnMut(Line) -> Result<Continue, Error>,
    ) -> Result<(), Error> {
        let path = self.path.clone();
        let failed = |source| match &path {
            Some(path) => Error::local("read", path)(source),
            None => of_draft(source),
        };
        self.file
            .seek(SeekFrom::Start(self.begin))
            .map_err(failed)?;
        let mut reader = BufReader::with_capacity(256 << 10, &self.file);
        let mut line = Vec::new();
        while read_line(&mut reader, &mut line).map_err(failed)? > 0 {
            let Ok(read) = serde_json::from_slice(&line) else {
                return Err(Error::BadPlan {
                    path: path.unwrap_or_default(),
                    why: "one of its lines is damaged",
                });
            };
            if take(read)? == Continue::No {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The totals that its lines add up to: what is kept nobody but the first line tells.
    fn counted(&mut self, told: Totals) -> Result<Totals, Error> {
        let mut draft = Totals {
            keep: told.keep,
            destination_items: told.destination_items,
            ..Totals::default()
        };
        self.for_each(|line| {
            let (count, bytes) = match line.action {
                Action::Copy => (&mut draft.copy, &mut draft.copy_bytes),
                Action::Delete => (&mut draft.delete, &mut draft.delete_bytes),
            };
            *count += 1;
            *bytes = bytes.saturating_add(line.size);
            Ok(Continue::Yes)
        })?;
        Ok(draft)
    }
}

/// Whether further lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continue {
    Yes,
    No,
}

fn write_line(mut to: impl Write, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    to.write_all(&text)
}

/// Reads a line with its end. One without an end is damaged, whatever is in it.
fn read_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    let read = from.take(MAX_LINE_BYTES).read_until(b'\n', line)?;
    if read > 0 && line.last() != Some(&b'\n') {
        line.clear();
    }
    Ok(read)
}

fn of_draft(source: io::Error) -> Error {
    Error::Local {
        action: "keep the plan in",
        path: "a temporary file".into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn route(bucket: &str) -> Route {
        Route::Up {
            source: "/d".into(),
            destination: format!("oss://{bucket}/x/").parse().unwrap(),
        }
    }

    fn line(key: String, size: u64, is_copy: bool) -> Line {
        let item = Item {
            name: key,
            size,
            version: "1 \"e\"".to_owned(),
            modified: None,
            changed: None,
        };
        if is_copy {
            Line::copy(&item, None, Why::Missing)
        } else {
            Line::delete(&item)
        }
    }

    fn draft(lines: &[Line]) -> Plan {
        let mut draft = Draft::begin(None).unwrap();
        for line in lines {
            draft.add(line).unwrap();
        }
        draft.finish().unwrap()
    }

    fn lines(plan: &mut Plan) -> Vec<Line> {
        let mut lines = Vec::new();
        plan.for_each(|line| {
            lines.push(line);
            Ok(Continue::Yes)
        })
        .unwrap();
        lines
    }

    proptest! {
        #[test]
        fn a_plan_that_was_written_is_read_again_whatever_is_in_its_keys(
            keys in proptest::collection::vec((any::<String>(), any::<u32>(), any::<bool>()), 0..8),
        ) {
            let written: Vec<Line> = keys
                .into_iter()
                .map(|(key, size, is_copy)| line(key, size.into(), is_copy))
                .collect();
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("plan");
            let mut plan = draft(&written);
            let header = Header::of("h".to_owned(), &route("bkt"), plan.totals);
            plan.write(&path, &header).unwrap();
            let mut read = Plan::open(&path, "h", &route("bkt")).unwrap();
            prop_assert_eq!(read.totals, plan.totals);
            for _ in 0..2 {
                prop_assert_eq!(&lines(&mut read), &written);
            }
        }
    }

    #[test]
    fn a_plan_of_other_places_or_none_or_one_that_was_cut_off_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan");
        let mut plan = draft(&[line("a".to_owned(), 1, true)]);
        let header = Header::of("h".to_owned(), &route("bkt"), plan.totals);
        plan.write(&path, &header).unwrap();
        for (endpoint, bucket) in [("other", "bkt"), ("h", "other")] {
            let refused = Plan::open(&path, endpoint, &route(bucket)).unwrap_err();
            assert!(matches!(refused, Error::OtherPlan { .. }), "{refused:?}");
        }
        let text = std::fs::read(&path).unwrap();
        for cut in 0..text.len() {
            std::fs::write(&path, &text[..cut]).unwrap();
            let whole = text[..cut].ends_with(b"\n");
            let opened = Plan::open(&path, "h", &route("bkt"));
            assert_eq!(opened.is_ok(), whole, "{cut}");
        }
    }
}
