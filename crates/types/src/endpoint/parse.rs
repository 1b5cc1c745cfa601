use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use super::{Endpoint, EndpointHost, Scheme};
use crate::Invalid;

impl Endpoint {
    /// Parses `text`, taking `default` where it names no scheme.
    ///
    /// # Errors
    /// [`Invalid`] for another scheme, a user, a path or a query, or a host that is none.
    pub fn parse(text: &str, default: Scheme) -> Result<Self, Invalid> {
        let refuse = |reason: &'static str| Invalid::new("endpoint", redact_user(text), reason);
        let trimmed = text.trim();
        let (scheme, rest) = match trimmed.split_once("://") {
            None => (default, trimmed),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            Some(_) => return Err(refuse("its scheme is https:// or http://")),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(refuse("credentials do not belong in an endpoint"));
        }
        if authority.contains(['/', '?', '#']) {
            return Err(refuse(
                "it is a host, with no bucket, path or query behind it",
            ));
        }
        let (host, port) = split_port(authority).ok_or_else(|| refuse("its port is no number"))?;
        let host =
            parse_host(host).ok_or_else(|| refuse("write a host: oss-cn-hangzhou.aliyuncs.com"))?;
        Ok(Self::new(scheme, host, port))
    }
}

impl FromStr for Endpoint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text, Scheme::Https)
    }
}

/// What precedes an `@` may be a password: an error message leaves it out.
fn redact_user(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, host)| host)
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Some((authority, None));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let digits = port.bytes().all(|b| b.is_ascii_digit());
            let port = port.parse().ok().filter(|port| digits && *port != 0)?;
            Some((host, Some(port)))
        }
        _ => Some((authority, None)),
    }
}

fn parse_host(host: &str) -> Option<EndpointHost> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Some(EndpointHost::Ip(ip));
    }
    let name = host.to_ascii_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let relative = name.strip_suffix('.').unwrap_or(&name);
    (relative.len() <= 253 && relative.split('.').all(is_label))
        .then(|| EndpointHost::Name(relative.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        text.parse().unwrap()
    }

    #[test]
    fn every_usual_spelling_is_understood() {
        for (text, shown) in [
            (
                "oss-cn-hangzhou.aliyuncs.com",
                "https://oss-cn-hangzhou.aliyuncs.com",
            ),
            ("HTTP://127.0.0.1:9000/", "http://127.0.0.1:9000"),
            ("localhost:9000", "https://localhost:9000"),
            ("::1", "https://[::1]"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("files.example.com.", "https://files.example.com"),
        ] {
            assert_eq!(endpoint(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_bare_host_is_refused() {
        for bad in [
            "",
            "https://",
            "ftp://x",
            "x/bucket",
            "x?y",
            "x:0",
            "x:+1",
            "x:port",
            "a b",
            "http://a..b",
            "[::1",
            "x:99999",
        ] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_in_an_endpoint_is_refused_and_not_repeated() {
        let message = "https://ak:secret@host"
            .parse::<Endpoint>()
            .unwrap_err()
            .to_string();
        assert!(!message.contains("secret"), "{message}");
    }
}
