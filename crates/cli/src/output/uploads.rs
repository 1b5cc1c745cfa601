//! What `parts` has to say.

use std::time::Duration;

use ossum_types::{ByteSize, Span};
use serde::Serialize;

use super::listed::{counted, moment, utc};
use super::{Event, Job};
use crate::command::Unfinished;

/// An unfinished upload at OSS.
#[derive(Debug, Serialize)]
pub(crate) struct UploadLine {
    /// Absent for a name that no request could carry; then `unusable` has it.
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unusable: Option<String>,
    upload_id: String,
    initiated: Option<String>,
    age_seconds: Option<u64>,
    bytes: Option<u64>,
    parts: Option<u64>,
    /// The unfinished transfer of this machine that goes on with it.
    job: Option<String>,
    job_state: Option<&'static str>,
}

impl UploadLine {
    pub(crate) fn of(upload: &Unfinished, owner: Option<&Job>) -> Self {
        let key = upload.key.as_ref();
        Self {
            key: key.ok().map(ToString::to_string),
            unusable: key.err().map(ToString::to_string),
            upload_id: upload.upload_id.to_string(),
            initiated: upload.initiated.and_then(utc),
            age_seconds: upload.age.map(|age| age.as_secs()),
            bytes: upload.held.map(|held| held.bytes),
            parts: upload.held.map(|held| held.parts),
            job: owner.map(|job| job.id.clone()),
            job_state: owner.map(|job| job.state),
        }
    }

    fn line(&self) -> String {
        let name = self.key.as_ref().or(self.unusable.as_ref());
        let name = name.map_or("", String::as_str);
        let size = self
            .bytes
            .map_or("?".to_owned(), |bytes| ByteSize::new(bytes).to_string());
        let parts = self
            .parts
            .map_or("? parts".to_owned(), |parts| counted(parts, "part"));
        let age = self.age_seconds.map(age).unwrap_or_default();
        let owner = self.owner().unwrap_or_default();
        let time = moment(self.initiated.as_ref());
        format!(
            "{time}  {age:>8}  {size:>12}  {parts:>11}  {name}  {}{owner}",
            self.upload_id
        )
    }

    fn owner(&self) -> Option<String> {
        let id = self.job.as_ref()?;
        let state = self.job_state.unwrap_or_default();
        Some(format!("  (job {}, {state})", id.get(..8).unwrap_or(id)))
    }
}

/// The two largest units of an age are enough.
fn age(seconds: u64) -> String {
    let minute = 60;
    let unit = match seconds {
        0..3_600 => 1,
        3_600..86_400 => minute,
        _ => 60 * minute,
    };
    Span::from(Duration::from_secs(seconds / unit * unit)).to_string()
}

impl Event for UploadLine {
    const NAME: &'static str = "upload";

    fn for_people(&self) -> Vec<String> {
        vec![self.line()]
    }
}

/// The end of a list of uploads.
#[derive(Debug, Default, Serialize)]
pub(crate) struct UploadsTotal {
    uploads: u64,
    parts: u64,
    bytes: u64,
}

impl UploadsTotal {
    pub(crate) fn add(&mut self, line: &UploadLine) {
        self.uploads += 1;
        self.parts += line.parts.unwrap_or_default();
        self.bytes = self.bytes.saturating_add(line.bytes.unwrap_or_default());
    }

    fn amount(&self) -> String {
        format!(
            "{}, {} in {}",
            counted(self.uploads, "unfinished upload"),
            ByteSize::new(self.bytes),
            counted(self.parts, "part")
        )
    }
}

impl Event for UploadsTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        vec![self.amount()]
    }
}

/// What became of an upload that was to be aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// It is no more.
    Aborted,
    /// It would be.
    Planned,
    /// A job of this machine goes on with it.
    Kept,
}

/// An upload that was aborted, or would be, or was left alone.
#[derive(Debug, Serialize)]
pub(crate) struct AbortedUpload {
    fate: Fate,
    #[serde(flatten)]
    upload: UploadLine,
}

impl AbortedUpload {
    pub(crate) fn of(upload: &Unfinished, owner: Option<&Job>, fate: Fate) -> Self {
        Self {
            fate,
            upload: UploadLine::of(upload, owner),
        }
    }
}

impl Event for AbortedUpload {
    const NAME: &'static str = "upload";

    fn for_people(&self) -> Vec<String> {
        let what = match self.fate {
            Fate::Aborted => "aborted",
            Fate::Planned => "would abort",
            Fate::Kept => "left alone",
        };
        vec![format!("{what:<11}  {}", self.upload.line())]
    }
}

/// The end of aborting.
#[derive(Debug, Default, Serialize)]
pub(crate) struct AbortedTotal {
    #[serde(flatten)]
    amount: UploadsTotal,
    #[serde(skip)]
    pub(crate) uploads: u64,
    /// Left alone for the jobs that go on with them.
    kept: u64,
    pub(crate) failed: u64,
    dry_run: bool,
}

impl AbortedTotal {
    pub(crate) fn new(dry_run: bool) -> Self {
        Self {
            dry_run,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, told: &AbortedUpload) {
        if told.fate == Fate::Kept {
            self.kept += 1;
        } else {
            self.amount.add(&told.upload);
            self.uploads += 1;
        }
    }
}

impl Event for AbortedTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.kept > 0 {
            let kept = counted(self.kept, "upload");
            lines.push(format!(
                "{kept} left alone for jobs of this machine; `ossum jobs rm ID` or --include-jobs aborts them"
            ));
        }
        let amount = self.amount.amount();
        let what = if self.dry_run {
            "would abort"
        } else {
            "aborted"
        };
        let failed = match self.failed {
            0 => String::new(),
            failed => format!("; {failed} failed"),
        };
        lines.push(format!("{what} {amount}{failed}"));
        if self.dry_run && self.uploads > 0 {
            lines.push("nothing was aborted; the same command with --force does it".to_owned());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_the_units_that_matter() {
        assert_eq!(age(59), "59s");
        assert_eq!(age(3_725), "1h 2m");
        assert_eq!(age(7 * 86_400 + 3_725), "7days 1h");
    }
}
