//! The way to OSS, step by step: who cannot get through reads at which one it ends.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ossum_client::op::ListBuckets;
use ossum_client::transport::TransportErrorKind;
use ossum_client::{Client, Error, ErrorKind, Settings};
use ossum_config::Resolved;
use ossum_types::{Endpoint, Scheme};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::exam::Exam;
use crate::failure::Failure;

/// So long each step may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A clock that is closer than this is right.
const CLOSE: Duration = Duration::from_secs(30);

/// Whether there are credentials that can be used now.
pub(super) async fn credentials(exam: &mut Exam<'_>, settings: &Settings) -> Result<(), Failure> {
    const CHECK: &str = "credentials";
    let Some(provider) = &settings.credentials else {
        return exam.ok(
            CHECK,
            "none: nothing is signed, only what is public can be read",
        );
    };
    match provider.provide().await {
        Ok(found) => {
            let id = ossum_client::auth::masked(found.access_key_id());
            let kind = match found.security_token() {
                Some(_) => "temporary",
                None => "permanent",
            };
            exam.ok(CHECK, format!("{id}, {kind}"))
        }
        Err(error) => exam.fail(CHECK, Failure::Credentials(error)),
    }
}

/// Finds the address of the service, or of the proxy before it, and connects; tells whether it could.
pub(super) async fn reach(exam: &mut Exam<'_>, resolved: &Resolved) -> Result<bool, Failure> {
    let endpoint = &resolved.settings.endpoint;
    let proxy = resolved.transport.proxy_to(endpoint);
    let told = match &proxy {
        Some(url) => format!("{url} is used"),
        None => "none is used".to_owned(),
    };
    exam.ok("proxy", told)?;
    let place = place_of(endpoint, proxy.as_deref());
    let addresses = match resolve(&place).await {
        Ok(addresses) => addresses,
        Err(source) => {
            exam.fail("dns", unreachable("find the address of", &place, source))?;
            return Ok(false);
        }
    };
    let told: Vec<_> = addresses.iter().map(ToString::to_string).collect();
    exam.ok("dns", format!("{place} is {}", told.join(", ")))?;
    match connect(&addresses).await {
        Ok(address) => {
            exam.ok("tcp", format!("connected to {address}"))?;
            Ok(true)
        }
        Err(source) => {
            exam.fail("tcp", unreachable("connect to", &place, source))?;
            Ok(false)
        }
    }
}

/// What is connected to: the proxy where there is one, otherwise the endpoint.
fn place_of(endpoint: &Endpoint, proxy: Option<&str>) -> String {
    if let Some((_, place)) = proxy.and_then(|url| url.split_once("://")) {
        return place.to_owned();
    }
    let authority = endpoint.authority();
    match (endpoint.port(), endpoint.scheme()) {
        (Some(_), _) => authority.to_owned(),
        (None, Scheme::Https) => format!("{authority}:443"),
        (None, Scheme::Http) => format!("{authority}:80"),
    }
}

fn unreachable(action: &str, place: &str, source: io::Error) -> Failure {
    Failure::Unreachable {
        what: format!("{action} {place}"),
        source,
    }
}

async fn resolve(place: &str) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<_> = in_time(lookup_host(place)).await?.collect();
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it has none"));
    }
    Ok(found)
}

/// Connects to the first address that takes it.
async fn connect(addresses: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut outcome = Err(io::ErrorKind::AddrNotAvailable.into());
    for address in addresses {
        outcome = in_time(TcpStream::connect(address)).await.map(|_| *address);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match timeout(PATIENCE, work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "there was no answer in 10 seconds",
        )),
    }
}

/// Asks OSS for as little as can be asked without a bucket; tells whether it could be asked more.
pub(super) async fn answers(exam: &mut Exam<'_>, client: &Client) -> Result<bool, Failure> {
    const CHECK: &str = "oss";
    let request = ListBuckets {
        page_size: 1,
        ..ListBuckets::default()
    };
    match client.list_buckets_page(&request).await {
        Ok(_) => {
            exam.ok(CHECK, "it answers, and takes these credentials")?;
            Ok(true)
        }
        Err(error) if is_only_forbidden(&error) => {
            exam.warn(
                CHECK,
                "it answers, and does not let these credentials list buckets",
                "name a bucket to look further: ossum doctor oss://BUCKET",
            )?;
            Ok(true)
        }
        Err(error) => {
            exam.fail(check_of(&error, CHECK), error.into())?;
            Ok(false)
        }
    }
}

/// Whether OSS knows who asks, and only does not allow it.
pub(super) fn is_only_forbidden(error: &Error) -> bool {
    let code = error.service().and_then(|service| service.code.as_deref());
    error.kind() == ErrorKind::Denied && code == Some("AccessDenied")
}

/// Which step failed.
pub(super) fn check_of(error: &Error, otherwise: &'static str) -> &'static str {
    match error.transport() {
        Some(TransportErrorKind::Tls) => "tls",
        Some(TransportErrorKind::ProxyRefused) => "proxy",
        _ => otherwise,
    }
}

/// Says how what travels is protected, once an answer has come that way.
pub(super) fn tls(exam: &mut Exam<'_>, is_encrypted: bool, client: &Client) -> Result<(), Failure> {
    const CHECK: &str = "tls";
    if client.service_time().is_none() {
        return Ok(()); // nothing came
    }
    if is_encrypted {
        return exam.ok(CHECK, "the certificate is trusted");
    }
    if client.endpoint().is_loopback() {
        return exam.ok(CHECK, "none, and none is needed on this machine");
    }
    exam.warn(
        CHECK,
        "none: whoever listens reads everything",
        "use https://",
    )
}

/// How far the clock of this machine is off.
pub(super) fn clock(exam: &mut Exam<'_>, client: &Client) -> Result<(), Failure> {
    const CHECK: &str = "clock";
    match client.clock_skew() {
        None => Ok(()),
        Some(skew) if skew.distance() < CLOSE => {
            exam.ok(CHECK, "within half a minute of that of OSS")
        }
        Some(skew) => exam.warn(
            CHECK,
            format!("this machine's clock is {skew} of OSS"),
            "set it, best by NTP; until then requests are signed with the time of OSS",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_connected_to_is_the_proxy_or_the_endpoint_with_its_port() {
        let of = |text: &str| Endpoint::parse(text, Scheme::Https).unwrap();
        let https = of("https://oss-cn-hangzhou.aliyuncs.com");
        assert_eq!(place_of(&https, None), "oss-cn-hangzhou.aliyuncs.com:443");
        assert_eq!(place_of(&of("http://[::1]:9000"), None), "[::1]:9000");
        assert_eq!(place_of(&https, Some("http://proxy:3128")), "proxy:3128");
    }
}
