//! `Callback`: once an object is stored the server asks another one, whose answer it passes on
//! (official documentation of Callback). The headers by which real callbacks are signed are not
//! made: nobody has the key.

mod spec;
mod template;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use http::{Response, StatusCode};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Context, Incoming};
use crate::answer;
use crate::body::Body;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::settings::CallbackHosts;
use crate::store::Object;
use spec::{Spec, Url};

/// The longest that a callback may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer that is passed on.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// A callback that a request asks for.
#[derive(Debug)]
pub(super) struct Callback(Spec);

impl Callback {
    /// Whether the request asks for one.
    pub(super) fn is_asked(request: &Request) -> bool {
        parameter(request, "x-oss-callback", "callback").is_some()
    }

    /// The callback that the request asks for, in headers or in its URL.
    pub(super) fn of(request: &Request) -> Result<Option<Self>, Refusal> {
        let Some(text) = parameter(request, "x-oss-callback", "callback") else {
            return Ok(None);
        };
        let variables = parameter(request, "x-oss-callback-var", "callback-var");
        Spec::parse(text, variables).map(|spec| Some(Self(spec)))
    }

    /// Makes the callback for an object that is stored, and passes on its answer in `response`.
    ///
    /// # Errors
    /// 203 `CallbackFailed`: the object is stored all the same.
    pub(super) async fn call(
        self,
        context: &Context<'_>,
        object: &Object,
        mut response: Response<Body>,
    ) -> Result<Response<Body>, Refusal> {
        let made = tokio::time::timeout(TIMEOUT, self.ask(context, object)).await;
        let answered = made.unwrap_or_else(|_| Err("it took longer than 5 seconds".to_owned()));
        match answered {
            Ok(answer) => {
                response.headers_mut().remove(CONTENT_LENGTH);
                answer::set(&mut response, CONTENT_TYPE, "application/json");
                *response.body_mut() = Body::whole(answer);
                Ok(response)
            }
            Err(reason) => Err(failed(&reason, &response)),
        }
    }

    /// Asks each of the URLs in turn until one answers as it should.
    async fn ask(&self, context: &Context<'_>, object: &Object) -> Result<Bytes, String> {
        let body = self.body(context, object);
        let mut reason = "there is no URL".to_owned();
        for url in &self.0.urls {
            match post(url, &self.0, &body, context.settings.callbacks).await {
                Ok(answer) => return Ok(answer),
                Err(cause) => reason = cause,
            }
        }
        Err(reason)
    }

    fn body(&self, context: &Context<'_>, object: &Object) -> String {
        let (bucket, key) = match context.object() {
            Ok((bucket, key)) => (bucket.as_str(), key.as_str()),
            Err(_) => ("", ""),
        };
        let md5 = object.etag.as_md5().map(|md5| BASE64.encode(md5));
        let known = [
            ("bucket", bucket.to_owned()),
            ("object", key.to_owned()),
            ("etag", object.etag.as_str().to_owned()),
            ("size", object.size.to_string()),
            ("crc64", object.crc64.to_string()),
            ("contentMd5", md5.unwrap_or_default()),
            (
                "mimeType",
                object
                    .metadata
                    .header("content-type")
                    .unwrap_or("")
                    .to_owned(),
            ),
        ];
        template::fill(&self.0.body, self.0.form, |name| {
            let known = known.iter().find(|(found, _)| *found == name);
            let value = known.map(|(_, value)| value.as_str());
            value.or_else(|| self.0.variables.get(name).map(String::as_str))
        })
    }
}

/// A header, or the parameter that stands for it in a URL.
fn parameter<'r>(request: &'r Request, header: &str, query: &str) -> Option<&'r str> {
    request.header(header).or_else(|| request.query.get(query))
}

/// Posts `body` to `url`; the answer must be a 200 with JSON.
async fn post(url: &Url, spec: &Spec, body: &str, allowed: CallbackHosts) -> Result<Bytes, String> {
    let text = |cause: &dyn std::fmt::Display| cause.to_string();
    let stream = connect(url, allowed).await?;
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|cause| text(&cause))?;
    let request = http::Request::post(&url.path_and_query)
        .header(HOST, spec.host.as_ref().unwrap_or(&url.authority))
        .header(USER_AGENT, "aliyun-oss-callback")
        .header(CONTENT_TYPE, spec.form.content_type())
        .header(CONTENT_LENGTH, body.len())
        .body(Body::whole(body.to_owned()))
        .map_err(|cause| text(&cause))?;
    let exchange = async {
        let sent = sender.send_request(request).await;
        let (head, body) = sent.map_err(|cause| text(&cause))?.into_parts();
        let whole = Incoming::new(body).whole(MAX_ANSWER_BYTES).await;
        let whole = whole.map_err(|_| "its answer ended early or is too long".to_owned())?;
        Ok::<_, String>((head.status, whole))
    };
    let mut exchange = std::pin::pin!(exchange);
    let (status, answer) = tokio::select! {
        done = &mut exchange => done?,
        // The connection may be over before its answer has been read.
        _ = connection => exchange.await?,
    };
    if status != StatusCode::OK {
        return Err(format!("it answered {status}"));
    }
    let json: Result<serde_json::Value, _> = serde_json::from_slice(&answer);
    json.map_err(|_| "its answer is not JSON".to_owned())?;
    Ok(Bytes::from(answer))
}

/// Connects to an address of `url` that may be called.
async fn connect(url: &Url, allowed: CallbackHosts) -> Result<TcpStream, String> {
    let found = tokio::net::lookup_host((&*url.host, url.port)).await;
    let found = found.map_err(|cause| cause.to_string())?;
    let may = |ip: std::net::IpAddr| allowed == CallbackHosts::Any || ip.is_loopback();
    let addresses: Vec<_> = found.filter(|address| may(address.ip())).collect();
    if addresses.is_empty() {
        return Err("this server only calls the machine it runs on".to_owned());
    }
    let stream = TcpStream::connect(&*addresses).await;
    stream.map_err(|cause| cause.to_string())
}

/// The answer when a callback failed; what identifies the stored object stays in it.
fn failed(reason: &str, response: &Response<Body>) -> Refusal {
    let message = format!("The callback failed: {reason}.");
    let status = StatusCode::NON_AUTHORITATIVE_INFORMATION;
    let refusal = Refusal::new(status, "CallbackFailed", message);
    let kept = response.headers().iter();
    kept.filter(|(name, _)| *name != CONTENT_TYPE && *name != CONTENT_LENGTH)
        .fold(refusal, |refusal, (name, value)| {
            refusal.header(name.clone(), value.clone())
        })
}
