//! Measures ossum against the floor and its peers, side by side in one run.
//!
//! Every case is done by each tool in turn, several times over, against a bare [`server`] in this
//! process; [`measure`] has the operating system say what each cost. Figures that depend on the
//! machine are printed, never asserted: a benchmark that misses fails nothing. Start at [`case`].

mod args;
mod case;
mod chart;
mod measure;
mod peers;
mod places;
mod report;
mod row;
mod sample;
mod server;
mod tool;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use args::{Arguments, Command, RunArguments, ServeArguments};
use places::Places;
use report::Report;
use server::{Server, Speaks, Store};

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(arguments) => run(&arguments),
        Command::Serve(arguments) => serve(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &RunArguments) -> anyhow::Result<()> {
    let places = Places::make(arguments)?;
    let mut report = Report::new(arguments);
    for case in arguments.cases() {
        report.begin(case);
        report.add(case::run(case, &places, arguments)?);
    }
    report.finish(arguments)
}

/// Serves until it is killed, for a profiler or a tool run by hand.
fn serve(arguments: &ServeArguments) -> anyhow::Result<()> {
    let store = Arc::new(Store::default());
    for (key, size) in &arguments.objects {
        store.offer([key.clone()], *size);
    }
    let speaks = match &arguments.tls {
        None => Speaks::Http,
        Some(_) => Speaks::Https,
    };
    let server = Server::start(&arguments.listen, speaks, store)?;
    if let (Some(path), Some(pem)) = (&arguments.tls, &server.ca_pem) {
        std::fs::write(path, pem)?;
    }
    report::say(&server.url());
    loop {
        std::thread::park();
    }
}
