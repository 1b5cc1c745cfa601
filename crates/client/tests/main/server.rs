//! A server that knows no HTTP: it does on each connection what its script says, byte by byte.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does next on a connection. After the last step it closes.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Reads a request with its body and keeps it.
    Read,
    /// Reads a request's head only and keeps it.
    ReadHead,
    /// Reads that many bytes and keeps them.
    ReadBytes(usize),
    Send(Vec<u8>),
    /// Waits for the peer to hang up.
    Stall,
    /// Closes so that the peer gets a reset.
    Reset,
}

pub(crate) struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    connections: usize,
    closed: usize,
    requests: Vec<Vec<u8>>,
}

impl Server {
    /// Serves one connection by each script; the last script serves all that follow.
    pub(crate) fn start(scripts: Vec<Vec<Step>>) -> Self {
        let (server, listener) = Self::bind();
        let noted = Arc::clone(&server.received);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(listener, scripts, noted));
        });
        server
    }

    /// The same within the test's own runtime: then paused time stands still while the server has
    /// something to do.
    pub(crate) fn start_here(scripts: Vec<Vec<Step>>) -> Self {
        let (server, listener) = Self::bind();
        tokio::spawn(serve(listener, scripts, Arc::clone(&server.received)));
        server
    }

    fn bind() -> (Self, StdListener) {
        let listener = StdListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
        };
        (server, listener)
    }

    /// An address where nobody listens.
    pub(crate) fn nowhere() -> String {
        let listener = StdListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn connections(&self) -> usize {
        self.received.lock().unwrap().connections
    }

    /// Waits until it has closed that many connections, and the runtime can have seen it.
    pub(crate) async fn has_closed(&self, connections: usize) {
        while self.received.lock().unwrap().closed < connections {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
    }

    /// What was read so far, request by request.
    pub(crate) fn requests(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        received.requests.iter().map(text).collect()
    }
}

async fn serve(listener: StdListener, scripts: Vec<Vec<Step>>, received: Arc<Mutex<Received>>) {
    let listener = TcpListener::from_std(listener).unwrap();
    let mut served = 0;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        let script = scripts[served.min(scripts.len() - 1)].clone();
        served += 1;
        received.lock().unwrap().connections += 1;
        let received = Arc::clone(&received);
        tokio::spawn(async move {
            converse(stream, script, Arc::clone(&received)).await;
            received.lock().unwrap().closed += 1;
        });
    }
}

async fn converse(mut stream: TcpStream, script: Vec<Step>, received: Arc<Mutex<Received>>) {
    for step in script {
        let read = match step {
            Step::Read => read_request(&mut stream, true).await,
            Step::ReadHead => read_request(&mut stream, false).await,
            Step::ReadBytes(count) => {
                let mut bytes = vec![0; count];
                if stream.read_exact(&mut bytes).await.is_err() {
                    return;
                }
                bytes
            }
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                continue;
            }
            Step::Stall => {
                // A peer that never hangs up would keep only this task.
                while stream.read_u8().await.is_ok() {}
                continue;
            }
            Step::Reset => {
                // What was sent before is in the peer's hands by now, and is read before the reset is.
                stream.set_zero_linger().unwrap();
                return;
            }
        };
        if read.is_empty() {
            return;
        }
        received.lock().unwrap().requests.push(read);
    }
}

/// Nothing if the peer hangs up first.
async fn read_request(stream: &mut TcpStream, with_body: bool) -> Vec<u8> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => return Vec::new(),
        }
    }
    let head = String::from_utf8_lossy(&read).to_lowercase();
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    if with_body && let Some(length) = length {
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).await.is_err() {
            return Vec::new();
        }
        read.extend(body);
    }
    read
}

/// An answer of OSS, written out.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Step {
    let mut written = format!("HTTP/1.1 {status}\r\nx-oss-request-id: 5C3D\r\n").into_bytes();
    for (name, value) in headers {
        written.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    if !headers.iter().any(|(name, _)| *name == "Content-Length") {
        written.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
    }
    written.extend(b"\r\n");
    written.extend(body);
    Step::Send(written)
}

/// An object of these bytes.
pub(crate) fn object(body: &[u8]) -> Step {
    answer(
        "200 OK",
        &[("ETag", "\"5D41402ABC4B2A76B9719D911017C592\"")],
        body,
    )
}
