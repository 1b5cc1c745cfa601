//! A bare server that counts: threads and blocking sockets, nothing stored, nothing verified.
//!
//! It answers what clients of OSS and of S3 ask while they move objects, and costs so little that it
//! does not matter. Uploads are counted and thrown away; downloads come from one fixed [`mod@pattern`].

mod answer;
mod listing;
mod pattern;
mod store;
mod tls;
mod wire;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

pub(crate) use pattern::at as pattern;
pub(crate) use store::Store;
use tls::Tls;
use wire::Wire;

/// A server that accepts connections until this value is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    pub(crate) store: Arc<Store>,
    /// The authority's certificate, where it speaks TLS.
    pub(crate) ca_pem: Option<String>,
}

/// Whether a server speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaks {
    Http,
    Https,
}

impl Server {
    pub(crate) fn start(listen: &str, speaks: Speaks, store: Arc<Store>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let tls = match speaks {
            Speaks::Http => None,
            Speaks::Https => Some(Tls::new(address.ip())?),
        };
        let ca_pem = tls.as_ref().map(|tls| tls.ca_pem.clone());
        let is_over = Arc::new(AtomicBool::new(false));
        let (accepting, over) = (Arc::clone(&store), Arc::clone(&is_over));
        thread::spawn(move || accept(&listener, tls.as_ref(), &accepting, &over));
        Ok(Self {
            address,
            is_over,
            store,
            ca_pem,
        })
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.ca_pem.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // So that it is noticed.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, tls: Option<&Tls>, store: &Arc<Store>, is_over: &AtomicBool) {
    for socket in listener.incoming().flatten() {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let store = Arc::clone(store);
        let tls = tls.map(Tls::config);
        thread::spawn(move || {
            // A client that went away is nobody's problem.
            let _ = match tls {
                None => serve(socket, &store),
                Some(config) => tls::wrap(config, socket).and_then(|stream| serve(stream, &store)),
            };
        });
    }
}

/// Answers one request after the other until the client closes.
fn serve(stream: impl Stream, store: &Store) -> io::Result<()> {
    stream.no_delay()?;
    let mut wire = Wire::new(stream);
    while let Some(request) = wire.request()? {
        answer::answer(&mut wire, &request, store)?;
    }
    Ok(())
}

/// A socket, or TLS over one.
trait Stream: Read + Write {
    fn no_delay(&self) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn no_delay(&self) -> io::Result<()> {
        self.set_nodelay(true)
    }
}
