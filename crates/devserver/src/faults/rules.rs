use std::str::FromStr;

use super::check::{InvalidRules, check};
use super::{Rule, parse};

/// What goes wrong, in the order in which it does.
///
/// All rules that are due at a request take effect, one after the other; each counts on its own.
///
/// ```
/// use ossum_devserver::faults::{Effect, Moment, Rule, Rules};
/// use ossum_devserver::Operation;
///
/// let reset = Effect::Reset(Moment::BeforeAnswer);
/// let in_code = Rules::new().rule(Rule::on(Operation::UploadPart).nth(3).then(reset));
/// let in_toml = "[[rule]]\n\
///                operation = 'UploadPart'\n\
///                nth = 3\n\
///                then = { reset = 'before_answer' }\n";
/// assert_eq!(in_toml.parse(), Ok(in_code));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// No rules: nothing goes wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `rule` behind those there are.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.0.push(rule);
        self
    }

    /// The rules in order.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks for rules that could never do anything.
    ///
    /// Rules from TOML have passed this. Those made in code need not: they do nothing then.
    ///
    /// # Errors
    /// [`InvalidRules`] of the first such rule, which it names.
    pub fn check(&self) -> Result<(), InvalidRules> {
        let mut numbered = (1..).zip(&self.0);
        numbered.try_for_each(|(number, rule)| {
            check(rule).map_err(|reason| InvalidRules::of_rule(number, rule.name(), None, &reason))
        })
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}

impl IntoIterator for Rules {
    type Item = Rule;
    type IntoIter = std::vec::IntoIter<Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromStr for Rules {
    type Err = InvalidRules;

    /// Reads a TOML document of `[[rule]]` tables.
    fn from_str(text: &str) -> Result<Self, InvalidRules> {
        parse::rules(text)
    }
}
