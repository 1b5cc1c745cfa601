//! STS, as far as roles go: `AssumeRole` and `AssumeRoleWithOIDC` (official documentation of both).

mod refusal;
mod signature;

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{Method, Response, StatusCode, request};
use jiff::Timestamp;
use serde_json::json;

use super::desk::{fail, typed};
use super::failing::Failing;
use super::issued::{Issued, Temporary};
use super::{Fakes, Role, Source, Symptom};
use crate::body::Body;
use crate::clock::iso_date;
use crate::id;
use crate::op::Incoming;
use crate::request::{Query, host_of};
use crate::settings::Access;
use crate::xml::Document;
use refusal::StsRefusal;

const VERSION: &str = "2015-04-01";
const SHORTEST_SESSION: Duration = Duration::from_mins(15);
/// No request is longer.
const MAX_FORM_BYTES: usize = 64 * 1024;
/// So many nonces are remembered, the oldest are forgotten first.
const MAX_NONCES: usize = 10_000;

/// What STS remembers: the nonces it has seen.
#[derive(Debug, Default)]
pub(super) struct Sts(Mutex<Nonces>);

#[derive(Debug, Default)]
struct Nonces {
    seen: HashSet<String>,
    oldest_first: VecDeque<String>,
}

impl Sts {
    /// Takes note of a nonce; false if it was used before.
    fn take(&self, nonce: String) -> bool {
        let mut nonces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !nonces.seen.insert(nonce.clone()) {
            return false;
        }
        nonces.oldest_first.push_back(nonce);
        if nonces.oldest_first.len() > MAX_NONCES
            && let Some(oldest) = nonces.oldest_first.pop_front()
        {
            nonces.seen.remove(&oldest);
        }
        true
    }
}

/// Whether a request without a path asks STS and not OSS, which knows neither the parameter nor
/// such a form.
pub(super) fn is_asked(head: &request::Parts) -> bool {
    let query = head.uri.query().unwrap_or("");
    let has_action = query.split('&').any(|term| term.starts_with("Action="));
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|c| c.to_str().ok());
    let is_form = content_type.is_some_and(|c| c.starts_with("application/x-www-form-urlencoded"));
    let is_post = head.method == Method::POST;
    head.uri.path() == "/"
        && (head.method == Method::GET || is_post)
        && (has_action || (is_post && is_form))
}

/// Who answers one request.
pub(super) struct Clerk<'d> {
    pub(super) fakes: &'d Fakes,
    pub(super) issued: &'d Issued,
    pub(super) failing: &'d Failing,
    pub(super) memory: &'d Sts,
    pub(super) access: &'d Access,
    pub(super) now: Timestamp,
}

/// A session of a role that has begun.
struct Session {
    /// What the document about it is called.
    document: &'static str,
    arn: String,
    name: String,
    credentials: Temporary,
}

impl Clerk<'_> {
    pub(super) async fn answer(&self, head: &request::Parts, mut body: Incoming) -> Response<Body> {
        let request_id = id::unique(self.now);
        // A form that is too long or broke off lacks its parameters, and is refused for that.
        let form = body.whole(MAX_FORM_BYTES).await.unwrap_or_default();
        let query = head.uri.query().unwrap_or("");
        let raw = format!("{query}&{}", String::from_utf8_lossy(&form));
        let parameters = Query::parse(&raw).unwrap_or_default();
        let as_json = parameters
            .get("Format")
            .is_some_and(|f| f.eq_ignore_ascii_case("json"));
        let outcome = match self.failure(&parameters) {
            Some(Symptom::Garbage) => return fail(Symptom::Garbage),
            Some(Symptom::Status(status)) => Err(StsRefusal::on_demand(status)),
            None => self.act(&head.method, &parameters),
        };
        match outcome {
            Ok(session) if as_json => session.to_json(&request_id),
            Ok(session) => session.to_xml(&request_id),
            Err(refusal) => refusal.answer(as_json, &host_of(head), &request_id),
        }
    }

    fn failure(&self, parameters: &Query) -> Option<Symptom> {
        let source = match parameters.get("Action")? {
            "AssumeRole" => Source::AssumeRole,
            "AssumeRoleWithOIDC" => Source::AssumeRoleWithOidc,
            _ => return None,
        };
        self.failing.call(source)
    }

    fn act(&self, method: &Method, parameters: &Query) -> Result<Session, StsRefusal> {
        let action = required(parameters, "Action")?;
        let begin = match action {
            "AssumeRole" => Self::assume_role,
            "AssumeRoleWithOIDC" => Self::assume_role_with_oidc,
            _ => return Err(StsRefusal::no_such_action()),
        };
        if required(parameters, "Version")? != VERSION {
            return Err(StsRefusal::no_such_version());
        }
        begin(self, method, parameters)
    }

    fn assume_role(&self, method: &Method, parameters: &Query) -> Result<Session, StsRefusal> {
        signature::verify(method, parameters, self)?;
        let role = self.role(parameters)?;
        let given = parameters.get("ExternalId");
        if role.external_id.is_some() && role.external_id.as_deref() != given {
            return Err(StsRefusal::not_allowed());
        }
        self.begin("AssumeRoleResponse", role, parameters)
    }

    fn assume_role_with_oidc(&self, _: &Method, parameters: &Query) -> Result<Session, StsRefusal> {
        let provider = required(parameters, "OIDCProviderArn")?;
        let token = required(parameters, "OIDCToken")?;
        let role = self.role(parameters)?;
        let mut providers = self.fakes.oidc_providers.iter();
        let provider = providers.find(|known| known.arn == provider);
        let provider = provider.ok_or_else(StsRefusal::no_such_provider)?;
        if provider.token != token {
            return Err(StsRefusal::bad_oidc_token());
        }
        self.begin("AssumeRoleWithOIDCResponse", role, parameters)
    }

    fn role(&self, parameters: &Query) -> Result<&Role, StsRefusal> {
        let arn = required(parameters, "RoleArn")?;
        let role = self.fakes.roles.iter().find(|role| role.arn == arn);
        role.ok_or_else(|| StsRefusal::no_such_role(arn))
    }

    fn begin(
        &self,
        document: &'static str,
        role: &Role,
        parameters: &Query,
    ) -> Result<Session, StsRefusal> {
        let name = required(parameters, "RoleSessionName")?;
        if !is_session_name(name) {
            return Err(StsRefusal::bad_session_name());
        }
        let lifetime = match parameters.non_empty("DurationSeconds") {
            None => self.fakes.lifetime,
            Some(text) => duration(text, role)?,
        };
        Ok(Session {
            document,
            arn: role.arn.clone(),
            name: name.to_owned(),
            credentials: self.issued.issue(self.now, lifetime),
        })
    }
}

fn required<'q>(parameters: &'q Query, name: &'static str) -> Result<&'q str, StsRefusal> {
    let value = parameters.non_empty(name);
    value.ok_or_else(|| StsRefusal::missing(name))
}

fn is_session_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'@' | b'-' | b'_');
    (2..=64).contains(&name.len()) && name.bytes().all(fits)
}

fn duration(text: &str, role: &Role) -> Result<Duration, StsRefusal> {
    let asked = text.parse().map(Duration::from_secs).ok();
    let bounds = SHORTEST_SESSION..=role.longest_session;
    let asked = asked.filter(|asked| bounds.contains(asked));
    asked.ok_or_else(StsRefusal::bad_duration)
}

impl Session {
    fn arn(&self) -> String {
        format!("{}/{}", self.arn, self.name)
    }

    fn id(&self) -> String {
        format!("300000000000000000:{}", self.name)
    }

    fn to_json(&self, request_id: &str) -> Response<Body> {
        let document = json!({
            "RequestId": request_id,
            "AssumedRoleUser": { "Arn": self.arn(), "AssumedRoleId": self.id() },
            "Credentials": {
                "AccessKeyId": self.credentials.id,
                "AccessKeySecret": self.credentials.secret,
                "SecurityToken": self.credentials.token,
                "Expiration": iso_date(self.credentials.expires),
            },
        });
        typed(StatusCode::OK, "application/json", document.to_string())
    }

    fn to_xml(&self, request_id: &str) -> Response<Body> {
        let document = Document::write(self.document, |root| {
            root.text("RequestId", request_id);
            root.nest("AssumedRoleUser", |user| {
                user.text("Arn", &self.arn());
                user.text("AssumedRoleId", &self.id());
            });
            root.nest("Credentials", |credentials| {
                credentials.text("AccessKeyId", &self.credentials.id);
                credentials.text("AccessKeySecret", &self.credentials.secret);
                credentials.text("SecurityToken", &self.credentials.token);
                credentials.text("Expiration", &iso_date(self.credentials.expires));
            });
        });
        typed(StatusCode::OK, "text/xml", document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_nonces_are_forgotten() {
        let sts = Sts::default();
        assert!(sts.take("first".to_owned()) && !sts.take("first".to_owned()));
        for n in 0..MAX_NONCES {
            assert!(sts.take(n.to_string()));
        }
        assert!(sts.take("first".to_owned()));
    }

    #[test]
    fn session_names_are_those_that_sts_takes() {
        assert!(is_session_name("a.b@c-d_9") && is_session_name(&"n".repeat(64)));
        let bad = ["", "a", "a b", "a/b", "é1", &"n".repeat(65)];
        assert!(bad.iter().all(|name| !is_session_name(name)));
    }
}
