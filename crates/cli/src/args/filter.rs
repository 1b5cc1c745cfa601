use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use ossum_many::{Filter, Rule};

/// `--include` and `--exclude`, in the order in which they were typed.
#[derive(Debug, Default)]
pub(crate) struct FilterArgs(Vec<Rule>);

const INCLUDE: &str = "include";
const EXCLUDE: &str = "exclude";

const INCLUDE_HELP: &str = "\
Take what matches, such as '*.jpg' (repeatable)

A pattern without / is a name at any depth, one with / a path below the directory or prefix; it also \
matches all that is in a directory it matches. * and ? stop at /, ** does not. The last pattern that \
matches decides. What none matches is taken, unless the first pattern is an --include.";

const EXCLUDE_HELP: &str = "Leave out what matches (repeatable); see --include";

impl FilterArgs {
    /// The option that was typed first, if any was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        Some(match self.0.first()? {
            Rule::Include(_) => "--include",
            Rule::Exclude(_) => "--exclude",
        })
    }

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
        filter: FilterArgs,
    }

    fn parse(words: &[&str]) -> FilterArgs {
        let words = std::iter::once("x").chain(words.iter().copied());
        Only::parse_from(words).filter
    }

    fn takes(words: &[&str], name: &str) -> bool {
        parse(words).filter().takes(name)
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

    #[test]
    fn the_option_that_was_typed_first_is_the_one_that_is_named() {
        let typed = ["--exclude", "*", "--include", "*.jpg"];
        assert_eq!(parse(&typed).first_given(), Some("--exclude"));
        assert_eq!(parse(&[]).first_given(), None);
    }
}
