use std::sync::Arc;
use std::time::Instant;

use ossum_migrate::{Destination, Inventory, Monitor, Options, Plan, Source, Told, slashed};
use ossum_transfer::PartSizeWish;
use ossum_types::limits::MIN_UPLOAD_PART_BYTES;

use super::{explained, places};
use crate::args::{MigratePlanArgs, Place, SourceArgs, WorkPlace};
use crate::command::cp::job::misplaced;
use crate::failure::Failure;
use crate::output::{LeftOut, MigrationPlanned};
use crate::progress::Progress;
use crate::session::Session;

/// Divides a source into shards.
pub(super) fn run(session: &Session, args: &MigratePlanArgs) -> Result<(), Failure> {
    let began = Instant::now();
    let (typed, told) = told(args)?;
    let source = source(&typed, &args.source_is)?;
    forbid_misplaced(args)?;
    let client = session.client_for(&args.destination.bucket)?;
    let place = places::work(session, &args.work)?;
    let avoid = match &args.work.work {
        WorkPlace::Directory(path) => vec![path.clone()],
        WorkPlace::Prefix(_) => Vec::new(),
    };
    let destination = Destination {
        url: slashed(args.destination.clone()),
        endpoint: client.endpoint().to_string(),
    };
    let plan = Plan {
        source_client: places::source(session, &source)?,
        options: Options {
            shard_objects: args.shard_objects.get(),
            shard_bytes: args.shard_size.get(),
            split_bytes: args.split.get(),
        },
        told,
        part_size: args.part_size,
        filter: args.filter.filter(),
        links: args.links.links(),
        avoid,
        temporary_directory: Some(std::env::temp_dir()),
        ..Plan::new(source, destination)
    };
    let monitor = Arc::new(Monitor::new());
    let cancelled = Arc::clone(&monitor);
    session.interrupts.end_by(move || cancelled.cancel());
    let progress = Progress::show_listing(session, &monitor);
    let outcome = ossum_migrate::plan(&client, &place, &plan, &monitor, &|key, cause| {
        // That nobody reads it changes nothing about the plan, which has it as well.
        let _ = session.output.note(&LeftOut::of(key, cause));
    });
    drop(progress);
    let job = outcome.map_err(|error| explained(session, error))?;
    let planned = MigrationPlanned::of(&place.to_string(), &job, began.elapsed());
    session.output.last(&planned).map_err(Failure::Output)?;
    match job.totals.left_out {
        0 => Ok(()),
        left_out => Err(Failure::Unplanned {
            left_out,
            total: job.totals.objects + left_out,
        }),
    }
}

/// The source, and what tells which objects it has.
fn told(args: &MigratePlanArgs) -> Result<(Source, Told), Failure> {
    if args.urls {
        let Source::Directory { path } = &args.source else {
            return Err(Failure::usage(
                format!("{} is no file of addresses", args.source),
                "name a file with an address on each line, or leave out --urls",
            ));
        };
        return Ok((Source::Urls, Told::ByUrls(path.clone())));
    }
    let told = match (&args.list, &args.inventory) {
        (Some(file), _) => Told::ByNames(file.clone()),
        (None, None) => Told::ByListing,
        (None, Some(inventory)) => Told::ByInventory(match inventory {
            Place::Local(path) => Inventory::File(path.clone()),
            Place::Oss(url) => Inventory::Object(url.to_object().map_err(|invalid| {
                Failure::usage(invalid.to_string(), "name the inventory's manifest.json")
            })?),
            Place::Stream => {
                return Err(Failure::usage(
                    "an inventory is a directory of files, and not standard input",
                    "name its manifest.json",
                ));
            }
        }),
    };
    if args.inventory.is_some() && !matches!(args.source, Source::Oss { .. }) {
        misplaced(Some("--inventory"), "a source in OSS")?;
    }
    Ok((args.source.clone(), told))
}

/// The source with what was said of how it is reached.
fn source(typed: &Source, args: &SourceArgs) -> Result<Source, Failure> {
    let SourceArgs {
        source_endpoint,
        source_region,
        source_profile,
    } = args;
    Ok(match typed.clone() {
        Source::Oss { url, .. } => Source::Oss {
            url,
            endpoint: source_endpoint.clone(),
            region: source_region.clone(),
            profile: source_profile.clone(),
        },
        Source::S3 { bucket, prefix, .. } => {
            let profile = source_profile.is_some().then_some("--source-profile");
            misplaced(profile, "a source in OSS")?;
            Source::S3 {
                bucket,
                prefix,
                endpoint: source_endpoint.clone(),
                region: source_region.clone(),
            }
        }
        source => {
            let given = [
                ("--source-endpoint", source_endpoint),
                ("--source-region", source_region),
                ("--source-profile", source_profile),
            ];
            let given = given.into_iter().find(|(_, value)| value.is_some());
            misplaced(given.map(|(name, _)| name), "a source that is a bucket")?;
            source
        }
    })
}

/// An option that would do nothing, or would be refused at the end, is a misunderstanding.
fn forbid_misplaced(args: &MigratePlanArgs) -> Result<(), Failure> {
    if args.urls || args.list.is_some() || !matches!(args.source, Source::Directory { .. }) {
        misplaced(
            args.links.first_given(),
            "a source that is a directory and is listed",
        )?;
    }
    match args.part_size {
        PartSizeWish::Asked(size) if size.get() < MIN_UPLOAD_PART_BYTES => Err(Failure::usage(
            format!("OSS takes no parts of {size}"),
            "--part-size is at least 100K",
        )),
        _ => Ok(()),
    }
}
