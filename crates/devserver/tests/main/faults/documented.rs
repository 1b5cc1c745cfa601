use ossum_devserver::faults::Rules;

const PAGE: &str = include_str!("../../../../../docs/faults.md");

/// The names of all effects, as the reader of rules lists them.
fn effects() -> Vec<String> {
    let why = "[[rule]]\nthen = 'none such'\n".parse::<Rules>();
    let why = why.unwrap_err().to_string();
    let (_, names) = why.split_once("expected one of ").unwrap();
    let names = names.split(", ").map(|name| name.trim_matches('`'));
    names.map(str::to_owned).collect()
}

/// The rows of the table of effects: a name, and an example.
fn rows() -> Vec<(&'static str, &'static str)> {
    let cells = |line: &'static str| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.strip_suffix('`')?;
        let example = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((name, example))
    };
    PAGE.lines().filter_map(cells).collect()
}

#[test]
fn every_effect_has_a_row_and_every_row_an_effect() {
    let mut documented: Vec<&str> = rows().into_iter().map(|(name, _)| name).collect();
    documented.dedup();
    let mut effects = effects();
    effects.retain(|name| name != "nothing");
    documented.sort_unstable();
    effects.sort_unstable();
    assert_eq!(documented, effects);
}

#[test]
fn every_example_of_an_effect_is_a_rule() {
    for (name, example) in rows() {
        assert!(example.contains(name), "{example}");
        let rules = format!("[[rule]]\n{example}\n").parse::<Rules>();
        assert_eq!(rules.map(|rules| rules.len()), Ok(1), "{example}");
    }
}

#[test]
fn every_condition_has_a_row_with_an_example() {
    let why = "[[rule]]\nnone_such = 1\n".parse::<Rules>().unwrap_err();
    let why = why.to_string();
    let (_, names) = why.split_once("expected one of ").unwrap();
    let names = names.split(", ").map(|name| name.trim_matches('`'));
    // These are no conditions of their own.
    let names = names.filter(|name| !["name", "seed", "then"].contains(name));
    for name in names {
        let row = format!("| `{name} = ");
        let row = PAGE.lines().find(|line| line.starts_with(&row)).unwrap();
        let (example, _) = row[3..].split_once("` |").unwrap();
        let rules = format!("[[rule]]\n{example}\nthen = 'gzip'\n").parse::<Rules>();
        assert!(rules.is_ok(), "{rules:?}");
    }
}

#[test]
fn every_example_file_can_be_read() {
    let examples: Vec<&str> = PAGE.split("```toml\n").skip(1).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let rules = example.split("```").next().unwrap().parse::<Rules>();
        assert!(
            rules.as_ref().is_ok_and(|rules| !rules.is_empty()),
            "{rules:?}\n{example}"
        );
    }
}
