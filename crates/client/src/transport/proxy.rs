use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use ossum_types::Invalid;

/// Which proxy a host is reached through, if any.
///
/// Understands `http://`, `https://`, `socks5://`, `socks5h://` and `socks4://` proxies, with a
/// user and password in the URL, and `NO_PROXY` lists as curl writes them. A password is never
/// printed.
#[derive(Clone)]
pub struct Proxies(Arc<Matcher>);

/// The way to one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Direct,
    /// Over TLS through an HTTP proxy: by `CONNECT`.
    Tunnel {
        proxy: Uri,
        auth: Option<HeaderValue>,
    },
    /// In the clear through an HTTP proxy: by asking it for the whole URL.
    Forward {
        proxy: Uri,
        auth: Option<HeaderValue>,
    },
    Socks {
        proxy: Uri,
        auth: Option<(String, String)>,
        version: Socks,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Socks {
    V4,
    /// Names are resolved here.
    V5,
    /// Names are resolved by the proxy.
    V5Remote,
}

impl Proxies {
    /// No proxy for any host.
    pub fn none() -> Self {
        Self(Arc::new(Matcher::builder().build()))
    }

    /// One proxy for every host.
    ///
    /// # Errors
    /// [`Invalid`] if `url` names no proxy.
    pub fn all(url: &str) -> Result<Self, Invalid> {
        Self::by_scheme(url, url, "")
    }

    /// A proxy for HTTP, one for HTTPS (each may be empty), and the hosts that need none.
    ///
    /// # Errors
    /// [`Invalid`] if a URL names no proxy.
    pub fn by_scheme(http: &str, https: &str, no_proxy: &str) -> Result<Self, Invalid> {
        for setting in [http, https]
            .into_iter()
            .filter(|setting| !setting.is_empty())
        {
            check(setting)?;
        }
        let matcher = Matcher::builder().http(http).https(https).no(no_proxy);
        Ok(Self(Arc::new(matcher.build())))
    }

    pub(super) fn route(&self, destination: &Uri) -> Route {
        match self.0.intercept(destination) {
            None => Route::Direct,
            Some(intercept) => through(&intercept, destination),
        }
    }
}

impl Route {
    /// The proxy, if there is one.
    pub(super) fn proxy(&self) -> Option<&Uri> {
        match self {
            Self::Direct => None,
            Self::Tunnel { proxy, .. }
            | Self::Forward { proxy, .. }
            | Self::Socks { proxy, .. } => Some(proxy),
        }
    }
}

/// The matcher ignores what it does not understand, and a proxy that is ignored is a surprise.
fn check(setting: &str) -> Result<(), Invalid> {
    let probe = Uri::from_static("https://proxied.invalid");
    if Matcher::builder()
        .all(setting)
        .build()
        .intercept(&probe)
        .is_some()
    {
        return Ok(());
    }
    let shown = setting.rsplit_once('@').map_or(setting, |(_, host)| host);
    let reason =
        "write it like http://host:port; http, https, socks4, socks5 and socks5h are understood";
    Err(Invalid::new("proxy", shown, reason))
}

fn through(intercept: &Intercept, destination: &Uri) -> Route {
    let proxy = intercept.uri().clone();
    let socks = match proxy.scheme_str() {
        Some("socks5") => Some(Socks::V5),
        Some("socks5h") => Some(Socks::V5Remote),
        Some("socks4" | "socks4a") => Some(Socks::V4),
        _ => None,
    };
    if let Some(version) = socks {
        let auth = intercept
            .raw_auth()
            .map(|(user, password)| (user.to_owned(), password.to_owned()));
        return Route::Socks {
            proxy,
            auth,
            version,
        };
    }
    let auth = intercept.basic_auth().cloned();
    if destination.scheme_str() == Some("https") {
        Route::Tunnel { proxy, auth }
    } else {
        Route::Forward { proxy, auth }
    }
}

impl Default for Proxies {
    fn default() -> Self {
        Self::none()
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The matcher holds passwords.
        f.write_str("Proxies")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(proxies: &Proxies, destination: &'static str) -> Route {
        proxies.route(&Uri::from_static(destination))
    }

    #[test]
    fn http_is_forwarded_and_https_tunnelled() {
        let proxies = Proxies::all("http://u:p@proxy:3128").unwrap();
        assert!(matches!(
            route(&proxies, "https://b.oss.example"),
            Route::Tunnel { auth: Some(_), .. }
        ));
        assert!(matches!(
            route(&proxies, "http://b.oss.example"),
            Route::Forward { auth: Some(_), .. }
        ));
    }

    #[test]
    fn socks_takes_both() {
        let proxies = Proxies::all("socks5h://proxy:1080").unwrap();
        let expected = |route| {
            matches!(
                route,
                Route::Socks {
                    version: Socks::V5Remote,
                    ..
                }
            )
        };
        assert!(expected(route(&proxies, "https://b.oss.example")));
        assert!(expected(route(&proxies, "http://b.oss.example")));
    }

    #[test]
    fn hosts_on_the_no_proxy_list_are_reached_directly() {
        let proxies = Proxies::by_scheme(
            "http://proxy:3128",
            "http://proxy:3128",
            "127.0.0.1,.internal",
        )
        .unwrap();
        assert_eq!(route(&proxies, "http://127.0.0.1:9000"), Route::Direct);
        assert_eq!(route(&proxies, "https://b.oss.internal"), Route::Direct);
        assert_ne!(route(&proxies, "https://example.com"), Route::Direct);
    }

    #[test]
    fn what_is_no_proxy_is_refused_and_no_password_repeated() {
        assert!(Proxies::all("ftp://u:hunter2@proxy").is_err());
        let error = Proxies::all("ftp://u:hunter2@proxy")
            .unwrap_err()
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
        assert!(
            !format!("{:?}", Proxies::all("http://u:hunter2@proxy").unwrap()).contains("hunter2")
        );
    }
}
