//! Whatever comes over the wire, a read ends: with exactly the promised bytes, or an error.

use std::time::Duration;

use ossum_client::{Error, RetryPolicy, Settings};
use ossum_types::ByteRange;
use proptest::prelude::*;

use crate::arrange::{get, settings, transport};
use crate::server::{Server, Step};

/// A line of an answer's head that means something in HTTP, and perhaps no good.
fn header() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Content-Length: 0",
        "Content-Length: 5",
        "Content-Length: 9",
        "Content-Length: 18446744073709551615",
        "Content-Length: 5, 5",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip",
        "Connection: close",
        "Connection: keep-alive",
        "Connection: upgrade",
        "Upgrade: websocket",
        "Content-Range: bytes 1-5/9",
        "Content-Range: bytes 1-5/5",
        "Content-Range: bytes */9",
        "Content-Encoding: gzip",
        "x-oss-hash-crc64ecma: 1",
        "x-oss-err: PEVycm9yPg==",
        "Retry-After: 0",
        "Location: http://127.0.0.1:1/",
        "Trailer: x-oss-hash-crc64ecma",
    ])
}

fn status() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "HTTP/1.1 200 OK",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 206 Partial Content",
        "HTTP/1.1 206",
        "HTTP/1.1 101 Switching Protocols",
        "HTTP/1.1 204 No Content",
        "HTTP/1.1 304 Not Modified",
        "HTTP/1.1 307 Temporary Redirect",
        "HTTP/1.1 416 Range Not Satisfiable",
        "HTTP/1.1 999 Whatever",
        "HTTP/2 200 OK",
        "ICY 200 OK",
    ])
}

fn body() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "hel",
        "hello",
        "hello, all and everyone",
        "5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n4\r\n, al\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nhello",
        "5\r\nhello",
        "5;x=y\r\nhello\r\n0\r\nx-oss-hash-crc64ecma: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ])
}

fn interim() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\nx-oss-request-id: 1\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    ])
}

/// Reads an object to its end; gives what it promised and what came.
async fn read(answer: Vec<u8>, range: Option<ByteRange>) -> Result<(u64, u64), Error> {
    let server = Server::start_here(vec![vec![Step::Read, Step::Send(answer)]]);
    let once = RetryPolicy {
        retries: 1,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(1),
    };
    let settings = Settings {
        retry: once,
        ..settings(&server.endpoint())
    };
    let transport = transport(ossum_client::transport::Proxies::none(), PATIENCE);
    let client = ossum_client::Client::new(settings, std::sync::Arc::new(transport)).unwrap();
    let mut request = get();
    request.range = range;
    let mut reader = client.read_object(request).await?;
    let mut came = 0;
    while let Some(chunk) = reader.chunk().await? {
        came += chunk.len() as u64;
    }
    Ok((reader.range().map_or(0, ByteRange::len), came))
}

const PATIENCE: Duration = Duration::from_secs(10);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Cases: 42, 43, 44.
    #[test]
    fn a_read_ends_with_all_bytes_or_an_error(
        interim in interim(),
        status in status(),
        headers in prop::collection::vec(header(), 0..5),
        body in body(),
        ranged in any::<bool>(),
    ) {
        let head = headers.iter().fold(String::new(), |head, header| head + header + "\r\n");
        let answer = format!("{interim}{status}\r\nETag: \"AA\"\r\n{head}\r\n{body}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let range = ranged.then(|| ByteRange::new(1, 6).unwrap());
        let outcome = runtime.block_on(async {
            let reading = read(answer.into_bytes(), range);
            tokio::time::timeout(PATIENCE / 2, reading).await
        });
        // The server hangs up, so nothing has to be waited for.
        if let Ok((promised, came)) = outcome.expect("a read ends") {
            prop_assert_eq!(promised, came);
        }
    }
}
