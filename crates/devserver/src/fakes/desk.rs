use std::time::Duration;

use http::header::{CONTENT_TYPE, ORIGIN};
use http::{HeaderValue, Method, Response, StatusCode, request};
use jiff::Timestamp;

use super::failing::Failing;
use super::issued::Issued;
use super::metadata::Instance;
use super::sts::{self, Sts};
use super::{Fakes, Source, Symptom};
use crate::body::Body;
use crate::op::Incoming;
use crate::request::{HostNames, Target, host_of};
use crate::settings::{Access, Settings};
use crate::{Clock, answer};

/// Where everyone who wants credentials asks.
#[derive(Debug)]
pub(crate) struct Desk {
    fakes: Fakes,
    access: Access,
    clock: Clock,
    latency: Duration,
    issued: Issued,
    failing: Failing,
    sts: Sts,
    instance: Option<Instance>,
}

/// Who is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Sts,
    Instance,
    Uri,
}

impl Desk {
    /// The desk that `settings` describe; `None` if nothing is handed out.
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let fakes = settings.fakes.clone()?;
        Some(Self {
            access: settings.access.clone(),
            clock: settings.clock.clone(),
            latency: settings.latency,
            issued: Issued::default(),
            failing: Failing::new(&fakes.failures),
            sts: Sts::default(),
            instance: fakes.ecs_role.clone().map(Instance::new),
            fakes,
        })
    }

    /// What was handed out.
    pub(crate) fn issued(&self) -> &Issued {
        &self.issued
    }

    pub(super) fn failing(&self) -> &Failing {
        &self.failing
    }

    /// Answers a request to whom it [asks](Self::asked).
    pub(crate) async fn answer(
        &self,
        asked: Asked,
        head: &request::Parts,
        body: Incoming,
    ) -> Response<Body> {
        // A web page could otherwise ask on behalf of who looks at it.
        if head.headers.contains_key(ORIGIN) {
            return plain(StatusCode::FORBIDDEN, "no web page is let in\n");
        }
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let now = self.clock.now();
        match asked {
            Asked::Sts => {
                let clerk = sts::Clerk {
                    fakes: &self.fakes,
                    issued: &self.issued,
                    failing: &self.failing,
                    memory: &self.sts,
                    access: &self.access,
                    now,
                };
                clerk.answer(head, body).await
            }
            Asked::Instance => self.ask_instance(head, now),
            Asked::Uri => self.ask_uri(head, now),
        }
    }

    /// Whom a request asks for credentials, if it does.
    pub(crate) fn asked(&self, head: &request::Parts, names: &HostNames) -> Option<Asked> {
        let path = head.uri.path();
        let service = Target::locate(&host_of(head), "/", names).ok()?;
        if service != Target::Service {
            None
        } else if sts::is_asked(head) {
            Some(Asked::Sts)
        } else if self.instance.is_some() && Instance::is_asked(path) {
            Some(Asked::Instance)
        } else if self.fakes.credentials_path.as_deref() == Some(path) {
            Some(Asked::Uri)
        } else {
            None
        }
    }

    fn ask_instance(&self, head: &request::Parts, now: Timestamp) -> Response<Body> {
        let Some(instance) = &self.instance else {
            return plain(StatusCode::NOT_FOUND, "there is no such instance\n");
        };
        let failing = || self.failing.call(Source::EcsMetadata).map(fail);
        let issue = || self.issued.issue(now, self.fakes.lifetime);
        instance.answer(head, now, failing, issue)
    }

    fn ask_uri(&self, head: &request::Parts, now: Timestamp) -> Response<Body> {
        if head.method != Method::GET {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "there is only GET here\n");
        }
        if let Some(symptom) = self.failing.call(Source::CredentialsUri) {
            return fail(symptom);
        }
        let document = self.issued.issue(now, self.fakes.lifetime).document();
        typed(StatusCode::OK, "application/json", document.to_string())
    }
}

/// The answer of a source that fails and has no form of its own for that.
pub(super) fn fail(symptom: Symptom) -> Response<Body> {
    match symptom {
        Symptom::Status(status) => plain(status, "this fake was told to fail\n"),
        Symptom::Garbage => {
            let page = "<html><body>Please log in.</body></html>\n";
            typed(StatusCode::OK, "text/html", page.to_owned())
        }
    }
}

pub(super) fn plain(status: StatusCode, text: &str) -> Response<Body> {
    typed(status, "text/plain", text.to_owned())
}

pub(super) fn typed(
    status: StatusCode,
    content_type: &'static str,
    text: String,
) -> Response<Body> {
    let mut response = answer::with_body(status, Body::whole(text));
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
