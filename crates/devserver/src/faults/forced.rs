//! Answers that no operation gives.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{Method, Response, StatusCode};

use super::{Answer, Effect, Redirect};
use crate::answer;
use crate::body::Body;
use crate::xml::Document;

const EXPIRED: &str = "The security token you provided has expired.";
const BY_RULE: &str = "A fault rule of this server says so.";
const LOGIN: &str = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head>\
                     <body><form action=\"/login\">Please log in to use this network.</form>\
                     </body></html>\n";

/// An answer that stands for an operation's.
#[derive(Debug, Clone)]
pub(crate) enum Forced {
    Answer(Answer),
    Redirect(Redirect),
    HtmlPage,
}

/// What an answer needs to know of its request.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// The host it was addressed to, with its port.
    pub(crate) host: String,
    pub(crate) path_and_query: String,
    pub(crate) request_id: String,
}

impl Forced {
    /// The answer that `effect` gives without the operation.
    pub(super) fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Answer(answer) => Some(Self::Answer(answer.clone())),
            Effect::Redirect(redirect) => Some(Self::Redirect(redirect.clone())),
            Effect::HtmlPage => Some(Self::HtmlPage),
            Effect::ExpireToken => {
                let answer = Answer::new(StatusCode::FORBIDDEN);
                let answer = answer.code("SecurityTokenExpired").message(EXPIRED);
                Some(Self::Answer(answer))
            }
            _ => None,
        }
    }

    /// Whether it comes before the request's body is read.
    pub(crate) fn is_early(&self) -> bool {
        matches!(self, Self::Answer(answer) if answer.early)
    }

    /// Whether OSS is who answers, and says so in the headers that all its answers have.
    pub(crate) fn is_of_oss(&self) -> bool {
        matches!(self, Self::Answer(_))
    }

    /// Writes the answer.
    pub(crate) fn answer(&self, asked: &Asked) -> Response<Body> {
        match self {
            Self::Answer(answer) => error(answer, asked),
            Self::Redirect(redirect) => redirected(redirect, asked),
            Self::HtmlPage => {
                let mut response = answer::with_body(StatusCode::OK, Body::whole(LOGIN));
                answer::set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
                response
            }
        }
    }
}

fn error(wish: &Answer, asked: &Asked) -> Response<Body> {
    let mut response = answer::empty(wish.status);
    if let Some(code) = &wish.code {
        let message = wish.message.as_deref().unwrap_or(BY_RULE);
        let document = document(code, message, &wish.details, asked);
        if asked.method == Method::HEAD {
            answer::set_oss(&mut response, "x-oss-err", BASE64.encode(document));
        } else {
            answer::set(&mut response, CONTENT_TYPE, "application/xml");
            *response.body_mut() = Body::whole(document);
        }
    }
    if let Some(pause) = wish.retry_after {
        answer::set(&mut response, RETRY_AFTER, pause.as_secs().to_string());
    }
    if let Some(pause) = wish.qos_delay {
        let pause = pause.as_millis().to_string();
        answer::set_oss(&mut response, "x-oss-qos-delay-time", pause);
    }
    response.headers_mut().extend(wish.headers.clone());
    response
}

fn document(
    code: &str,
    message: &str,
    details: &BTreeMap<String, String>,
    asked: &Asked,
) -> String {
    Document::write("Error", |error| {
        error.text("Code", code);
        error.text("Message", message);
        error.text("RequestId", &asked.request_id);
        error.text("HostId", &asked.host);
        for (element, text) in details {
            error.text(element, text);
        }
    })
}

fn redirected(redirect: &Redirect, asked: &Asked) -> Response<Body> {
    let mut response = answer::empty(redirect.status);
    let location = match &redirect.to {
        Some(origin) => format!("{}{}", origin.trim_end_matches('/'), asked.path_and_query),
        // A path alone is on the host that was asked, by the scheme it was asked by.
        None => asked.path_and_query.clone(),
    };
    answer::set(&mut response, LOCATION, location);
    response
}
