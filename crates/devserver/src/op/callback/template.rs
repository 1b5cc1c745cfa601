use crate::request::encode;

/// How the body of a callback is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Url,
    Json,
}

impl Form {
    /// The form that `callbackBodyType` names; the first one if it names none.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        match content_type {
            "" | "application/x-www-form-urlencoded" => Some(Self::Url),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Url => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }

    /// A value as it stands in a body of this form; a number is one in JSON too.
    fn write(self, value: &str) -> String {
        match self {
            Self::Url => encode(value),
            Self::Json if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                value.to_owned()
            }
            Self::Json => serde_json::Value::from(value).to_string(),
        }
    }
}

/// Replaces each `${name}` in `template` by its value; what is unknown is empty.
pub(super) fn fill<'v>(
    template: &str,
    form: Form,
    value_of: impl Fn(&str) -> Option<&'v str>,
) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push_str("${");
            rest = after;
            break;
        };
        filled.push_str(&form.write(value_of(name).unwrap_or("")));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, form: Form) -> String {
        fill(template, form, |name| match name {
            "object" => Some("a b\"&"),
            "size" => Some("12"),
            "twice" => Some("${size}"),
            _ => None,
        })
    }

    #[test]
    fn values_cannot_break_out_of_their_place() {
        assert_eq!(
            filled("o=${object}&s=${size}", Form::Url),
            "o=a%20b%22%26&s=12"
        );
        let json = r#"{"o":"a b\"&","s":12,"n":""}"#;
        let template = r#"{"o":${object},"s":${size},"n":${none}}"#;
        assert_eq!(filled(template, Form::Json), json);
    }

    #[test]
    fn what_is_no_variable_stays() {
        for text in ["", "plain", "${", "a${b", "$", "}", "${size", "$${"] {
            assert_eq!(filled(text, Form::Url), text);
        }
        assert_eq!(filled("${twice}", Form::Url), "%24%7Bsize%7D");
    }
}
