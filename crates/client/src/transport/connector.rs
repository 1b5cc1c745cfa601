//! Makes connections: directly, through HTTP proxies, through SOCKS; with TLS where asked.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tower_service::Service;

use super::error::{find, is_out_of_sockets};
use super::keep_listening::KeepListening;
use super::proxy::{Proxies, Route, Socks};
use super::stall::{Patience, StallGuard};
use super::tls::{self, Tls};
use super::{TransportError, TransportErrorKind};

/// Whatever carries bytes both ways.
pub(super) trait Io: Read + Write + Unpin + Send {}
impl<T: Read + Write + Unpin + Send> Io for T {}

/// Makes connections of one configuration.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) proxies: Proxies,
    pub(super) tls: Tls,
    pub(super) timeout: Duration,
}

impl Connector {
    /// Connects to the host of `destination`, by `route`.
    ///
    /// The whole way counts against one timeout: name, TCP, proxy, TLS.
    pub(super) async fn connect(
        &self,
        destination: &Uri,
        route: &Route,
        patience: Patience,
    ) -> Result<Box<dyn Io>, TransportError> {
        let dial = self.dial(destination.clone(), route, patience);
        match tokio::time::timeout(self.timeout, dial).await {
            Ok(Ok(io)) => Ok(io),
            Ok(Err(error)) => Err(classify(destination, route, error)),
            Err(_elapsed) => {
                let host = host_of(destination, route);
                let message = format!(
                    "no connection to {host} within {} s",
                    self.timeout.as_secs_f64()
                );
                Err(TransportError::new(TransportErrorKind::Connect, message))
            }
        }
    }

    async fn dial(
        &self,
        destination: Uri,
        route: &Route,
        patience: Patience,
    ) -> Result<Box<dyn Io>, BoxError> {
        let secured = Secured(self.config(&destination, route)?);
        let tcp = self.tcp();
        match route {
            Route::Direct => through(secured.over(tcp), destination, patience).await,
            Route::Forward { proxy, .. } => {
                through(secured.over(tcp), proxy.clone(), patience).await
            }
            Route::Tunnel { proxy, auth } => {
                let mut tunnel = Tunnel::new(proxy.clone(), secured.over(tcp));
                if let Some(auth) = auth {
                    tunnel = tunnel.with_auth(auth.clone());
                }
                through(secured.over(tunnel), destination, patience).await
            }
            Route::Socks {
                proxy,
                version: Socks::V4,
                ..
            } => {
                let socks = SocksV4::new(proxy.clone(), tcp);
                through(secured.over(socks), destination, patience).await
            }
            Route::Socks {
                proxy,
                auth,
                version,
            } => {
                let mut socks = SocksV5::new(proxy.clone(), tcp).local_dns(*version == Socks::V5);
                if let Some((user, password)) = auth {
                    socks = socks.with_auth(user.clone(), password.clone());
                }
                through(secured.over(socks), destination, patience).await
            }
        }
    }

    /// What the connection's TLS is made with: nothing is set up for a way that has none.
    fn config(&self, destination: &Uri, route: &Route) -> Result<ClientConfig, TransportError> {
        let is_https = |uri: &Uri| uri.scheme() == Some(&Scheme::HTTPS);
        let proxy = match route {
            Route::Forward { proxy, .. } | Route::Tunnel { proxy, .. } => Some(proxy),
            Route::Direct | Route::Socks { .. } => None,
        };
        if is_https(destination) || proxy.is_some_and(is_https) {
            self.tls.config()
        } else {
            tls::trusting_nobody()
        }
    }

    fn tcp(&self) -> HttpConnector<Resolver> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(self.timeout));
        tcp
    }
}

/// TLS over a connector for `https` destinations, nothing over it for `http` ones.
struct Secured(ClientConfig);

impl Secured {
    fn over<C>(&self, inner: C) -> HttpsConnector<C> {
        HttpsConnectorBuilder::new()
            .with_tls_config(self.0.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(inner)
    }
}

type BoxError = Box<dyn StdError + Send + Sync>;

async fn through<C>(
    mut connector: C,
    destination: Uri,
    patience: Patience,
) -> Result<Box<dyn Io>, BoxError>
where
    C: Service<Uri>,
    C::Response: Read + Write + Unpin + Send + 'static,
    C::Error: Into<BoxError>,
{
    std::future::poll_fn(|cx| connector.poll_ready(cx))
        .await
        .map_err(Into::into)?;
    let io = connector.call(destination).await.map_err(Into::into)?;
    let io = KeepListening::new(TokioIo::new(io));
    Ok(Box::new(TokioIo::new(StallGuard::new(io, patience))))
}

fn host_of(destination: &Uri, route: &Route) -> String {
    let host = |uri: &Uri| uri.authority().map(ToString::to_string).unwrap_or_default();
    match route {
        Route::Direct => host(destination),
        Route::Forward { proxy, .. } | Route::Tunnel { proxy, .. } | Route::Socks { proxy, .. } => {
            format!("{} through the proxy {}", host(destination), host(proxy))
        }
    }
}

fn classify(destination: &Uri, route: &Route, error: BoxError) -> TransportError {
    let error = match error.downcast::<TransportError>() {
        Ok(classified) => return *classified,
        Err(error) => error,
    };
    let host = host_of(destination, route);
    let chain: &(dyn StdError + 'static) = error.as_ref();
    let (kind, message) = if find::<std::io::Error>(chain).is_some_and(is_out_of_sockets) {
        (
            TransportErrorKind::NoSocket,
            format!("no socket for a connection to {host}"),
        )
    } else if find::<Unresolved>(chain).is_some() {
        (
            TransportErrorKind::Resolve,
            format!("the name of {host} cannot be resolved"),
        )
    } else if find::<rustls::Error>(chain).is_some() {
        (
            TransportErrorKind::Tls,
            format!("TLS with {host} cannot be agreed on"),
        )
    } else if *route != Route::Direct && find::<std::io::Error>(chain).is_none() {
        (
            TransportErrorKind::ProxyRefused,
            format!("no connection to {host}"),
        )
    } else {
        (
            TransportErrorKind::Connect,
            format!("no connection to {host}"),
        )
    };
    TransportError::new(kind, message).with_source(error)
}

/// The system's resolver, whose failures can be told from those of connecting.
#[derive(Debug, Clone)]
struct Resolver(GaiResolver);

#[derive(Debug)]
struct Unresolved(std::io::Error);

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Unresolved {}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Unresolved;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Unresolved>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Unresolved>> {
        self.0.poll_ready(cx).map_err(Unresolved)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let lookup = self.0.call(name);
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = lookup.await.map_err(Unresolved)?.collect();
            Ok(addresses.into_iter())
        })
    }
}
