use std::fmt::Write;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ossum_types::{Crc64, Crc64Hasher};

use super::store::{Object, Part, Store};
use super::wire::{Request, Wire, decoded};
use super::{Stream, listing, pattern};

/// All objects have this age: the beginning of 2026.
const MODIFIED: Duration = Duration::from_hours(490_896);

/// Reads the rest of a request and answers it.
pub(super) fn answer<S: Stream>(
    wire: &mut Wire<S>,
    request: &Request,
    store: &Store,
) -> io::Result<()> {
    if request.path == "/-/counted" {
        return counted(wire, store);
    }
    let id = store.count_request();
    let mut hasher = Crc64Hasher::new();
    let mut framed = 0;
    wire.body(request, |bytes| {
        framed += bytes.len() as u64;
        hasher.update(bytes);
    })?;
    // Clients of S3 put a checksum behind the body, in chunks within it.
    let decoded_length = request.header("x-amz-decoded-content-length");
    let size = decoded_length
        .and_then(|text| text.parse().ok())
        .unwrap_or(framed);
    let received = Part {
        size,
        crc64: hasher.finish(),
    };
    let path = request.path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let key = decoded(key);
    let reply = Reply::new(id);
    match (request.method.as_str(), key.is_empty()) {
        ("PUT", false) => {
            store.count_in(size);
            put(wire, request, store, &key, received, reply)
        }
        ("POST", false) => post(wire, request, store, bucket, &key, reply),
        ("GET" | "HEAD", false) => match request.parameter("uploadId") {
            Some(upload) => match store.parts(upload) {
                Some(parts) => reply.xml(wire, &listing::parts(bucket, &key, upload, &parts)),
                None => reply.error(wire, "404 Not Found", "NoSuchUpload"),
            },
            None => get(wire, request, store, &key, reply),
        },
        ("GET", true) if request.parameter("list-type").is_some() => {
            list(wire, request, store, bucket, reply)
        }
        ("GET", true) => reply.xml(wire, "<LocationConstraint/>"),
        ("HEAD", true) => reply.empty(wire, "200 OK"),
        ("DELETE", _) => {
            if let Some(upload) = request.parameter("uploadId") {
                store.end_upload(upload);
            }
            reply.empty(wire, "204 No Content")
        }
        _ => reply.error(wire, "501 Not Implemented", "NotImplemented"),
    }
}

fn counted<S: Stream>(wire: &mut Wire<S>, store: &Store) -> io::Result<()> {
    let body = serde_json::to_string(&store.counted()).map_err(io::Error::other)?;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    wire.send(head.as_bytes(), body.as_bytes())
}

/// `PutObject` and `UploadPart`.
fn put<S: Stream>(
    wire: &mut Wire<S>,
    request: &Request,
    store: &Store,
    key: &str,
    received: Part,
    mut reply: Reply,
) -> io::Result<()> {
    reply.etag_and_crc64(received.crc64);
    match request.parameter("uploadId") {
        None => store.put(key, received.size, received.crc64),
        Some(upload) => {
            let number = request.parameter("partNumber");
            let number = number.and_then(|text| text.parse().ok()).unwrap_or(0);
            if !store.put_part(upload, number, received) {
                return reply.error(wire, "404 Not Found", "NoSuchUpload");
            }
        }
    }
    reply.empty(wire, "200 OK")
}

/// `InitiateMultipartUpload` and `CompleteMultipartUpload`.
fn post<S: Stream>(
    wire: &mut Wire<S>,
    request: &Request,
    store: &Store,
    bucket: &str,
    key: &str,
    mut reply: Reply,
) -> io::Result<()> {
    let names = format!("<Bucket>{bucket}</Bucket><Key>{key}</Key>");
    if request.parameter("uploads").is_some() {
        let upload = store.begin_upload();
        let name = "InitiateMultipartUploadResult";
        return reply.xml(
            wire,
            &format!("<{name}>{names}<UploadId>{upload}</UploadId></{name}>"),
        );
    }
    let ended = request
        .parameter("uploadId")
        .and_then(|id| store.end_upload(id));
    let Some(object) = ended else {
        return reply.error(wire, "404 Not Found", "NoSuchUpload");
    };
    store.put(key, object.size, object.crc64);
    reply.etag_and_crc64(object.crc64);
    let (name, etag) = ("CompleteMultipartUploadResult", object.crc64.get());
    let etag = format!("<ETag>&quot;{etag:032X}&quot;</ETag>");
    reply.xml(
        wire,
        &format!("<{name}><Location>http://{bucket}/{key}</Location>{names}{etag}</{name}>"),
    )
}

fn list<S: Stream>(
    wire: &mut Wire<S>,
    request: &Request,
    store: &Store,
    bucket: &str,
    reply: Reply,
) -> io::Result<()> {
    let limit = request
        .parameter("max-keys")
        .and_then(|text| text.parse().ok());
    let limit = limit.unwrap_or(listing::PAGE).min(listing::PAGE);
    let after = request
        .parameter("continuation-token")
        .or(request.parameter("start-after"));
    let prefix = request.parameter("prefix").unwrap_or_default();
    let page = store.list(prefix, after.unwrap_or_default(), limit);
    reply.xml(wire, &listing::objects(bucket, request, &page, limit))
}

/// `GetObject` and `HeadObject`.
fn get<S: Stream>(
    wire: &mut Wire<S>,
    request: &Request,
    store: &Store,
    key: &str,
    mut reply: Reply,
) -> io::Result<()> {
    let is_head = request.method == "HEAD";
    let object = store
        .object(key)
        .filter(|object| is_head || object.is_there);
    let Some(object) = object else {
        if is_head {
            return reply.empty(wire, "404 Not Found");
        }
        return reply.error(wire, "404 Not Found", "NoSuchKey");
    };
    if !is_head && !store.gives_download() {
        return reply.error(wire, "503 Service Unavailable", "ServiceUnavailable");
    }
    reply.etag_and_crc64(object.crc64);
    let modified = httpdate::fmt_http_date(UNIX_EPOCH + MODIFIED);
    reply.header("Last-Modified", modified);
    reply.header("Accept-Ranges", "bytes");
    reply.header("Content-Type", "application/octet-stream");
    reply.header("x-oss-object-type", "Normal");
    reply.header("x-oss-storage-class", "Standard");
    let range = request.header("range").and_then(|text| range(text, object));
    let (begin, end) = range.unwrap_or((0, object.size));
    let mut status = "200 OK";
    if range.is_some() {
        status = "206 Partial Content";
        let last = end - 1;
        let all = object.size;
        reply.header("Content-Range", format_args!("bytes {begin}-{last}/{all}"));
    }
    let head = reply.head(status, end - begin);
    if is_head || begin == end {
        return wire.send(head.as_bytes(), b"");
    }
    store.count_out(end - begin);
    let first = pattern::at(begin, end - begin);
    wire.send(head.as_bytes(), first)?;
    let mut at = begin + first.len() as u64;
    while at < end {
        let bytes = pattern::at(at, end - at);
        wire.send_more(bytes)?;
        at += bytes.len() as u64;
    }
    Ok(())
}

/// The half-open range that `bytes=A-B` or `bytes=A-` asks for.
fn range(text: &str, object: Object) -> Option<(u64, u64)> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let begin: u64 = first.parse().ok()?;
    let end = last
        .parse::<u64>()
        .map_or(object.size, |last| last.saturating_add(1));
    let end = end.min(object.size);
    (begin < end).then_some((begin, end))
}

/// An answer on its way: headers are added, then it is sent.
struct Reply {
    id: u64,
    headers: String,
}

impl Reply {
    fn new(id: u64) -> Self {
        Self {
            id,
            headers: String::new(),
        }
    }

    fn header(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.headers, "{name}: {value}\r\n");
    }

    fn etag_and_crc64(&mut self, crc64: Crc64) {
        self.header("ETag", format_args!("\"{:032X}\"", crc64.get()));
        self.header("x-oss-hash-crc64ecma", crc64.get());
    }

    fn head(&self, status: &str, length: u64) -> String {
        let date = httpdate::fmt_http_date(SystemTime::now());
        let Self { id, headers } = self;
        format!(
            "HTTP/1.1 {status}\r\nDate: {date}\r\nServer: ossum-bench\r\n\
             x-oss-request-id: {id:024X}\r\nx-amz-request-id: {id:024X}\r\n\
             Content-Length: {length}\r\n{headers}\r\n"
        )
    }

    fn empty<S: Stream>(self, wire: &mut Wire<S>, status: &str) -> io::Result<()> {
        wire.send(self.head(status, 0).as_bytes(), b"")
    }

    fn xml<S: Stream>(self, wire: &mut Wire<S>, body: &str) -> io::Result<()> {
        self.with_body(wire, "200 OK", body)
    }

    fn error<S: Stream>(self, wire: &mut Wire<S>, status: &str, code: &str) -> io::Result<()> {
        let body = format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>");
        self.with_body(wire, status, &body)
    }

    fn with_body<S: Stream>(
        mut self,
        wire: &mut Wire<S>,
        status: &str,
        body: &str,
    ) -> io::Result<()> {
        self.header("Content-Type", "application/xml");
        let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
        wire.send(
            self.head(status, body.len() as u64).as_bytes(),
            body.as_bytes(),
        )
    }
}
