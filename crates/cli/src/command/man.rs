//! The manual, from what clap knows: the same words as the help.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::args::{Args, ManArgs};
use crate::failure::Failure;

/// Prints the manual page of the whole, or writes one for each command.
pub(super) fn run(args: &ManArgs) -> Result<(), Failure> {
    let mut command = Args::command().disable_help_flag(true);
    command.build();
    let Some(directory) = &args.directory else {
        let page = page(command).map_err(Failure::Output)?;
        let written = io::stdout().lock().write_all(&page);
        return written.map_err(Failure::Output);
    };
    for command in with_all_below(&command) {
        // `ossum cp` is documented as ossum-cp(1).
        let name = command.get_display_name();
        let name = name.unwrap_or_else(|| command.get_name());
        let path = directory.join(format!("{name}.1"));
        let written = page(command).and_then(|page| std::fs::write(&path, page));
        written.map_err(|source| Failure::Local {
            action: "write",
            path,
            source,
        })?;
    }
    Ok(())
}

/// The command and all below it.
fn with_all_below(command: &Command) -> Vec<Command> {
    let below = command.get_subcommands().flat_map(with_all_below);
    std::iter::once(command.clone()).chain(below).collect()
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let examples = command.get_before_help().map(ToString::to_string);
    let has_commands = command.has_subcommands();
    let has_more = command.get_after_help().is_some();
    // What the short help leaves out would be left without its text.
    let man = Man::new(command.mut_args(|arg| arg.hide_short_help(false)));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    if let Some(examples) = examples {
        examples_section(&examples).to_writer(&mut page)?;
    }
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    if has_more {
        man.render_extra_section(&mut page)?;
    }
    Ok(page)
}

/// The examples as they stand, without the word that introduces them in the help.
fn examples_section(examples: &str) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in examples.lines().skip(1) {
        section.text([roman(line.trim_start())]);
    }
    section.control("fi", []);
    section
}
