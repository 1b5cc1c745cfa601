use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use ossum_devserver::{Clock, Service, Settings, Storage};
use tokio::runtime::{Builder, Runtime};

/// A service in this process, and a way to ask it.
pub(crate) struct Oss {
    pub(crate) service: Service,
    runtime: Runtime,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Headers of a request.
pub(crate) type Headers<'h> = &'h [(&'h str, &'h str)];

impl Oss {
    /// A service that lets everyone in and has the bucket `bkt`.
    pub(crate) fn open() -> Self {
        Self::new(Settings::default())
    }

    /// A service that keeps its objects in `directory`.
    pub(crate) fn in_directory(directory: &std::path::Path) -> Self {
        Self::new(Settings {
            storage: Storage::Directory(directory.to_owned()),
            ..Settings::default()
        })
    }

    /// A service with `settings` and the bucket `bkt`.
    pub(crate) fn new(mut settings: Settings) -> Self {
        settings.buckets = vec!["bkt".parse().unwrap()];
        Self {
            service: Service::new(settings).unwrap(),
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    /// Asks in path style; a body comes with its length, as every HTTP client sends it.
    pub(crate) fn ask(&self, what: &str, headers: Headers<'_>, body: &[u8]) -> Reply {
        let (method, target) = what.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://localhost{target}"));
        if matches!(method, "PUT" | "POST") {
            request = request.header("content-length", body.len());
        }
        for (name, value) in headers {
            request = request.header(*name, value.as_bytes());
        }
        let body = Full::new(Bytes::copy_from_slice(body));
        self.send(request.body(body).unwrap())
    }

    pub(crate) fn get(&self, target: &str) -> Reply {
        self.ask(&format!("GET {target}"), &[], b"")
    }

    pub(crate) fn put(&self, target: &str, body: &[u8]) -> Reply {
        self.ask(&format!("PUT {target}"), &[], body)
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: Request<Full<Bytes>>) -> Reply {
        self.runtime.block_on(async {
            let response = self.service.handle(request).await;
            let (head, body) = response.into_parts();
            Reply {
                status: head.status,
                headers: head.headers,
                body: body.collect().await.unwrap().to_bytes(),
            }
        })
    }

    /// Initiates an upload of `/bkt/k` and returns its ID.
    pub(crate) fn initiate(&self) -> String {
        let reply = self.ask("POST /bkt/k?uploads", &[], b"").ok();
        reply.element("UploadId").unwrap()
    }

    /// Uploads a part of `/bkt/k` and returns its ETag.
    pub(crate) fn part(&self, upload_id: &str, number: u32, bytes: &[u8]) -> String {
        let target = format!("/bkt/k?partNumber={number}&uploadId={upload_id}");
        self.put(&target, bytes).ok().header("etag").unwrap()
    }

    /// Completes an upload of `/bkt/k`.
    pub(crate) fn complete(&self, upload_id: &str, parts: &[(u32, &str)]) -> Reply {
        let part = |(n, etag): &(u32, &str)| {
            format!("<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>")
        };
        let parts: Vec<_> = parts.iter().map(part).collect();
        let parts = parts.concat();
        let document = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let what = format!("POST /bkt/k?uploadId={upload_id}");
        self.ask(&what, &[], document.as_bytes())
    }
}

impl Reply {
    /// Itself, if it is a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(self.status.is_success(), "{self:?}");
        self
    }

    /// Asserts that it is the refusal `code`.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status.as_u16(), self.element("Code").as_deref()),
            (status, Some(code)),
            "{self:?}"
        );
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8(value.as_bytes().to_vec()).unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    /// The text of the first element `name`.
    pub(crate) fn element(&self, name: &str) -> Option<String> {
        self.elements(name).into_iter().next()
    }

    /// The text of every element `name`.
    pub(crate) fn elements(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let after = String::from_utf8_lossy(&self.body).into_owned();
        let starts = after.split(&open).skip(1);
        starts
            .map(|rest| rest.split(&close).next().unwrap().to_owned())
            .collect()
    }
}

/// Runs `test` on a service in memory and on one in a directory.
pub(crate) fn in_each_store(test: impl Fn(&Oss)) {
    test(&Oss::open());
    let directory = tempfile::TempDir::new().unwrap();
    test(&Oss::in_directory(directory.path()));
}

/// A clock that stands still, at this many seconds since 1970.
pub(crate) fn clock_at(second: i64) -> Clock {
    let second = u64::try_from(second).unwrap();
    Clock::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(second))
}

/// Bytes of which no two runs are alike.
pub(crate) fn varied(len: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_le_bytes).take(len).collect()
}
