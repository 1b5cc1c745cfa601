//! The pages of docs/commands are the help of each command: made from it, and held against it.
//!
//! `OSSUM_WRITE_PAGES=1 cargo test -p ossum-cli pages` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};

use super::Args;

/// What stands between the commands and the options of all of them.
const MORE: &str = "
[The cookbook](../cookbook.md) has recipes, [semantics](../semantics.md) says what is left after every kind
of end, and [json.schema.json](../json.schema.json) has every line that `--json` prints.

## Options of all commands
";

const TERMINAL_COLUMNS: usize = 100;

#[test]
fn the_pages_of_all_commands_are_their_help() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands");
    let pages = pages();
    if std::env::var_os("OSSUM_WRITE_PAGES").is_some() {
        write(&directory, &pages);
    }
    let again = "write them anew: OSSUM_WRITE_PAGES=1 cargo test -p ossum-cli pages";
    for (name, page) in &pages {
        let kept = fs::read_to_string(directory.join(name)).unwrap_or_default();
        assert_eq!(&kept, page, "docs/commands/{name} is not the help; {again}");
    }
    let kept: Vec<_> = names_in(&directory);
    let made: Vec<_> = pages.keys().cloned().collect();
    assert_eq!(
        kept, made,
        "a page has no command, or a command no page; {again}"
    );
}

fn write(directory: &Path, pages: &BTreeMap<String, String>) {
    fs::create_dir_all(directory).expect("the directory can be made");
    for name in names_in(directory) {
        fs::remove_file(directory.join(name)).expect("a page can be removed");
    }
    for (name, page) in pages {
        fs::write(directory.join(name), page).expect("a page can be written");
    }
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("docs/commands is there");
    let path = |entry: std::io::Result<fs::DirEntry>| entry.expect("it can be read").path();
    let name = |path: PathBuf| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let mut names: Vec<_> = entries.map(path).filter_map(name).collect();
    names.sort();
    names
}

/// Each page by its file's name.
fn pages() -> BTreeMap<String, String> {
    let mut root = Args::command()
        .disable_help_flag(true)
        .term_width(TERMINAL_COLUMNS);
    root.build();
    let mut pages = BTreeMap::from([("README.md".to_owned(), index(&root))]);
    for command in root.get_subcommands() {
        let mut page = format!("# ossum {}\n", command.get_name());
        add(&mut page, "ossum", command);
        page.push_str("\nOptions of all commands: [ossum](README.md).\n");
        pages.insert(format!("{}.md", command.get_name()), page);
    }
    pages
}

/// The help of a command, and of all below it.
fn add(page: &mut String, above: &str, command: &Command) {
    let name = format!("{above} {}", command.get_name());
    let own = command.clone().mut_args(|arg| {
        let hidden = arg.is_hide_set() || arg.is_global_set();
        arg.hide(hidden).hide_short_help(false)
    });
    page.push_str(&block(own));
    for below in command.get_subcommands() {
        // Writing to a String does not fail.
        let _ = writeln!(page, "\n## {name} {}", below.get_name());
        add(page, &name, below);
    }
}

fn index(root: &Command) -> String {
    let mut page = String::from("# Commands\n\n| command | what it does |\n|---|---|\n");
    for command in root.get_subcommands() {
        let name = command.get_name();
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default();
        let _ = writeln!(page, "| [`{name}`]({name}.md) | {about} |");
    }
    page.push_str(MORE);
    page.push_str(&block(root.clone()));
    page
}

fn block(mut command: Command) -> String {
    let help = command.render_long_help().to_string();
    let lines: Vec<_> = help.lines().map(str::trim_end).collect();
    format!("\n```text\n{}\n```\n", lines.join("\n").trim_end())
}
