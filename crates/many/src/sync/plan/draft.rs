use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use super::json_lines::write_line;
use super::{Line, Plan, Totals};
use crate::error::Error;

/// A plan that is being made, in a temporary file without a name.
#[derive(Debug)]
pub(in crate::sync) struct Draft {
    lines: BufWriter<File>,
    pub(in crate::sync) totals: Totals,
}

impl Draft {
    /// Begins one in `directory`, or where the system has its temporary files.
    pub(in crate::sync) fn begin(directory: Option<&Path>) -> Result<Self, Error> {
        let file = match directory {
            Some(directory) => tempfile::tempfile_in(directory),
            None => tempfile::tempfile(),
        };
        Ok(Self {
            lines: BufWriter::with_capacity(256 << 10, file.map_err(of_draft)?),
            totals: Totals::default(),
        })
    }

    pub(in crate::sync) fn add(&mut self, line: &Line) -> Result<(), Error> {
        self.totals.add(line);
        write_line(&mut self.lines, line).map_err(of_draft)
    }

    pub(in crate::sync) fn finish(self) -> Result<Plan, Error> {
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

pub(in crate::sync) fn of_draft(source: io::Error) -> Error {
    Error::Local {
        action: "keep the plan in",
        path: "a temporary file".into(),
        source,
    }
}
