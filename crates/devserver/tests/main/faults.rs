//! Faults by rule, each written in TOML as a user would.

mod answers;
mod bodies;
mod conditions;
mod documented;
mod headers;
mod hostile;
mod listings;
mod stored;
mod timing;
mod wire;

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use ossum_devserver::faults::Rules;
use ossum_devserver::{NoAnswer, Service, Settings};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

/// A service with rules, in this process, whose time passes at once.
pub(crate) struct Faulty {
    pub(crate) service: Service,
    runtime: Runtime,
}

/// What came of a request that was answered.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// How the body broke off, if it did.
    pub(crate) error: Option<io::ErrorKind>,
    pub(crate) took: Duration,
}

impl Faulty {
    /// A service with the bucket `bkt`, the object `k` of 1000 bytes, and then `rules`.
    pub(crate) fn new(rules: &str) -> Self {
        Self::with(Settings::default(), rules)
    }

    pub(crate) fn with(settings: Settings, rules: &str) -> Self {
        let settings = Settings {
            buckets: vec!["bkt".parse().unwrap()],
            ..settings
        };
        let mut runtime = Builder::new_current_thread();
        let faulty = Self {
            service: Service::new(settings).unwrap(),
            runtime: runtime.enable_all().start_paused(true).build().unwrap(),
        };
        faulty.ask("PUT /bkt/k", &[], &content()).unwrap();
        faulty.service.set_faults(rules.parse().unwrap());
        faulty
    }

    pub(crate) fn ask(
        &self,
        what: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Seen, NoAnswer> {
        let request = request(what, headers, body);
        self.runtime.block_on(async {
            let started = Instant::now();
            let (head, mut body) = self.service.try_handle(request).await?.into_parts();
            let (mut bytes, mut error) = (Vec::new(), None);
            while let Some(frame) = body.frame().await {
                match frame {
                    Ok(frame) => bytes.extend(frame.into_data().unwrap()),
                    Err(cause) => {
                        error = Some(cause.kind());
                        break;
                    }
                }
            }
            Ok(Seen {
                status: head.status.as_u16(),
                headers: head.headers,
                body: bytes,
                error,
                took: started.elapsed(),
            })
        })
    }

    pub(crate) fn get(&self) -> Seen {
        self.ask("GET /bkt/k", &[], b"").unwrap()
    }

    /// The object as it is stored, whatever the rules say.
    pub(crate) fn stored(&self) -> Seen {
        self.service.set_faults(Rules::new());
        self.get()
    }

    /// Uploads parts 1 to 3, of 200 bytes each, and returns the upload's ID.
    pub(crate) fn upload(&self) -> String {
        let initiated = self.ask("POST /bkt/big?uploads", &[], b"").unwrap();
        let id = initiated.element("UploadId").unwrap();
        for number in 1..=3 {
            let target = format!("PUT /bkt/big?uploadId={id}&partNumber={number}");
            assert_eq!(self.ask(&target, &[], &[number; 200]).unwrap().status, 200);
        }
        id
    }

    pub(crate) fn list_parts(&self, id: &str) -> Seen {
        let what = format!("GET /bkt/big?uploadId={id}");
        self.ask(&what, &[], b"").unwrap()
    }
}

pub(crate) fn request(what: &str, headers: &[(&str, &str)], body: &[u8]) -> Request<Full<Bytes>> {
    let (method, target) = what.split_once(' ').unwrap();
    let mut request = Request::builder()
        .method(method)
        .uri(format!("http://localhost{target}"))
        .header("host", "localhost");
    if matches!(method, "PUT" | "POST") {
        request = request.header("content-length", body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Full::new(Bytes::copy_from_slice(body)))
        .unwrap()
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn element(&self, name: &str) -> Option<String> {
        self.elements(name).into_iter().next()
    }

    pub(crate) fn elements(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let pieces = self.text().split(&open).skip(1);
        pieces
            .map(|rest| rest.split(&close).next().unwrap().to_owned())
            .collect()
    }
}

/// What the object `k` holds.
pub(crate) fn content() -> Vec<u8> {
    crate::oss::varied(1000)
}

/// A rule for every request for the object's bytes.
pub(crate) fn on_get(then: &str) -> String {
    format!("[[rule]]\noperation = 'GetObject'\nthen = {then}\n")
}

/// A rule for every request that stores an object.
pub(crate) fn on_put(then: &str) -> String {
    format!("[[rule]]\noperation = 'PutObject'\nthen = {then}\n")
}
