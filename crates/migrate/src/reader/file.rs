use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::stream;
use ossum_durable::{FileKind, Fs, FsFile, Metadata, RealFs};
use ossum_transfer::{
    KeptWith, RangeSource, SourceBytes, SourceError, SourceFuture, SourceTrouble,
};
use ossum_types::ByteRange;

use super::changed;
use crate::manifest::Listed;

/// So much is read and handed on at a time.
const CHUNK_BYTES: u64 = 256 << 10;

/// A file of a directory that all machines share.
#[derive(Debug, Clone)]
pub(super) struct FileSource {
    path: PathBuf,
    file: Arc<dyn FsFile>,
    opened: Metadata,
}

impl FileSource {
    /// The file of a row; a symbolic link to one is followed.
    pub(super) fn open(root: &Path, listed: &Listed) -> Result<Self, SourceError> {
        let path = below(root, &listed.key)?;
        let file = RealFs.open_to_read(&path).map_err(unreadable(&path))?;
        let opened = file.metadata().map_err(unreadable(&path))?;
        if opened.kind != FileKind::File {
            let message = format!("{} is {}, not a file", shown(&path), opened.kind);
            return Err(SourceError::new(SourceTrouble::Changed, message));
        }
        let other_size = listed.size.is_some_and(|size| size != opened.len_bytes);
        let other_time = listed
            .modified
            .is_some_and(|time| nanos(time) != opened.modified_ns);
        if other_size || other_time {
            return Err(changed());
        }
        Ok(Self {
            path,
            file: Arc::from(file),
            opened,
        })
    }

    fn read(&self, range: ByteRange) -> io::Result<Bytes> {
        let len = usize::try_from(range.len()).unwrap_or(usize::MAX);
        let mut chunk = vec![0; len];
        self.file.read_exact_at(&mut chunk, range.start())?;
        Ok(chunk.into())
    }

    fn is_unchanged(&self) -> Result<(), SourceError> {
        let named = RealFs
            .metadata_of_target(&self.path)
            .map_err(unreadable(&self.path))?;
        let is_same = named.id == self.opened.id
            && named.len_bytes == self.opened.len_bytes
            && named.modified_ns == self.opened.modified_ns
            && named.changed_ns == self.opened.changed_ns;
        if is_same { Ok(()) } else { Err(changed()) }
    }
}

impl RangeSource for FileSource {
    fn size(&self) -> u64 {
        self.opened.len_bytes
    }

    fn open(&self, range: ByteRange) -> SourceBytes {
        let state = (self.clone(), Some(range));
        Box::pin(stream::try_unfold(state, |(source, rest)| async move {
            let Some(rest) = rest else { return Ok(None) };
            let first = ByteRange::new(rest.start(), rest.end().min(rest.start() + CHUNK_BYTES));
            let Some(first) = first else { return Ok(None) };
            let chunk = source.read(first).map_err(|error| {
                // One that became shorter is another one.
                let is_short = error.kind() == io::ErrorKind::UnexpectedEof;
                io::Error::from(if is_short {
                    changed()
                } else {
                    unreadable(&source.path)(error)
                })
            })?;
            // Others of this thread may have something to do.
            tokio::task::yield_now().await;
            Ok(Some((chunk, (source, rest.skip(first.len())))))
        }))
    }

    fn kept_with(&self) -> SourceFuture<'_, KeptWith> {
        let modified_ns = Some(self.opened.modified_ns);
        Box::pin(async move {
            Ok(KeptWith {
                modified_ns,
                ..KeptWith::default()
            })
        })
    }

    fn check_unchanged(&self) -> SourceFuture<'_, ()> {
        Box::pin(async { self.is_unchanged() })
    }

    fn for_worker(&self) -> Arc<dyn RangeSource> {
        Arc::new(self.clone())
    }
}

/// The path of a key. No row leads out of the directory, whoever wrote it.
fn below(root: &Path, key: &str) -> Result<PathBuf, SourceError> {
    let below = Path::new(key);
    let is_plain = |component: Component<'_>| matches!(component, Component::Normal(_));
    if !below.components().all(is_plain) || key.contains('\0') {
        let message = "the key leads out of the directory";
        return Err(SourceError::new(SourceTrouble::Refused, message));
    }
    Ok(root.join(below))
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> SourceError {
    let shown = shown(path);
    move |error| {
        let trouble = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SourceTrouble::Missing,
            io::ErrorKind::PermissionDenied => SourceTrouble::Denied,
            _ => SourceTrouble::Unavailable,
        };
        SourceError::new(trouble, format!("read {shown}")).with_cause(error)
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}

fn nanos(time: SystemTime) -> i128 {
    let count = |nanos: u128| i128::try_from(nanos).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => count(since.as_nanos()),
        Err(before) => -count(before.duration().as_nanos()),
    }
}
