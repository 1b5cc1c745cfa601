//! An object is read to its end although connections break.

use ossum_client::op::{GetObject, ObjectReader};
use ossum_client::{Error, ErrorKind};
use ossum_types::ByteRange;

use crate::arrange::{QUICK, get, networked};
use crate::server::{Server, Step, answer};

const ETAG: &str = "\"5D41402ABC4B2A76B9719D911017C592\"";

/// A part of the object `hello, world` from `from`, of which only `arrives` comes before the end.
fn part(from: usize, arrives: usize, etag: &str) -> Vec<Step> {
    let whole = b"hello, world";
    let range = format!("bytes {from}-{}/{}", whole.len() - 1, whole.len());
    let length = (whole.len() - from).to_string();
    let headers = [
        ("ETag", etag),
        ("Content-Range", &range),
        ("Content-Length", &length),
    ];
    let arriving = &whole[from..from + arrives];
    vec![
        Step::Read,
        answer("206 Partial Content", &headers, arriving),
    ]
}

fn whole(arrives: usize) -> Vec<Step> {
    let headers = [("ETag", ETAG), ("Content-Length", "12")];
    let arriving = &b"hello, world"[..arrives];
    vec![Step::Read, answer("200 OK", &headers, arriving)]
}

async fn read(server: &Server, request: GetObject) -> (Vec<u8>, Result<ObjectReader, Error>) {
    let mut reader = networked(&server.endpoint())
        .read_object(request)
        .await
        .unwrap();
    let mut all = Vec::new();
    loop {
        match reader.chunk().await {
            Ok(Some(chunk)) => all.extend(chunk),
            Ok(None) => return (all, Ok(reader)),
            Err(error) => return (all, Err(error)),
        }
    }
}

/// Cases: 39.
#[tokio::test]
async fn reading_goes_on_at_the_byte_where_it_broke_off_and_of_the_same_object() {
    let mut reset = part(5, 4, ETAG);
    reset.push(Step::Reset);
    let server = Server::start(vec![whole(5), reset, part(9, 3, ETAG)]);
    let (read, reader) = read(&server, get()).await;
    assert_eq!(
        (read.as_slice(), reader.unwrap().info().size),
        (&b"hello, world"[..], 12)
    );
    let requests = server.requests();
    assert!(!requests[0].contains("range:"), "{}", requests[0]);
    for (request, range) in [(&requests[1], "bytes=5-11"), (&requests[2], "bytes=9-11")] {
        assert!(
            request.contains(&format!("\r\nrange: {range}\r\n")),
            "{request}"
        );
        assert!(
            request.contains(&format!("\r\nif-match: {ETAG}\r\n")),
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_range_is_read_to_its_own_end() {
    let headers = [
        ("ETag", ETAG),
        ("Content-Range", "bytes 7-11/12"),
        ("Content-Length", "5"),
    ];
    let cut = vec![Step::Read, answer("206 Partial Content", &headers, b"wo")];
    let server = Server::start(vec![cut, part(9, 3, ETAG)]);
    let mut request = get();
    request.range = ByteRange::new(7, 99);
    let (read, reader) = read(&server, request).await;
    assert_eq!(
        (read.as_slice(), reader.unwrap().range()),
        (&b"world"[..], ByteRange::new(7, 12))
    );
}

/// Cases: 61.
#[tokio::test]
async fn another_object_is_not_mistaken_for_the_rest_of_this_one() {
    let server = Server::start(vec![whole(5), part(5, 7, "\"AA\"")]);
    let (read, reader) = read(&server, get()).await;
    assert_eq!(read, b"hello");
    assert_eq!(reader.unwrap_err().kind(), ErrorKind::PreconditionFailed);
    assert_eq!(server.connections(), 2);
}

/// Cases: 39, 118.
#[tokio::test]
async fn a_body_that_keeps_breaking_is_given_up() {
    let server = Server::start(vec![whole(5), part(5, 0, ETAG)]);
    let (read, reader) = read(&server, get()).await;
    assert_eq!(read, b"hello");
    let error = reader.unwrap_err();
    let allowed = QUICK.retries as usize + 1;
    assert_eq!(
        (error.kind(), server.connections()),
        (ErrorKind::Network, allowed)
    );
}

/// Cases: 39.
#[tokio::test]
async fn a_refusal_that_breaks_off_before_it_says_why_is_asked_for_once_more() {
    let cut_off = || {
        let headers = [("x-oss-request-id", "1"), ("Content-Length", "500")];
        let refusal = answer("403 Forbidden", &headers, b"<Error><Code>RequestTi");
        vec![Step::Read, refusal]
    };
    let server = Server::start(vec![cut_off(), whole(12)]);
    let client = networked(&server.endpoint());
    client.read_object(get()).await.unwrap();
    assert_eq!(server.connections(), 2);

    let server = Server::start(vec![cut_off()]);
    let client = networked(&server.endpoint());
    let error = client.read_object(get()).await.unwrap_err();
    assert_eq!((error.kind(), server.connections()), (ErrorKind::Denied, 2));
}
