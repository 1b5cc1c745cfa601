//! What fuzzers feed the server with, and what holds whatever it is sent.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::runtime::{Builder, Runtime};

use crate::listener::Acceptor;
use crate::{Access, AccessKey, Clock, Service, Settings};

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_all().build().expect("a runtime"),
    );
}

/// Serves a connection on which these bytes come. The first one tells whether everyone is let in.
///
/// # Panics
/// If it finds a fault of its own in one of the requests, or does not stop.
pub fn requests(bytes: &[u8]) {
    let (first, sent) = bytes.split_first().unwrap_or((&0, bytes));
    let service = service(first % 2 == 0);
    let acceptor = Acceptor {
        service,
        tls: None,
        bandwidth: None,
    };
    let answered = RUNTIME.with_borrow(|runtime| runtime.block_on(converse(&acceptor, sent)));
    let own_fault = answered.windows(14).any(|bytes| bytes == b"HTTP/1.1 500 I");
    assert!(!own_fault, "{}", String::from_utf8_lossy(&answered));
}

/// Sends everything, hangs up, and takes what comes.
async fn converse(acceptor: &Acceptor, sent: &[u8]) -> Vec<u8> {
    let (mut client, server) = duplex(64 * 1024);
    let address = "127.0.0.1:1".parse().expect("an address");
    let open = acceptor.service.ledger().accept(address);
    let serve = async {
        // What is no HTTP ends badly, and that is all.
        let _ = acceptor.serve_http(server, &open.connection).await;
    };
    let talk = async {
        let mut answered = Vec::new();
        let (mut reading, mut writing) = tokio::io::split(&mut client);
        let write = async {
            // It may have hung up by then.
            let _ = writing.write_all(sent).await;
            let _ = writing.shutdown().await;
        };
        let read = async {
            let _ = reading.read_to_end(&mut answered).await;
        };
        tokio::join!(write, read);
        answered
    };
    let both = async { tokio::join!(serve, talk) };
    let ended = tokio::time::timeout(Duration::from_secs(5), both).await;
    ended.expect("a connection ends once everything was sent").1
}

fn service(is_open: bool) -> Service {
    let key = AccessKey {
        id: "id".to_owned(),
        secret: "secret".to_owned(),
        token: None,
    };
    let service = Service::new(Settings {
        access: if is_open {
            Access::Open
        } else {
            Access::Keys(vec![key])
        },
        buckets: vec!["bkt".parse().expect("a bucket's name")],
        // The same input does the same, whenever.
        clock: Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_651_300)),
        ..Settings::default()
    });
    service.expect("a service in memory")
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    #[test]
    fn what_fuzzing_kept_of_requests_is_answered() {
        for (_, bytes) in corpus("requests") {
            requests(&bytes);
        }
    }
}
