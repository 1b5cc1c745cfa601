use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ossum_checkpoint::{End, Holder, PathText, Pointer, unix_seconds};
use serde::{Deserialize, Serialize};

use crate::record;
use crate::route::Route;

/// What leads to an unfinished run: where its record is, and how to continue.
///
/// A hint, like all that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPointer {
    /// 16 hexadecimal digits that stand for it.
    pub id: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Which service it is with: `host` or `host:port`.
    pub endpoint: String,
    /// The source as a user reads it; a directory by its absolute path.
    pub source: String,
    /// The destination as a user reads it; a directory by its absolute path.
    pub destination: String,
    /// The directory of its record.
    pub record: PathBuf,
    /// In which directory the command was given.
    pub directory: Option<PathBuf>,
    /// The command that continues it, program first. Whoever puts it in has taken secrets out.
    pub command: Vec<String>,
    /// When it first began, in whole seconds.
    pub began: SystemTime,
    /// Who wrote last that they work on it. Whether they still do, the lock tells.
    pub(crate) holder: Holder,
    /// How the last attempt at it ended, if it lived to say so.
    pub end: Option<End>,
}

/// Which way a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From a directory to a prefix.
    Upload,
    /// From a prefix to a directory.
    Download,
    /// From a prefix to another.
    Copy,
}

impl From<&Route> for Direction {
    fn from(route: &Route) -> Self {
        match route {
            Route::Up { .. } => Self::Upload,
            Route::Down { .. } => Self::Download,
            Route::Across { .. } => Self::Copy,
        }
    }
}

impl RunPointer {
    /// Whether a transfer is one of the run's: its checkpoint lies with the record.
    pub fn has(&self, transfer: &Pointer) -> bool {
        let checkpoint = transfer.checkpoint.as_ref();
        let directory = checkpoint.and_then(|path| path.parent());
        directory == Some(&record::checkpoints(&self.record))
    }

    pub(crate) fn line(&self) -> Vec<u8> {
        let text = Text {
            v: FORMAT,
            direction: self.direction,
            endpoint: self.endpoint.clone(),
            source: self.source.clone(),
            destination: self.destination.clone(),
            record: PathText(self.record.clone()),
            directory: self.directory.clone().map(PathText),
            command: self.command.clone(),
            began: self.began,
            holder: self.holder.clone(),
            end: self.end.clone(),
        };
        let mut line = serde_json::to_vec(&text).expect("text, numbers and lists of them are JSON");
        line.push(b'\n');
        line
    }

    /// Reads what [`line`](Self::line) writes; `None` if it is damaged, or of a later version.
    pub(crate) fn read(id: &str, line: &[u8]) -> Option<Self> {
        let text: Text = serde_json::from_slice(line).ok()?;
        (text.v == FORMAT).then(|| Self {
            id: id.to_owned(),
            direction: text.direction,
            endpoint: text.endpoint,
            source: text.source,
            destination: text.destination,
            record: text.record.0,
            directory: text.directory.map(|directory| directory.0),
            command: text.command,
            began: text.began,
            holder: text.holder,
            end: text.end,
        })
    }
}

/// The format that this version writes and reads.
const FORMAT: u64 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Text {
    v: u64,
    direction: Direction,
    endpoint: String,
    source: String,
    destination: String,
    record: PathText,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<PathText>,
    command: Vec<String>,
    #[serde(with = "unix_seconds")]
    began: SystemTime,
    holder: Holder,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<End>,
}

/// Where the record of a run belongs, and which ID stands for it among all of this user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) record: PathBuf,
    pub(crate) id: String,
}

impl Place {
    /// `directory` is where records are to lie, `state` where whoever looks for unfinished runs
    /// finds this one.
    pub(crate) fn of(
        endpoint: &str,
        route: &Route,
        directory: &Path,
        state: Option<&Path>,
    ) -> Self {
        let identity = format!("{endpoint}\n{}", route.identity());
        let name = id_of(&identity, "");
        let record = record::runs(directory).join(&name);
        let id = match state {
            // The same run may be remembered in several places, each with its own record.
            Some(state) if state != directory => {
                let directory = directory.as_os_str().as_encoded_bytes();
                id_of(&identity, &directory.escape_ascii().to_string())
            }
            _ => name,
        };
        Self { record, id }
    }
}

fn id_of(identity: &str, directory: &str) -> String {
    let id = format!("{:032x}", record::mark(&["run", identity, directory]));
    id[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::time::Duration;

    use super::*;

    fn pointer() -> RunPointer {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_651_300);
        RunPointer {
            id: "0123456789abcdef".to_owned(),
            direction: Direction::Upload,
            endpoint: "localhost:9000".to_owned(),
            source: "/d".to_owned(),
            destination: "oss://bkt/x/".to_owned(),
            record: OsString::from_vec(b"/\xff/runs/1".to_vec()).into(),
            directory: Some("/home".into()),
            command: vec!["ossum".to_owned(), "cp".to_owned()],
            began: time,
            holder: Holder::this_process(time),
            end: Some(End {
                time,
                kind: "denied".to_owned(),
                message: "no".to_owned(),
                hint: None,
            }),
        }
    }

    #[test]
    fn what_is_written_is_read_again_whatever_is_in_a_path() {
        let pointer = pointer();
        assert_eq!(
            RunPointer::read(&pointer.id, &pointer.line()),
            Some(pointer)
        );
        assert_eq!(RunPointer::read("1", b"{\"v\":1}\n"), None);
    }

    #[test]
    fn records_of_one_run_in_two_places_have_ids_of_their_own() {
        let route = Route::Down {
            source: "oss://bkt/a/".parse().unwrap(),
            destination: "/d".into(),
        };
        let place =
            |directory: &str| Place::of("h", &route, directory.as_ref(), Some("/state".as_ref()));
        let (usual, elsewhere) = (place("/state"), place("/other"));
        assert_eq!(usual.record, Path::new("/state/runs").join(&usual.id));
        assert_eq!(elsewhere.record, Path::new("/other/runs").join(&usual.id));
        assert_ne!(usual.id, elsewhere.id);
    }
}
