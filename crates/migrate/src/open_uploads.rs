use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use ossum_client::op::{AbortMultipartUpload, ListMultipartUploads, ListedUpload, UploadCursor};
use ossum_client::{Client, ErrorKind};
use ossum_transfer::{EarlierUpload, Worker};
use ossum_types::{ObjectKey, UploadId};

use crate::error::Error;
use crate::history::History;
use crate::job::Job;
use crate::manifest::{Piece, Row};

/// The uploads that are open at the destination of a shard's objects, as earlier attempts have left them.
///
/// Somebody who is killed between asking for an upload and writing down that it is there leaves one that no
/// ledger has, and so does an answer that is lost. So they are asked for: those of exactly a key of this shard
/// that began after the plan was made are this migration's, which replaces the object of that key anyway.
#[derive(Debug, Default)]
pub(crate) struct OpenUploads(HashMap<String, Vec<ListedUpload>>);

/// By so much clocks may differ for OSS to answer at all.
const CLOCKS_DIFFER: Duration = Duration::from_mins(15);

impl OpenUploads {
    /// Those of the rows that are not done.
    pub(crate) fn look(
        client: &Client,
        job: &Job,
        rows: &[Row],
        history: &History,
    ) -> Result<Self, Error> {
        let pending = rows.iter().filter(|row| history.done(row.row).is_none());
        let pending: Vec<&Row> = pending.filter(|row| row.piece == Piece::Object).collect();
        let worker = Worker::new(client)?;
        let mut open = HashMap::<String, Vec<ListedUpload>>::new();
        for (below, upload) in ours(&worker, job, &pending, rows, history)? {
            open.entry(below).or_default().push(upload);
        }
        Ok(Self(open))
    }

    /// The upload that an attempt at a row goes on with: the last one, which its own attempt has filled. The
    /// others are aborted when the row is done.
    pub(crate) fn last_of(&self, key: &str) -> Option<EarlierUpload> {
        let open = self.0.get(key)?;
        let last = open.iter().max_by_key(|upload| upload.initiated)?;
        Some(EarlierUpload {
            upload_id: last.upload_id.clone(),
            began: last.initiated,
        })
    }
}

/// Aborts whatever uploads are open of these rows' objects: nobody will go on with them.
///
/// # Errors
/// That one may still be open.
pub(crate) fn abort_all_of(
    client: &Client,
    job: &Job,
    over: &[&Row],
    rows: &[Row],
    history: &History,
) -> Result<(), Error> {
    let worker = Worker::new(client)?;
    for (_, upload) in ours(&worker, job, over, rows, history)? {
        if let Ok(key) = upload.key {
            abort(&worker, job, key, upload.upload_id)?;
        }
    }
    Ok(())
}

/// Aborts an upload below the destination; one that is no more is as good.
pub(crate) fn abort(
    worker: &Worker,
    job: &Job,
    key: ObjectKey,
    upload_id: UploadId,
) -> Result<(), Error> {
    let abort = AbortMultipartUpload {
        bucket: job.destination.url.bucket.clone(),
        key,
        upload_id,
    };
    match worker.ask(async |client: Client| client.abort_multipart_upload(&abort).await) {
        Err(error) if error.kind() != ErrorKind::NoSuchUpload => Err(error.into()),
        _ => Ok(()),
    }
}

/// The uploads that this migration has open of the objects of `wanted`, by their keys below the destination.
fn ours(
    worker: &Worker,
    job: &Job,
    wanted: &[&Row],
    rows: &[Row],
    history: &History,
) -> Result<Vec<(String, ListedUpload)>, Error> {
    let keys: HashSet<&str> = wanted.iter().map(|row| row.listed.key.as_str()).collect();
    let Some(first) = keys.iter().min() else {
        return Ok(Vec::new());
    };
    let prefix = &job.destination.url.prefix;
    let last = keys.iter().max().map(|last| format!("{prefix}{last}"));
    let request = ListMultipartUploads {
        prefix: format!("{prefix}{}", common_prefix(&keys)),
        after: before(&format!("{prefix}{first}")),
        ..ListMultipartUploads::new(job.destination.url.bucket.clone())
    };
    let since = job
        .time
        .checked_sub(CLOCKS_DIFFER)
        .unwrap_or(SystemTime::UNIX_EPOCH);
    let shared: HashSet<&UploadId> = rows.iter().filter_map(shared_upload).collect();
    let listing = async |client: Client| {
        let mut found = Vec::new();
        let mut uploads = std::pin::pin!(client.list_multipart_uploads(request));
        while let Some(upload) = uploads.try_next().await? {
            let Ok(key) = &upload.key else { continue };
            if last.as_deref().is_some_and(|last| key.as_str() > last) {
                break;
            }
            let below = key.as_str().strip_prefix(prefix.as_str());
            let Some(below) = below.filter(|below| keys.contains(below)) else {
                continue;
            };
            let is_since = upload.initiated >= since || history.has_begun(&upload.upload_id);
            if is_since && !shared.contains(&upload.upload_id) {
                found.push((below.to_owned(), upload));
            }
        }
        Ok::<_, ossum_client::Error>(found)
    };
    match worker.ask(listing) {
        Ok(found) => Ok(found),
        // Whoever may write need not be allowed to list.
        Err(error) if error.kind() == ErrorKind::Denied => {
            tracing::warn!("{error}: uploads that were left open are not looked for");
            Ok(Vec::new())
        }
        Err(error) => Err(error.into()),
    }
}

fn shared_upload(row: &Row) -> Option<&UploadId> {
    match &row.piece {
        Piece::Range { upload, .. } => Some(upload),
        Piece::Object => None,
    }
}

/// A place in the listing before the first upload of a key, as near as can be told.
fn before(key: &str) -> Option<UploadCursor> {
    let mut shorter = key.to_owned();
    let last = shorter.pop()?;
    // One character less, and all that come behind that and before the last one.
    let below = (0..u32::from(last)).rev().find_map(char::from_u32)?;
    if below >= ' ' {
        shorter.push(below);
    }
    (!shorter.is_empty()).then_some(UploadCursor {
        key: shorter,
        upload_id: String::new(),
    })
}

fn common_prefix(keys: &HashSet<&str>) -> String {
    let mut keys = keys.iter();
    let first = keys.next().copied().unwrap_or_default();
    let common = keys.fold(first, |common, key| {
        let same = common
            .chars()
            .zip(key.chars())
            .take_while(|(one, other)| one == other);
        let len = same.map(|(one, _)| one.len_utf8()).sum::<usize>();
        &common[..len]
    });
    common.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_begins_before_every_upload_of_the_first_key() {
        for key in ["a", "ab", "a/é", "a\u{10ffff}", "0"] {
            let cursor = before(key).unwrap();
            assert!(cursor.key.as_str() < key, "{key}");
        }
        assert_eq!(before("\u{1}"), None);
        assert_eq!(before(""), None);
    }

    #[test]
    fn what_keys_begin_with_is_cut_between_characters() {
        let common = |keys: &[&str]| common_prefix(&keys.iter().copied().collect());
        assert_eq!(common(&["a/é1", "a/é2", "a/éé"]), "a/é");
        assert_eq!(common(&["a/é", "a/è"]), "a/");
        assert_eq!(common(&["b", "a"]), "");
    }
}
