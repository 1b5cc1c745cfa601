use std::io::Write as _;

use ossum_migrate::{Job, Recipe};

use super::places;
use crate::args::{MigrateRecipeArgs, WorkPlace};
use crate::failure::Failure;
use crate::session::Session;

/// Prints the file by which an engine carries out what was planned.
pub(super) fn run(session: &Session, args: &MigrateRecipeArgs) -> Result<(), Failure> {
    let job = Job::read(&places::work(session, &args.work)?)?;
    let recipe = Recipe {
        work: everywhere(&args.work.work)?,
        is_directory: matches!(args.work.work, WorkPlace::Directory(_)),
        shards: job.shards,
        workers: args.workers,
        options: options(args),
        image: args.image.clone(),
    };
    let file = recipe.render(args.engine.into());
    let written = std::io::stdout().lock().write_all(file.as_bytes());
    written.map_err(Failure::Output)
}

/// The work place as machines are told it, wherever they start programs.
fn everywhere(work: &WorkPlace) -> Result<String, Failure> {
    let path = match work {
        WorkPlace::Prefix(url) => return Ok(url.to_string()),
        WorkPlace::Directory(path) => path,
    };
    let absolute = std::path::absolute(path).map_err(|source| Failure::Local {
        action: "find",
        path: path.clone(),
        source,
    })?;
    let text = absolute.into_os_string().into_string();
    text.map_err(|_| {
        let message = "a file cannot name this work place: its path is not UTF-8";
        Failure::usage(message, "use a directory with another name")
    })
}

/// What `run-shard` is told of the fleet: rates, and among how many they are divided.
fn options(args: &MigrateRecipeArgs) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |option: &str, value: String| words.extend([option.to_owned(), value]);
    if let Some(limit) = &args.limit {
        say("--limit", limit.clone());
    }
    if let Some(requests) = args.requests_per_second {
        say("--requests-per-second", requests.to_string());
    }
    if !words.is_empty() {
        words.extend(["--workers".to_owned(), args.workers.to_string()]);
    }
    words
}
