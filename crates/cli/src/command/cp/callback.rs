//! Whom OSS tells of an object: from what was typed to what OSS takes.

use std::path::PathBuf;

use ossum_client::op::Callback;
use serde_json::{Map, Value};

use crate::args::{CallbackArgs, KeyValue};
use crate::failure::Failure;

/// The callback that was asked for, if one was.
pub(super) fn of(args: &CallbackArgs) -> Result<Option<Callback>, Failure> {
    let Some(given) = &args.callback else {
        return Ok(None);
    };
    let json = match given.strip_prefix('@') {
        Some(path) => read(path.into())?,
        None => given.clone(),
    };
    check(&json)?;
    Ok(Some(Callback {
        json,
        variables_json: variables(&args.callback_var)?,
    }))
}

fn read(path: PathBuf) -> Result<String, Failure> {
    std::fs::read_to_string(&path).map_err(|source| Failure::Local {
        action: "read the callback in",
        path,
        source,
    })
}

/// OSS would store the object before it says that the callback makes no sense.
fn check(json: &str) -> Result<(), Failure> {
    let parsed: Result<Map<String, Value>, _> = serde_json::from_str(json);
    let names = parsed.map_err(|error| refuse(&format!("is no JSON object: {error}")))?;
    for name in ["callbackUrl", "callbackBody"] {
        if !names.get(name).is_some_and(Value::is_string) {
            return Err(refuse(&format!("has no {name}")));
        }
    }
    Ok(())
}

fn refuse(what: &str) -> Failure {
    Failure::usage(
        format!("the callback {what}"),
        r#"write it like {"callbackUrl":"https://HOST/PATH","callbackBody":"key=${object}"}"#,
    )
}

fn variables(given: &[KeyValue]) -> Result<Option<String>, Failure> {
    let mut variables = Map::new();
    for KeyValue(name, value) in given {
        if !name.starts_with("x:") {
            return Err(Failure::usage(
                format!("{name} is no variable of a callback: their names begin with x:"),
                format!("write --callback-var x:{name}=VALUE, and ${{x:{name}}} in the callback"),
            ));
        }
        variables.insert(name.clone(), Value::String(value.clone()));
    }
    let some = !variables.is_empty();
    Ok(some.then(|| Value::Object(variables).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"callbackUrl":"http://h/p","callbackBody":"k=${object}"}"#;

    fn args(callback: &str, variables: &[&str]) -> CallbackArgs {
        CallbackArgs {
            callback: Some(callback.to_owned()),
            callback_var: variables.iter().map(|pair| pair.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn variables_become_json() {
        let callback = of(&args(GOOD, &["x:a=1", "x:b=\"&"])).unwrap().unwrap();
        assert_eq!(callback.json, GOOD);
        let expected = r#"{"x:a":"1","x:b":"\"&"}"#;
        assert_eq!(callback.variables_json.as_deref(), Some(expected));
        assert_eq!(of(&args(GOOD, &[])).unwrap().unwrap().variables_json, None);
    }

    #[test]
    fn what_oss_would_not_understand_is_refused_before_anything_is_stored() {
        for (json, variables) in [
            ("nonsense", &[][..]),
            ("[]", &[]),
            (r#"{"callbackUrl":"http://h/p"}"#, &[]),
            (GOOD, &["a=1"]),
            ("@/no/such/file", &[]),
        ] {
            assert!(of(&args(json, variables)).is_err(), "{json} {variables:?}");
        }
    }
}
