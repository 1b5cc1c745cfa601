//! Finds rules that could never do anything: whoever wrote one meant something else.

use std::error::Error;
use std::fmt;

use http::header::CONTENT_LENGTH;

use super::{Effect, Moment, Rule};
use crate::Operation;

/// More rules than this are a mistake.
pub(super) const MAX_RULES: usize = 1000;
/// A longer text is not read.
pub(super) const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// Why rules are refused; says which rule, and in which line if they came as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRules(String);

impl InvalidRules {
    pub(super) fn of_rule(
        number: usize,
        name: Option<&str>,
        line: Option<usize>,
        reason: &str,
    ) -> Self {
        let name = name.map_or(String::new(), |name| format!(" {name:?}"));
        let line = line.map_or(String::new(), |line| format!(" (line {line})"));
        Self(format!("rule {number}{name}{line}: {reason}"))
    }

    pub(super) fn of_line(line: usize, reason: &str) -> Self {
        Self(format!("line {line}: {reason}"))
    }

    pub(super) fn too_much(what: &str) -> Self {
        Self(format!("the rules are refused: {what}"))
    }
}

impl fmt::Display for InvalidRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for InvalidRules {}

pub(super) fn check(rule: &Rule) -> Result<(), String> {
    check_counts(rule)?;
    check_conditions(rule)?;
    check_effect(rule)
}

fn check_counts(rule: &Rule) -> Result<(), String> {
    let counts = [
        ("nth", rule.nth),
        ("from", rule.from),
        ("count", rule.count),
        ("connection", rule.connection),
        ("request_of_connection", rule.request_of_connection),
        ("in_flight", rule.in_flight.map(|least| least as u64)),
    ];
    if let Some((name, _)) = counts.iter().find(|(_, count)| *count == Some(0)) {
        return Err(format!("`{name}` counts from 1"));
    }
    if rule.nth.is_some() && (rule.from.is_some() || rule.count.is_some()) {
        return Err("`nth` is one request: leave out `from` and `count`".to_owned());
    }
    match (rule.probability, rule.seed) {
        (Some(p), _) if !(0.0..=1.0).contains(&p) => {
            Err("`probability` is not between 0 and 1".to_owned())
        }
        (None, Some(_)) => Err("`seed` without `probability`".to_owned()),
        _ => Ok(()),
    }
}

fn check_conditions(rule: &Rule) -> Result<(), String> {
    if rule.part.is_some() {
        only(rule, "`part`", has_part_number)?;
    }
    if rule.key.is_some() {
        only(rule, "`key`", is_on_object)?;
    }
    if rule.bucket.is_some() {
        only(rule, "`bucket`", |operation| {
            operation != Operation::ListBuckets
        })?;
    }
    Ok(())
}

fn check_effect(rule: &Rule) -> Result<(), String> {
    let what = format!("`{}`", rule.then.name());
    match &rule.then {
        Effect::SlowConnection(0) => {
            Err("`slow_connection` at 0 bytes a second is a `stall`".to_owned())
        }
        Effect::RefuseConnection | Effect::SlowConnection(_) => check_on_connection(rule, &what),
        Effect::Trickle(0) => Err("`trickle` at 0 bytes a second is a `stall`".to_owned()),
        Effect::Answer(answer) if answer.status.as_u16() < 200 => {
            Err("`status` is no final answer's".to_owned())
        }
        Effect::Answer(answer) if answer.early && answer.carried_out => {
            Err("an answer cannot be both `early` and `carried_out`".to_owned())
        }
        Effect::Answer(answer) if answer.message.is_some() && answer.code.is_none() => {
            Err("`message` without `code`".to_owned())
        }
        Effect::Answer(answer) if !answer.details.keys().all(|name| is_element(name)) => {
            Err("`details` has a name that no element has".to_owned())
        }
        Effect::Redirect(redirect) if !redirect.status.is_redirection() => {
            Err("`status` is no redirect's".to_owned())
        }
        Effect::SetHeader { name, value } if name == CONTENT_LENGTH => {
            let len = value.to_str().ok().and_then(|len| len.parse::<u64>().ok());
            let no_len = || "the value of `Content-Length` is no length".to_owned();
            len.map(drop).ok_or_else(no_len)
        }
        Effect::CorruptRequest(_)
        | Effect::NeverContinue
        | Effect::Reset(Moment::AfterRequestBytes(_))
        | Effect::Close(Moment::AfterRequestBytes(_)) => only(rule, &what, may_have_body),
        Effect::Range(_) => only(rule, &what, |operation| operation == Operation::GetObject),
        Effect::Listing(lie) if lie.is_about_parts() => {
            only(rule, &what, |operation| operation == Operation::ListParts)
        }
        Effect::Listing(_) => only(rule, &what, is_listing),
        Effect::ReplaceObject(_) | Effect::TouchObject(_) | Effect::DeleteObject(_) => {
            only(rule, &what, is_on_object)
        }
        Effect::DropUpload(_) | Effect::Part(_) => only(rule, &what, is_on_upload),
        _ => Ok(()),
    }
}

/// Whether an element of an error document can have this name.
fn is_element(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    letters && name.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// What happens to a connection knows no request.
fn check_on_connection(rule: &Rule, what: &str) -> Result<(), String> {
    let about_requests = !rule.operation.is_empty()
        || rule.bucket.is_some()
        || rule.key.is_some()
        || rule.part.is_some()
        || rule.request_of_connection.is_some()
        || rule.in_flight.is_some();
    if about_requests {
        return Err(format!(
            "{what} comes before any request: its conditions are \
             `connection`, `nth`, `from`, `count` and `probability`"
        ));
    }
    Ok(())
}

/// Refuses operations to which `what` cannot apply.
fn only(rule: &Rule, what: &str, applies: impl Fn(Operation) -> bool) -> Result<(), String> {
    match rule
        .operation
        .iter()
        .find(|operation| !applies(**operation))
    {
        Some(operation) => Err(format!("{what} means nothing to {operation}")),
        None => Ok(()),
    }
}

fn has_part_number(operation: Operation) -> bool {
    operation.to_string().starts_with("UploadPart")
}

fn is_listing(operation: Operation) -> bool {
    operation.to_string().starts_with("List") && operation != Operation::ListBuckets
}

fn is_on_upload(operation: Operation) -> bool {
    has_part_number(operation)
        || matches!(
            operation,
            Operation::AbortMultipartUpload
                | Operation::CompleteMultipartUpload
                | Operation::ListParts
        )
}

fn is_on_object(operation: Operation) -> bool {
    let name = operation.to_string();
    let on_bucket = name.contains("Bucket") || operation == Operation::DeleteMultipleObjects;
    !on_bucket && (!is_listing(operation) || operation == Operation::ListParts)
}

fn may_have_body(operation: Operation) -> bool {
    let name = operation.to_string();
    let bodiless = ["Abort", "Delete", "Get", "Head", "List", "Initiate"];
    operation == Operation::DeleteMultipleObjects
        || !bodiless.iter().any(|start| name.starts_with(start))
}
