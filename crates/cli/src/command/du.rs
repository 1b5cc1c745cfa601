mod levels;
mod tally;

use std::pin::pin;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::Client;
use ossum_client::op::{
    ListMultipartUploads, ListObjectVersions, ListParts, ListedUpload, VersionsEntry,
};
use ossum_types::{ObjectKey, PrefixUrl};

use self::levels::Levels;
pub(crate) use self::tally::{Amount, Counted, Tally};
use super::{below, block_on};
use crate::args::DuArgs;
use crate::failure::Failure;
use crate::output::{ShowClasses, Unfinished, Usage};
use crate::session::Session;

/// So many uploads are asked for their parts at a time.
const AT_A_TIME: usize = 16;

/// Adds up what begins with a prefix.
pub(super) fn run(session: &Session, args: &DuArgs) -> Result<(), Failure> {
    let client = session.client_for(&args.what.bucket)?;
    block_on(async {
        let shown = Shown { session, args };
        let mut levels = Levels::new(&args.what.prefix, args.depth);
        if args.all_versions {
            add_versions(&client, &shown, &mut levels).await?;
        } else {
            add_objects(&client, &shown, &mut levels).await?;
        }
        let (closed, total) = levels.finish();
        shown.show(closed)?;
        let unfinished = if args.parts {
            Some(add_up_parts(&client, &args.what).await?)
        } else {
            None
        };
        let usage = Usage::total(&args.what, total, unfinished, shown.classes());
        session.output.answer(&usage).map_err(Failure::Output)
    })
}

/// Where directories go that are complete.
struct Shown<'a> {
    session: &'a Session,
    args: &'a DuArgs,
}

impl Shown<'_> {
    fn classes(&self) -> ShowClasses {
        match self.args.by {
            Some(_) => ShowClasses::Each,
            None => ShowClasses::Together,
        }
    }

    fn show(&self, closed: Vec<(String, Tally)>) -> Result<(), Failure> {
        for (prefix, tally) in closed {
            let url = PrefixUrl {
                bucket: self.args.what.bucket.clone(),
                prefix,
            };
            let usage = Usage::of(&url, tally, self.classes());
            self.session.output.data(&usage).map_err(Failure::Output)?;
        }
        Ok(())
    }
}

async fn add_objects(
    client: &Client,
    shown: &Shown<'_>,
    levels: &mut Levels,
) -> Result<(), Failure> {
    let mut objects = pin!(below::objects(client, &shown.args.what));
    while let Some(object) = objects.try_next().await? {
        let counted = Counted::Object {
            bytes: object.size,
            class: object.storage_class.as_deref(),
        };
        let key = object.key.as_ref().ok().map(ObjectKey::as_str);
        shown.show(levels.add(key, &counted))?;
    }
    Ok(())
}

async fn add_versions(
    client: &Client,
    shown: &Shown<'_>,
    levels: &mut Levels,
) -> Result<(), Failure> {
    let what = &shown.args.what;
    let mut versions = pin!(client.list_object_versions(ListObjectVersions {
        prefix: what.prefix.clone(),
        ..ListObjectVersions::new(what.bucket.clone())
    }));
    while let Some(entry) = versions.try_next().await? {
        let closed = match &entry {
            VersionsEntry::Version(version) => {
                let (bytes, class) = (version.size, version.storage_class.as_deref());
                let counted = if version.is_latest {
                    Counted::Object { bytes, class }
                } else {
                    Counted::Earlier { bytes, class }
                };
                levels.add(version.key.as_ref().ok().map(ObjectKey::as_str), &counted)
            }
            VersionsEntry::DeleteMarker(marker) => {
                let key = marker.key.as_ref().ok().map(ObjectKey::as_str);
                levels.add(key, &Counted::DeleteMarker)
            }
            _ => Vec::new(),
        };
        shown.show(closed)?;
    }
    Ok(())
}

/// What the parts of unfinished uploads take up.
async fn add_up_parts(client: &Client, what: &PrefixUrl) -> Result<Unfinished, Failure> {
    let uploads = client.list_multipart_uploads(ListMultipartUploads {
        prefix: what.prefix.clone(),
        ..ListMultipartUploads::new(what.bucket.clone())
    });
    let sizes = uploads.map(|upload| async move { parts_of(client, what, upload?).await });
    let mut sizes = pin!(sizes.buffer_unordered(AT_A_TIME));
    let mut total = Unfinished::default();
    while let Some(upload) = sizes.try_next().await? {
        total.uploads += 1;
        total.parts += upload.objects;
        total.bytes = total.bytes.saturating_add(upload.bytes);
    }
    Ok(total)
}

async fn parts_of(
    client: &Client,
    what: &PrefixUrl,
    upload: ListedUpload,
) -> Result<Amount, Failure> {
    let mut amount = Amount::default();
    let Ok(key) = upload.key else {
        return Ok(amount);
    };
    let request = ListParts::new(what.bucket.clone(), key, upload.upload_id);
    let mut parts = pin!(client.list_parts(request));
    loop {
        match parts.try_next().await {
            Ok(Some(part)) => amount.add(part.size),
            Ok(None) => return Ok(amount),
            // It was completed or aborted meanwhile.
            Err(error) if error.kind() == ossum_client::ErrorKind::NoSuchUpload => {
                return Ok(Amount::default());
            }
            Err(error) => return Err(error.into()),
        }
    }
}
