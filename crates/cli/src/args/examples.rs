//! What the documentation tells people to type is something that can be typed.

use clap::Parser;

use super::Args;

const PAGES: [(&str, &str); 4] = [
    ("README.md", include_str!("../../../../README.md")),
    (
        "docs/cookbook.md",
        include_str!("../../../../docs/cookbook.md"),
    ),
    (
        "docs/migrate.md",
        include_str!("../../../../docs/migrate.md"),
    ),
    (
        "docs/semantics.md",
        include_str!("../../../../docs/semantics.md"),
    ),
];

#[test]
fn every_command_in_the_documentation_is_understood() {
    let mut commands = 0;
    for (page, text) in PAGES {
        for words in code_lines(text).flat_map(commands_in) {
            if let Err(refusal) = Args::try_parse_from(&words) {
                assert!(!refusal.use_stderr(), "{page}: {words:?}: {refusal}");
            }
            commands += 1;
        }
    }
    assert!(
        commands > 50,
        "the pages have lost their commands: {commands}"
    );
}

/// The lines of a page that are code: indented, or between fences.
fn code_lines(page: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    page.lines().filter(move |line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fence && (fenced || line.starts_with("    "))
    })
}

/// The calls of ossum on a line, without what the shell takes for itself.
fn commands_in(line: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let line = line.replace("; ", " ; ");
    let words = shlex::split(&line).unwrap_or_default();
    let is_shells = |word: &String| {
        let word = word.as_str();
        word.starts_with(['|', '>', '<', '&', '#']) || word.starts_with("2>") || word == ";"
    };
    for part in words.split(is_shells) {
        let from = part
            .iter()
            .position(|word| word == "ossum" || word == "$(ossum");
        // An ellipsis stands for anything; prose and diagrams are no calls.
        let Some(from) = from.filter(|_| !part.iter().any(|word| word.contains("..."))) else {
            continue;
        };
        if part[..from].iter().all(|word| is_before_a_command(word)) {
            let words = part[from..].iter();
            let words = words.map(|word| word.trim_end_matches(')').to_owned());
            commands.push(words.collect());
        }
    }
    commands
}

/// A prompt, a variable that is set, and what a shell puts before a command.
fn is_before_a_command(word: &str) -> bool {
    word.contains('=') || ["$", "until", "if", "!", "while", "{"].contains(&word)
}

#[test]
fn calls_are_found_among_what_the_shell_takes() {
    let found = commands_in("until OSS_REGION=x ossum cp 'a b' oss://b/ > log; do");
    assert_eq!(found, [["ossum", "cp", "a b", "oss://b/"]]);
    let found = commands_in("pg_dump db | ossum cp - oss://b/k && ossum ls # ossum frob");
    assert_eq!(found.len(), 2);
    assert!(commands_in("hint: ossum jobs ... that").is_empty());
}
