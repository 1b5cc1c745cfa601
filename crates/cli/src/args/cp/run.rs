use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use ossum_many::{Filter, Rule};

/// How what is below a directory or prefix is copied.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Copying a directory or prefix (-r)")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// Upload what symbolic links lead to (this is the default)
    #[arg(long, overrides_with = "no_follow_symlinks")]
    pub(crate) follow_symlinks: bool,

    /// Leave symbolic links out of an upload
    #[arg(long, overrides_with = "follow_symlinks")]
    pub(crate) no_follow_symlinks: bool,
}

/// `--include` and `--exclude`, in the order in which they were typed.
#[derive(Debug, Default)]
pub(crate) struct FilterArgs(pub(crate) Vec<Rule>);

const INCLUDE: &str = "include";
const EXCLUDE: &str = "exclude";

const INCLUDE_HELP: &str = "\
Copy what matches, such as '*.jpg' (repeatable)

A pattern without / is a name at any depth, one with / a path below the source; it also matches all \
that is in a directory it matches. * and ? stop at /, ** does not. The last pattern that matches \
decides. What none matches is copied, unless the first pattern is an --include.";

const EXCLUDE_HELP: &str = "Leave out what matches (repeatable); see --include";

impl RunArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        super::first([
            ("--include and --exclude", !self.filter.0.is_empty()),
            ("--follow-symlinks", self.follow_symlinks),
            ("--no-follow-symlinks", self.no_follow_symlinks),
        ])
    }
}

impl FilterArgs {
    pub(crate) fn filter(&self) -> Filter {
        Filter::new(self.0.clone())
    }
}

impl Args for FilterArgs {
    fn augment_args(command: Command) -> Command {
        let option = |name: &'static str, help: &'static str| {
            let short = help.lines().next().unwrap_or_default();
            Arg::new(name)
                .long(name)
                .value_name("GLOB")
                .help(short)
                .long_help(help)
                .action(ArgAction::Append)
        };
        command
            .arg(option(INCLUDE, INCLUDE_HELP).value_parser(Rule::include))
            .arg(option(EXCLUDE, EXCLUDE_HELP).value_parser(Rule::exclude))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for FilterArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let of = |name| {
            let places = matches.indices_of(name).into_iter().flatten();
            let rules = matches.get_many::<Rule>(name).into_iter().flatten();
            places.zip(rules.cloned())
        };
        let mut rules: Vec<_> = of(INCLUDE).chain(of(EXCLUDE)).collect();
        rules.sort_by_key(|(place, _)| *place);
        Ok(Self(rules.into_iter().map(|(_, rule)| rule).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Only {
        #[command(flatten)]
        run: RunArgs,
    }

    fn takes(words: &[&str], name: &str) -> bool {
        let words = std::iter::once("x").chain(words.iter().copied());
        Only::parse_from(words).run.filter.filter().takes(name)
    }

    #[test]
    fn patterns_count_in_the_order_in_which_they_are_typed() {
        let some = ["--exclude", "*", "--include", "*.jpg"];
        assert!(takes(&some, "a.jpg") && !takes(&some, "b"));
        let none = ["--include", "*.jpg", "--exclude", "*"];
        assert!(!takes(&none, "a.jpg"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert!(Only::try_parse_from(["x", "--include", "["]).is_err());
    }
}
