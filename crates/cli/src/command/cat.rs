use ossum_transfer::{Options, Pour, Unverified};

use super::block_on;
use super::clients::Clients;
use super::limited::{limited, limiter};
use super::moving::{self, Job};
use crate::args::CatArgs;
use crate::failure::Failure;
use crate::session::Session;

/// Writes objects to standard output, one after the other.
pub(super) fn run(session: &Session, args: &CatArgs) -> Result<(), Failure> {
    if args.version_id.is_some() && args.objects.len() > 1 {
        return Err(Failure::usage(
            "--version-id is of one object, and there are several",
            "run cat for each of them",
        ));
    }
    let buckets = args.objects.iter().map(|object| &object.bucket);
    let clients = Clients::of_all(session, buckets)?;
    let limiter = limiter(args.limit.as_ref());
    block_on(async {
        for object in &args.objects {
            let pour = Pour {
                version_id: args.version_id.clone(),
                range: args.range,
                unverified: if args.allow_unverified {
                    Unverified::Allow
                } else {
                    Unverified::Refuse
                },
                options: Options {
                    concurrency: args.concurrency.0,
                    memory_bytes: args.memory.get(),
                    ..Options::default()
                },
                ..Pour::new(object.clone())
            };
            let job = Job::Pour(Box::new(pour));
            let client = limited(clients.of(&object.bucket)?, limiter.as_ref());
            let done = moving::carry_out(session, &client, &job).await?;
            let told = session.output.last_in_json(&done);
            told.map_err(Failure::Output)?;
        }
        Ok(())
    })
}
