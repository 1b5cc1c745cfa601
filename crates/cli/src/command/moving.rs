//! One transfer, watched, cancellable and told.

use std::fs::File;
use std::os::fd::AsFd;

use ossum_checkpoint::Pointers;
use ossum_client::Client;
use ossum_transfer::{Copy, Download, Durability, Feed, Monitor, Options, Pour, Report, Upload};
use ossum_types::{BucketName, ByteSize};

use crate::failure::Failure;
use crate::message;
use crate::output::{Done, Start};
use crate::progress::{Progress, Style};
use crate::session::Session;

/// A transfer of one object.
#[derive(Debug)]
pub(super) enum Job {
    Upload(Box<Upload>),
    Download(Box<Download>),
    Copy(Box<Copy>),
    /// Standard input to an object.
    Feed(Box<Feed>),
    /// An object to standard output.
    Pour(Box<Pour>),
}

impl Job {
    /// What is read, as a user writes it.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Upload(upload) => upload.source.display().to_string(),
            Self::Download(download) => download.source.to_string(),
            Self::Copy(copy) => copy.source.to_string(),
            Self::Feed(_) => STREAM.to_owned(),
            Self::Pour(pour) => pour.source.to_string(),
        }
    }

    /// What is made, as a user writes it.
    pub(super) fn destination(&self) -> String {
        match self {
            Self::Upload(upload) => upload.destination.to_string(),
            Self::Download(download) => download.destination.display().to_string(),
            Self::Copy(copy) => copy.destination.to_string(),
            Self::Feed(feed) => feed.destination.to_string(),
            Self::Pour(_) => STREAM.to_owned(),
        }
    }

    fn options(&self) -> &Options {
        match self {
            Self::Upload(upload) => &upload.options,
            Self::Download(download) => &download.options,
            Self::Copy(copy) => &copy.options,
            Self::Feed(feed) => &feed.options,
            Self::Pour(pour) => &pour.options,
        }
    }

    /// The bucket whose settings count; of a copy, the one that is written to.
    pub(super) fn bucket(&self) -> &BucketName {
        match self {
            Self::Upload(upload) => &upload.destination.bucket,
            Self::Download(download) => &download.source.bucket,
            Self::Copy(copy) => &copy.destination.bucket,
            Self::Feed(feed) => &feed.destination.bucket,
            Self::Pour(pour) => &pour.source.bucket,
        }
    }

    async fn run(&self, client: &Client, monitor: &Monitor) -> Result<Report, Failure> {
        let outcome = match self {
            Self::Upload(upload) => ossum_transfer::upload(client, upload, monitor).await,
            Self::Download(download) => ossum_transfer::download(client, download, monitor).await,
            Self::Copy(copy) => ossum_transfer::copy(client, copy, monitor).await,
            Self::Feed(feed) => {
                let source = stdin().map_err(|source| Failure::System {
                    action: "read standard input".to_owned(),
                    source,
                })?;
                ossum_transfer::write_from(client, feed, source, monitor).await
            }
            Self::Pour(pour) => {
                let out = stdout().map_err(Failure::Output)?;
                ossum_transfer::read_to(client, pour, out, monitor).await
            }
        };
        Ok(outcome?)
    }
}

/// How standard input and output are written.
pub(super) const STREAM: &str = "-";

/// Standard output without the buffer that belongs to lines of text.
fn stdout() -> std::io::Result<File> {
    std::io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .map(File::from)
}

/// Standard input without a buffer.
fn stdin() -> std::io::Result<File> {
    std::io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map(File::from)
}

/// Says how much of standard input can be taken, before any of it is.
fn tell_reach(session: &Session, job: &Job) -> Result<(), Failure> {
    if let Job::Feed(feed) = job {
        let reach = ByteSize::new(feed.reach()?);
        let more = match feed.most_bytes {
            Some(_) => "--max-transfer",
            None => "--memory or --spool",
        };
        session.output.aside(&format!(
            "takes up to {reach} of standard input; {more} for more"
        ));
    }
    Ok(())
}

/// Carries out `job`. A signal cancels it.
pub(super) async fn carry_out(
    session: &Session,
    client: &Client,
    job: &Job,
) -> Result<Done, Failure> {
    let (source, destination) = (job.source(), job.destination());
    tell_reach(session, job)?;
    let monitor = if session.progress == Style::Json {
        Monitor::recording()
    } else {
        Monitor::new()
    };
    let cancelled = monitor.clone();
    session.interrupts.end_by(move || cancelled.cancel());
    let start = Start {
        source: source.clone(),
        destination: destination.clone(),
    };
    let started = session.output.note_in_json(&start);
    ignore_closed(started)?;
    let named = match job {
        Job::Pour(_) => &source,
        _ => &destination,
    };
    let name = named.rsplit('/').next().unwrap_or(named);
    let progress = Progress::show(session, name, &monitor);
    let outcome = job.run(client, &monitor).await;
    // The bar goes before anything else is told.
    drop(progress);
    match outcome {
        Ok(report) => {
            warn_of_growth(&report);
            Ok(Done::of(source, destination, &report))
        }
        Err(failure) => {
            warn_of_parts_left(&failure);
            let checkpointing = job.options().checkpoint.as_ref();
            let pointers = checkpointing.and_then(|settings| settings.pointers.as_ref());
            if let (Failure::Transfer(error), Some(pointers)) = (&failure, pointers) {
                remember_end(session, pointers, error, &failure);
            }
            Err(failure)
        }
    }
}

/// That nobody reads what is told is no reason to move nothing.
pub(super) fn ignore_closed(told: std::io::Result<()>) -> Result<(), Failure> {
    match told.map_err(Failure::Output) {
        Err(failure) if !failure.is_nobody_listening() => Err(failure),
        _ => Ok(()),
    }
}

fn warn_of_growth(report: &Report) {
    if let Some(grown) = &report.grown {
        tracing::warn!("{grown}");
    }
}

/// Has whoever looks at the unfinished transfer later read why it ended.
pub(super) fn remember_end(
    session: &Session,
    pointers: &Pointers,
    error: &ossum_transfer::Error,
    failure: &Failure,
) {
    let Some(transfer) = error.kept() else { return };
    let interrupted = session.interruption(error);
    let failure = interrupted.as_ref().unwrap_or(failure);
    let end = message::end_of(failure);
    let taken_down = pointers.ended(transfer, end, durability_of_end(failure));
    not_remembered(taken_down.err());
}

/// Who interrupts does not wait for a disk.
pub(super) fn durability_of_end(failure: &Failure) -> Durability {
    match failure {
        Failure::Interrupted { .. } => Durability::None,
        _ => Durability::Full,
    }
}

/// That an end is taken down is a help, so a failure is no more than told to who wants to know all.
pub(super) fn not_remembered(error: Option<impl std::fmt::Display>) {
    if let Some(error) = error {
        tracing::debug!("why it ended is not remembered: {error}");
    }
}

fn warn_of_parts_left(failure: &Failure) {
    if let Failure::Transfer(error) = failure
        && let Some(upload_id) = error.left_upload()
    {
        tracing::warn!(
            "the unfinished upload {upload_id} could not be aborted; its parts are billed until it is (ossum parts abort)"
        );
    }
}
