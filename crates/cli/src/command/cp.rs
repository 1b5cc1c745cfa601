mod callback;
pub(super) mod checkpoint;
pub(super) mod dry;
pub(super) mod headers;
pub(super) mod job;
mod many;
mod newer;
mod route;
pub(super) mod source;

use std::io;
use std::path::Path;

use ossum_client::Client;
use ossum_client::op::HeadObject;
use ossum_durable::RealFs;
use ossum_many::Limit;
use ossum_types::{BucketName, ByteRange, ObjectUrl, VersionId};

use self::source::{Between, Typed};
use super::block_on;
use super::limited::{limited, limiter};
use super::moving::{self, Job};
use crate::args::{CpArgs, IfExists, MovingArgs};
use crate::failure::Failure;
use crate::output::{Planned, Skipped};
use crate::session::Session;

/// Copies one file or object, or with `-r` all below a directory or prefix.
pub(super) fn run(session: &Session, args: &CpArgs) -> Result<(), Failure> {
    if args.recursive {
        return many::run(session, args);
    }
    let mut job = job::of(session, args)?;
    let client = client(session, &args.moving, job.bucket())?;
    let client = limited(client, limiter(args.moving.limit.as_ref()).as_ref());
    let Job::Copy(copy) = &mut job else {
        return carry_out(session, args, &client, &job);
    };
    let (source, destination) = (copy.source.clone(), copy.destination.clone());
    let between = Between {
        source: &source.bucket,
        destination: &destination.bucket,
        typed: args.typed(),
        moving: &args.moving,
    };
    copy.source_client = between.client(session, &client)?;
    carry_out(session, args, &client, &job).map_err(|failure| between.explain(failure))
}

/// A client of `bucket`, with what was typed about its requests.
pub(super) fn client(
    session: &Session,
    moving: &MovingArgs,
    bucket: &BucketName,
) -> Result<Client, Failure> {
    session.client_for_with(bucket, |settings| {
        settings.request_payer = moving.request_payer.is_some();
        settings.traffic_limit = moving.traffic_limit;
    })
}

impl CpArgs {
    /// What was typed about places.
    fn typed(&self) -> Typed<'_> {
        Typed {
            source: &self.source,
            destination: &self.destination,
            many: self.recursive,
        }
    }
}

fn carry_out(session: &Session, args: &CpArgs, client: &Client, job: &Job) -> Result<(), Failure> {
    block_on(async {
        if args.if_exists == IfExists::Skip && exists(client, job).await? {
            return skip(session, job, IT_EXISTS);
        }
        if args.if_exists == IfExists::Newer && !newer::is_newer(client, job).await? {
            return skip(session, job, "it is as new");
        }
        if args.dry_run {
            if args.if_exists == IfExists::Fail && exists(client, job).await? {
                return Err(Failure::Exists(job.destination()));
            }
            return plan(session, client, job).await;
        }
        if let Job::Download(download) = job {
            make_named_directory(args, &download.destination)?;
        }
        forbid_too_large(client, args, job).await?;
        match moving::carry_out(session, client, job).await {
            Ok(done) => session.output.last(&done).map_err(Failure::Output),
            Err(failure) if args.if_exists == IfExists::Skip && is_there_now(&failure) => {
                if failure.is_resumable() {
                    tracing::warn!("{}", what_is_kept(job, &failure));
                }
                skip(session, job, IT_EXISTS)
            }
            Err(failure) => Err(failure),
        }
    })
}

/// Whether the destination is there.
async fn exists(client: &Client, job: &Job) -> Result<bool, Failure> {
    match job {
        Job::Download(download) => {
            let path = &download.destination;
            path.try_exists().map_err(|source| look_at(path, source))
        }
        Job::Upload(upload) => is_object(client, &upload.destination).await,
        Job::Copy(copy) => is_object(client, &copy.destination).await,
        Job::Feed(feed) => is_object(client, &feed.destination).await,
        Job::Pour(_) => Ok(false),
    }
}

async fn is_object(client: &Client, url: &ObjectUrl) -> Result<bool, Failure> {
    match head(client, url, None).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ossum_client::ErrorKind::NoSuchKey => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether the destination appeared after it had been looked for.
fn is_there_now(failure: &Failure) -> bool {
    use ossum_transfer::ErrorKind as Kind;
    let Failure::Transfer(error) = failure else {
        return false;
    };
    matches!(
        error.kind(),
        Kind::AlreadyExists | Kind::Service(ossum_client::ErrorKind::AlreadyExists)
    )
}

/// What is skipped at its end stays half done, which nobody asked for.
fn what_is_kept(job: &Job, failure: &Failure) -> String {
    let kept = match job {
        Job::Upload(_) | Job::Copy(_) => {
            "the parts of the unfinished upload stay with OSS, where they are billed"
        }
        Job::Download(_) => "the bytes that were downloaded stay in the .ossum-part file",
        Job::Pour(_) | Job::Feed(_) => "nothing stays",
    };
    let id = failure.job_id().unwrap_or_else(|| "ID".to_owned());
    format!("{kept}; --if-exists overwrite goes on with them, ossum jobs rm {id} gives them up")
}

/// Why nothing was copied.
const IT_EXISTS: &str = "it exists";

fn skip(session: &Session, job: &Job, reason: &'static str) -> Result<(), Failure> {
    let skipped = Skipped {
        source: job.source(),
        destination: job.destination(),
        reason,
    };
    session.output.last(&skipped).map_err(Failure::Output)
}

/// Finds that no more is moved than may be.
async fn forbid_too_large(client: &Client, args: &CpArgs, job: &Job) -> Result<(), Failure> {
    let Some(limit) = args.moving.max_transfer else {
        return Ok(());
    };
    let next_bytes = size(client, job).await?;
    if next_bytes <= limit.get() {
        return Ok(());
    }
    let limit = Limit {
        limit_bytes: limit.get(),
        moved_bytes: 0,
        next_bytes,
    };
    Err(ossum_many::Error::Limit(limit).into())
}

/// Says what would be done, once it is certain that the source is there, and the bucket that it would
/// be written to.
async fn plan(session: &Session, client: &Client, job: &Job) -> Result<(), Failure> {
    let planned = Planned {
        source: job.source(),
        destination: job.destination(),
        copied_from: None,
        bytes_total: size(client, job).await?,
    };
    dry::look_for_bucket(client, job).await?;
    session.output.last(&planned).map_err(Failure::Output)
}

/// How many bytes there are to be moved.
async fn size(client: &Client, job: &Job) -> Result<u64, Failure> {
    Ok(match job {
        Job::Upload(upload) => {
            let path = &upload.source;
            let found = std::fs::metadata(path).map_err(|source| look_at(path, source))?;
            if !found.is_file() {
                return Err(Failure::usage(
                    format!("{} is not a file", path.display()),
                    "name a file",
                ));
            }
            found.len()
        }
        Job::Download(download) => {
            let info = head(client, &download.source, download.version_id.clone()).await?;
            bytes_within(info.size, download.range)
        }
        // Nobody knows before it is read.
        Job::Feed(feed) => feed.expected_bytes.unwrap_or(0),
        Job::Pour(pour) => {
            let info = head(client, &pour.source, pour.version_id.clone()).await?;
            bytes_within(info.size, pour.range)
        }
        Job::Copy(copy) => {
            let asked = copy.source_client.as_ref().unwrap_or(client);
            let info = head(asked, &copy.source, copy.version_id.clone()).await?;
            info.size
        }
    })
}

/// How many bytes a range has of an object; without one it is all of it.
fn bytes_within(size: u64, range: Option<ByteRange>) -> u64 {
    let within = |range: ByteRange| size.min(range.end()).saturating_sub(range.start());
    range.map_or(size, within)
}

async fn head(
    client: &Client,
    url: &ObjectUrl,
    version_id: Option<VersionId>,
) -> Result<ossum_client::op::ObjectInfo, ossum_client::Error> {
    let request = HeadObject {
        version_id,
        ..HeadObject::new(url.bucket.clone(), url.key.clone())
    };
    client.head_object(&request).await
}

/// Makes the directory that the destination names by ending with `/`, durably.
fn make_named_directory(args: &CpArgs, file: &Path) -> Result<(), Failure> {
    match file.parent() {
        Some(directory) if route::names_a_directory(&args.destination) => make(directory),
        _ => Ok(()),
    }
}

fn make(directory: &Path) -> Result<(), Failure> {
    if directory.as_os_str().is_empty() || directory.is_dir() {
        return Ok(());
    }
    if let Some(parent) = directory.parent() {
        make(parent)?;
    }
    match std::fs::create_dir(directory) {
        Ok(()) => Ok(ossum_durable::sync_directory_of(&RealFs, directory)?),
        // Somebody else made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => Ok(()),
        Err(source) => Err(Failure::Local {
            action: "make directory",
            path: directory.to_owned(),
            source,
        }),
    }
}

fn look_at(path: &Path, source: io::Error) -> Failure {
    Failure::Local {
        action: "look at",
        path: path.to_owned(),
        source,
    }
}
