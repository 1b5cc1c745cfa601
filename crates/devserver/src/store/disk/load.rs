use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_durable::{Fs, FsFile, RealFs};
use ossum_types::{BucketName, ObjectKey, UploadId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Disk, FORMAT, MARKER, OLDEST_FORMAT, record, save};
use crate::store::blob::FileBlob;
use crate::store::{Blob, Bucket, Upload};

/// What the directory says of itself.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    format: u32,
}

impl Disk {
    /// Opens the store in `root`, which is made if it is not there, and reads what it holds.
    ///
    /// # Errors
    /// A directory that holds something else, is in use, or was damaged is left as it is.
    pub(in crate::store) fn open(root: &Path) -> io::Result<(Self, BTreeMap<BucketName, Bucket>)> {
        fs::create_dir_all(root)?;
        let format = recognise(root)?;
        let disk = Self {
            root: root.to_owned(),
            _lock: lock(root)?,
        };
        fs::create_dir_all(disk.blobs())?;
        fs::create_dir_all(disk.buckets())?;
        let mut blobs = Blobs::list(&disk.blobs())?;
        let mut buckets = BTreeMap::new();
        for entry in entries(&disk.buckets())? {
            if let Some((name, bucket)) = load_bucket(&entry.path(), &mut blobs)? {
                buckets.insert(name, bucket);
            }
        }
        if format != FORMAT {
            // All of it was read, but what is written from now on its programs would misread.
            save(&root.join(MARKER), &Marker { format: FORMAT })?;
        }
        blobs.sweep()?;
        Ok((disk, buckets))
    }
}

/// Refuses a directory that is not a store: what no record names there would be swept.
///
/// Returns its format.
fn recognise(root: &Path) -> io::Result<u32> {
    let marker = root.join(MARKER);
    if marker.exists() {
        let found: Marker = read(&marker)?;
        if (OLDEST_FORMAT..=FORMAT).contains(&found.format) {
            return Ok(found.format);
        }
        return Err(damaged(&marker, "it was written by another version"));
    }
    // A crash while the marker was written leaves a temporary file.
    let found: Vec<_> = fs::read_dir(root)?.collect::<io::Result<_>>()?;
    if found.iter().all(|entry| is_temporary(&entry.path())) {
        save(&marker, &Marker { format: FORMAT })?;
        return Ok(FORMAT);
    }
    Err(damaged(
        root,
        "the directory holds something else than objects",
    ))
}

/// Takes the lock, whose file is not followed anywhere and never truncated: a link may have been
/// planted in its place.
fn lock(root: &Path) -> io::Result<Box<dyn FsFile>> {
    let path = root.join("lock");
    let file = match RealFs.create_new(&path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            RealFs.open_to_continue(&path)
        }
        created => created,
    };
    let file = file.map_err(|cause| damaged(&path, &cause.to_string()))?;
    if file.try_lock()? {
        return Ok(file);
    }
    Err(damaged(root, "another server uses it"))
}

/// The blobs that are there.
struct Blobs {
    found: BTreeMap<String, OnDisk>,
}

/// The file of a blob.
struct OnDisk {
    path: PathBuf,
    len: u64,
    /// What the records that name it share.
    blob: Option<Arc<Blob>>,
}

impl Blobs {
    fn list(directory: &Path) -> io::Result<Self> {
        let mut found = BTreeMap::new();
        for entry in entries(directory)? {
            let metadata = entry.metadata()?;
            if !metadata.is_file() {
                return Err(damaged(&entry.path(), "it is no file of this server"));
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let file = OnDisk {
                path: entry.path(),
                len: metadata.len(),
                blob: None,
            };
            found.insert(name, file);
        }
        Ok(Self { found })
    }

    /// The blob of `len` bytes that a record names.
    fn find(&mut self, name: &str, len: u64) -> io::Result<Arc<Blob>> {
        let Some(file) = self.found.get_mut(name) else {
            let reason = "a record names bytes that are gone";
            return Err(damaged(Path::new(name), reason));
        };
        if file.len != len {
            let reason = "it has another length than its record says";
            return Err(damaged(&file.path, reason));
        }
        let open = || Arc::new(Blob::File(FileBlob::unnamed(file.path.clone(), len)));
        let blob = file.blob.get_or_insert_with(open);
        blob.keep();
        Ok(Arc::clone(blob))
    }

    /// Removes what no record names.
    fn sweep(self) -> io::Result<()> {
        let mut unnamed = self.found.into_values().filter(|file| file.blob.is_none());
        unnamed.try_for_each(|file| fs::remove_file(file.path))
    }
}

/// Reads a bucket; a directory without its record is what remains of one.
fn load_bucket(directory: &Path, blobs: &mut Blobs) -> io::Result<Option<(BucketName, Bucket)>> {
    check_own(directory)?;
    let record = directory.join("bucket.json");
    if !record.exists() {
        fs::remove_dir_all(directory)?;
        return Ok(None);
    }
    let name: BucketName = parse_in(directory, &file_name(directory))?;
    let mut bucket = read::<record::Bucket>(&record)?.revive()?;
    let mut completed = BTreeSet::new();
    for path in records(&directory.join("objects"))? {
        let record: record::Version = read(&path)?;
        completed.extend(record.upload().map(str::to_owned));
        let key: ObjectKey = parse_in(&path, &record.key)?;
        let revived = record.revive(&mut |name, len| blobs.find(name, len));
        let version = revived.map_err(|cause| damaged(&path, &cause.to_string()))?;
        bucket.keys.entry(key).or_default().put(version);
    }
    for entry in entries(&directory.join("uploads"))? {
        // A crash may come after the object was there and before its upload was gone.
        if completed.contains(&file_name(&entry.path())) {
            fs::remove_dir_all(entry.path())?;
        } else if let Some((key, id, upload)) = load_upload(&entry.path(), blobs)? {
            bucket.uploads.insert((key, id), upload);
        }
    }
    Ok(Some((name, bucket)))
}

/// Reads an upload; a directory without its record is what remains of one.
fn load_upload(
    directory: &Path,
    blobs: &mut Blobs,
) -> io::Result<Option<(ObjectKey, UploadId, Upload)>> {
    check_own(directory)?;
    let path = directory.join("upload.json");
    if !path.exists() {
        fs::remove_dir_all(directory)?;
        return Ok(None);
    }
    let record: record::Upload = read(&path)?;
    let key = parse_in(&path, &record.key)?;
    let id = parse_in(directory, &file_name(directory))?;
    let mut upload = record.revive()?;
    for part_path in records(directory)? {
        if part_path == path {
            continue;
        }
        let number = file_name(&part_path);
        let number = parse_in(&part_path, number.trim_end_matches(".json"))?;
        let record: record::Part = read(&part_path)?;
        let part = record.revive(&mut |name, len| blobs.find(name, len))?;
        upload.parts.insert(number, part);
    }
    Ok(Some((key, id, upload)))
}

/// The records in a directory; what a crash left of one that was being written goes.
fn records(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = entries(directory)?.into_iter().map(|entry| entry.path());
    let (torn, others): (Vec<_>, Vec<_>) = paths.partition(|path| is_temporary(path));
    torn.iter().try_for_each(fs::remove_file)?;
    let is_record = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
    Ok(others.into_iter().filter(is_record).collect())
}

/// Whether a crash left this file while a record was written.
fn is_temporary(path: &Path) -> bool {
    file_name(path).starts_with(".ossum-")
}

/// What is in a directory of the store.
fn entries(directory: &Path) -> io::Result<Vec<DirEntry>> {
    check_own(directory)?;
    fs::read_dir(directory)?.collect()
}

/// Refuses a symbolic link in place of a directory of the store: what no record names is swept
/// there, and the link may lead to somebody's files.
fn check_own(directory: &Path) -> io::Result<()> {
    if fs::symlink_metadata(directory)?.is_dir() {
        return Ok(());
    }
    Err(damaged(directory, "it is no directory of this server"))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    serde_json::from_slice(&fs::read(path)?).map_err(|cause| damaged(path, &cause.to_string()))
}

fn parse_in<T: std::str::FromStr>(path: &Path, text: &str) -> io::Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|cause: T::Err| damaged(path, &cause.to_string()))
}

fn damaged(path: &Path, reason: &str) -> io::Error {
    io::Error::other(format!("{}: {reason}", path.display()))
}
