//! What is to be done: a line of JSON for each item, with the sums before them.

mod draft;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod json_lines;
mod line;
mod totals;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::draft::of_draft;
use self::json_lines::{read_line, write_line};
use crate::error::Error;
use crate::route::Route;

pub(super) use self::draft::Draft;
pub(crate) use self::line::Origin;
pub(super) use self::line::{Action, Line, Why};
pub(crate) use self::totals::Totals;

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

/// A plan from its first line to its last, as often as it is asked for.
#[derive(Debug)]
pub(super) struct Plan {
    file: File,
    /// Where the lines begin.
    begin: u64,
    /// What a failure names.
    path: Option<PathBuf>,
    pub(super) totals: Totals,
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
        let mut counted = told.of_nothing();
        self.for_each(|line| {
            counted.add(&line);
            Ok(Continue::Yes)
        })?;
        Ok(counted)
    }
}

/// Whether further lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continue {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::item::Item;

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
