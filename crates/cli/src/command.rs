//! One file per command. Each resolves what was typed, carries it out, and tells the result.

mod below;
mod cat;
mod clients;
mod completions;
mod config;
mod cp;
mod demo;
mod doctor;
mod du;
mod hash;
mod jobs;
mod limited;
mod ls;
mod man;
mod many;
mod migrate;
mod moving;
mod parts;
mod restore;
mod rm;
mod serve;
mod sign;
mod stat;
mod sync;

pub(crate) use du::{Amount, Tally};
pub(crate) use hash::Digests;

pub(crate) use self::parts::Unfinished;
use crate::args::Command;
use crate::failure::Failure;
use crate::session::Session;

/// Carries out `command`.
pub(crate) fn run(session: &Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Cp(args) => cp::run(session, &args),
        Command::Sync(args) => sync::run(session, &args),
        Command::Ls(args) => ls::run(session, args),
        Command::Cat(args) => cat::run(session, &args),
        Command::Stat(args) => stat::run(session, &args),
        Command::Rm(args) => rm::run(session, &args),
        Command::Du(args) => du::run(session, &args),
        Command::Hash(args) => hash::run(session, &args),
        Command::Sign(args) => sign::run(session, &args),
        Command::Jobs(args) => jobs::run(session, &args),
        Command::Restore(args) => restore::run(session, &args),
        Command::Parts(args) => parts::run(session, &args),
        Command::Migrate(args) => migrate::run(session, &args),
        Command::Config(args) => config::run(session, &args),
        Command::Doctor(args) => doctor::run(session, &args),
        Command::Serve(args) => serve::run(session, &args),
        Command::Demo(args) => demo::run(session, &args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(&args),
    }
}

/// Runs `work` to its end on this thread. Transfers bring threads of their own.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|source| Failure::System {
        action: "set up the network".to_owned(),
        source,
    })?;
    runtime.block_on(work)
}
