//! The control path: what the server tells of itself, and how its faults are set at run time.
//!
//! It lies under `/-/ossum/` on hosts that are no bucket's, where no bucket can be: `-` is no
//! bucket's name. Nobody has to sign, so only this machine is let in, and no web page: a browser on
//! this machine says from where a page comes, and would otherwise act for it.

use http::header::{CONTENT_TYPE, ORIGIN};
use http::{Method, Response, StatusCode, request};
use serde::Serialize;
use serde_json::json;

use crate::Service;
use crate::answer;
use crate::body::Body;
use crate::connection::Connection;
use crate::faults::{RuleReport, Rules};
use crate::ledger::Statistics;
use crate::op::Incoming;
use crate::request::{HostNames, Target, host_of};

const PREFIX: &str = "/-/ossum/";
/// As many bytes of rules are read; the rules themselves refuse what is longer.
const MAX_RULES_BYTES: usize = 1024 * 1024;

/// Whether a request is one for the control path.
pub(crate) fn is_asked(head: &request::Parts, names: &HostNames) -> bool {
    head.uri.path().starts_with(PREFIX)
        && matches!(
            Target::locate(&host_of(head), "/", names),
            Ok(Target::Service)
        )
}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    statistics: Statistics,
    rules: Vec<RuleReport>,
}

/// Answers a request for the control path; `connection` is `None` within this process.
pub(crate) async fn answer(
    service: &Service,
    head: &request::Parts,
    connection: Option<&Connection>,
    mut body: Incoming,
) -> Response<Body> {
    let is_near = connection.is_none_or(|connection| connection.peer().ip().is_loopback());
    if !is_near || head.headers.contains_key(ORIGIN) {
        let message = "only programs on the server's own machine are let in";
        return refuse(StatusCode::FORBIDDEN, message);
    }
    let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    match (&head.method, path) {
        (&Method::GET, "stats") => statistics(service),
        (&Method::GET, "timeline") => timeline(service),
        (&Method::POST, "faults") => match body.whole(MAX_RULES_BYTES).await {
            Ok(text) => set_rules(service, &text),
            Err(_) => refuse(StatusCode::BAD_REQUEST, "the rules did not come whole"),
        },
        (&Method::DELETE, "faults") => {
            service.set_faults(Rules::new());
            answer::empty(StatusCode::NO_CONTENT)
        }
        (&Method::DELETE, "stats" | "timeline") => {
            service.ledger().reset();
            answer::empty(StatusCode::NO_CONTENT)
        }
        (_, "stats" | "timeline" | "faults") => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "there is no such method here",
        ),
        _ => refuse(
            StatusCode::NOT_FOUND,
            "there are GET and DELETE stats and timeline, POST and DELETE faults",
        ),
    }
}

fn statistics(service: &Service) -> Response<Body> {
    let report = Report {
        statistics: service.ledger().statistics(),
        rules: service.faults().report(),
    };
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text_of(StatusCode::OK, "application/json", text + "\n")
}

/// One line a request.
fn timeline(service: &Service) -> Response<Body> {
    let entries = service.ledger().timeline();
    let line = |entry| serde_json::to_string(entry).unwrap_or_default() + "\n";
    let lines: Vec<String> = entries.iter().map(line).collect();
    text_of(StatusCode::OK, "application/jsonl", lines.concat())
}

fn set_rules(service: &Service, text: &[u8]) -> Response<Body> {
    let Ok(text) = str::from_utf8(text) else {
        return refuse(StatusCode::BAD_REQUEST, "the rules are not UTF-8");
    };
    match text.parse::<Rules>() {
        Ok(rules) => {
            service.set_faults(rules);
            answer::empty(StatusCode::NO_CONTENT)
        }
        Err(why) => refuse(StatusCode::BAD_REQUEST, &why.to_string()),
    }
}

fn refuse(status: StatusCode, why: &str) -> Response<Body> {
    let text = format!("{}\n", json!({ "error": why }));
    text_of(status, "application/json", text)
}

fn text_of(status: StatusCode, content_type: &str, text: String) -> Response<Body> {
    let mut response = answer::with_body(status, Body::whole(text));
    answer::set(&mut response, CONTENT_TYPE, content_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[tokio::test]
    async fn only_this_machine_is_let_in() {
        let service = Service::new(Settings::default()).unwrap();
        for (peer, status) in [("192.0.2.1:9", 403), ("127.0.0.1:9", 200), ("[::1]:9", 200)] {
            let request = http::Request::get("http://localhost/-/ossum/stats")
                .extension(Connection::new(1, peer.parse().unwrap()));
            let response = service.handle(request.body(String::new()).unwrap()).await;
            assert_eq!(response.status(), status, "{peer}");
        }
    }
}
