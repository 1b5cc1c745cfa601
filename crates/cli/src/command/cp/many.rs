//! What is below a directory or prefix, by `cp -r`.

use ossum_many::{IfExists as RunIfExists, Run};

use super::job;
use crate::args::{CpArgs, IfExists};
use crate::command::many::{Asked, Compares, route};
use crate::failure::Failure;
use crate::session::Session;

/// Copies what is below the source to below the destination.
pub(super) fn run(session: &Session, args: &CpArgs) -> Result<(), Failure> {
    let streams = || {
        Failure::usage(
            "standard input and output (-) are one file, and -r copies many",
            "leave out -r, or name a directory",
        )
    };
    let route = route(&args.source, &args.destination, streams)?;
    job::forbid_misplaced_in_run(args, &route)?;
    let asked = Asked {
        typed: args.typed(),
        moving: &args.moving,
        kept: &args.checkpoint.kept,
        object: &args.object,
        dry_run: args.dry_run,
    };
    let run = Run {
        filter: args.run.filter.filter(),
        links: args.run.links.links(),
        if_exists: match args.if_exists {
            IfExists::Overwrite => RunIfExists::Overwrite,
            IfExists::Skip => RunIfExists::Skip,
            IfExists::Newer => RunIfExists::Newer,
            IfExists::Fail => RunIfExists::Fail,
        },
        unverified: job::unverified(args.download.allow_unverified),
        verify_kept: args.upload.verify_kept.unwrap_or_default().into(),
        ..asked.run(session, route)?
    };
    asked.carry_out(session, run, Compares::No, ossum_many::run)
}
