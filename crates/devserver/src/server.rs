use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use ossum_types::Rate;
use tokio::sync::oneshot;

use crate::Service;
use crate::listener::Acceptor;
use crate::tls::Tls;

/// How a [`Server`] listens.
#[derive(Debug, Clone, Default)]
pub struct Listening {
    /// Speak HTTPS with a certificate of the server's own authority, made for this run.
    pub tls: bool,
    /// The most each connection moves in each direction.
    pub bandwidth: Option<Rate>,
}

/// A [`Service`] bound to a socket.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Service,
    bandwidth: Option<Rate>,
    tls: Option<Tls>,
}

impl Server {
    /// Binds `address`; port 0 takes a free one. Clients can connect from now on.
    ///
    /// # Errors
    /// Those of binding a socket; and of making a certificate, which needs valid host names.
    pub fn bind(address: SocketAddr, service: Service, listening: &Listening) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let tls = listening
            .tls
            .then(|| Tls::new(address.ip(), &service.host_names(), &service.buckets()))
            .transpose()?;
        Ok(Self {
            listener,
            address,
            service,
            bandwidth: listening.bandwidth,
            tls,
        })
    }

    /// The address it is bound to.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The URL to reach it by: `http://127.0.0.1:9000`.
    pub fn endpoint(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The certificate, as PEM, that a client has to trust; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.tls.as_ref().map(|tls| tls.ca_pem.as_str())
    }

    /// Serves until `shutdown` is done; connections that are open then are dropped.
    ///
    /// Runs on a tokio runtime with I/O and time.
    ///
    /// # Errors
    /// Those of handing the socket to the runtime.
    pub async fn serve_until(self, shutdown: impl Future) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let acceptor = Acceptor {
            service: self.service,
            tls: self.tls.map(|tls| tls.acceptor),
            bandwidth: self.bandwidth,
        };
        acceptor.serve_until(listener, shutdown).await;
        Ok(())
    }

    /// Serves on threads of its own until the returned handle is stopped or dropped.
    ///
    /// # Errors
    /// Those of starting threads and a runtime.
    pub fn start(self) -> io::Result<RunningServer> {
        let (endpoint, address) = (self.endpoint(), self.address);
        let ca_pem = self.ca_pem().map(str::to_owned);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("devserver")
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new()
            .name("devserver".to_owned())
            .spawn(move || runtime.block_on(self.serve_until(stopped)))?;
        Ok(RunningServer {
            endpoint,
            address,
            ca_pem,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// A server that runs on threads of its own; dropping it stops it and waits for them.
#[derive(Debug)]
pub struct RunningServer {
    endpoint: String,
    address: SocketAddr,
    ca_pem: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl RunningServer {
    /// The URL to reach it by.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address it is bound to.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The certificate, as PEM, that a client has to trust; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Stops the server; on return its socket is closed and no request is being answered.
    ///
    /// # Errors
    /// What ended the server if that was not this call.
    pub fn stop(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        // Dropping the sender ends the wait as well as sending does.
        drop(self.stop.take());
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(_)) => Err(io::Error::other("the server's thread panicked")),
            Some(Ok(result)) => result,
            None => Ok(()),
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        if let Err(cause) = self.end() {
            tracing::warn!(%cause, "the server ended badly");
        }
    }
}
