//! `~/.ossutilconfig`, as ossutil 1 and ossutil 2 write it (their official documentation, and
//! `config_helper.go` of ossutil 1).
//!
//! Names are compared without case, `-` and `_`; those that mean nothing here are passed over. A `#` in a
//! value is part of it, as for ossutil 1 (`configparser.go` of alyu/configparser, which it reads with).

use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::sections::{Line, lines, plain};
use super::{ConfigFile, DEFAULT, FileKind, origin};
use crate::error::Error;
use crate::key::Key;
use crate::layer::{Layer, Origin, Profiles};

/// What a section is about.
enum About<'a> {
    /// `[Credentials]`, `[Default]`, `[profile NAME]`.
    Profile(String),
    /// `[buckets NAME]`.
    Bucket(&'a str),
    /// `[Bucket-Endpoint]`: endpoints by bucket.
    Endpoints,
    /// `[Bucket-Cname]`: names of their own by bucket.
    Cnames,
    /// `[AkService]`: an address that gives credentials.
    KeyService,
    /// Nothing that is known here.
    Nothing,
}

/// The proxy of ossutil 1, in pieces.
#[derive(Default)]
struct Proxy<'a> {
    host: &'a str,
    user: &'a str,
    password: &'a str,
    section: &'a str,
}

pub(super) fn parse(path: &Path, text: &str) -> Result<ConfigFile, Error> {
    let lines = lines(text).map_err(|line| Error::Syntax {
        path: path.to_owned(),
        line: Some(line),
        reason: "it is neither [section] nor name=value".to_owned(),
    })?;
    let mut file = ConfigFile::new(path, FileKind::Ossutil, Profiles::new());
    let mut profiles = Profiles::new();
    let mut proxy = Proxy::default();
    let (mut about, mut section) = (About::Nothing, "");
    for line in lines {
        let (name, value) = match line {
            Line::Section(name) => {
                (about, section) = (about_of(name), name);
                continue;
            }
            Line::Value(name, value) => (name, value),
        };
        let origin = origin(path, section);
        match &about {
            About::Profile(profile) => {
                let layer = profiles.entry(profile.clone()).or_default();
                if !proxy.take(name, value, section) {
                    add(layer, &origin, name, value);
                }
            }
            About::Bucket(bucket) => add(file.bucket_entry(bucket), &origin, name, value),
            About::Endpoints => {
                file.bucket_entry(name)
                    .add(Key::Endpoint, &origin, value.to_owned());
            }
            About::Cnames => {
                let layer = file.bucket_entry(name);
                // Where both are given, the name of its own counts (official documentation).
                let mut cname = Layer::default();
                cname.add(Key::Endpoint, &origin, value.to_owned());
                cname.add(Key::Addressing, &origin, "cname".to_owned());
                *layer = cname.over(layer);
            }
            About::KeyService if plain(name) == "ecsak" => {
                let layer = profiles.entry(DEFAULT.to_owned()).or_default();
                layer.add(Key::CredentialsUri, &origin, value.to_owned());
            }
            About::KeyService | About::Nothing => {}
        }
    }
    if let Some(url) = proxy.url() {
        let layer = profiles.entry(DEFAULT.to_owned()).or_default();
        layer.add(Key::Proxy, &origin(path, proxy.section), url);
    }
    file.profiles = profiles.into();
    Ok(file)
}

fn about_of(section: &str) -> About<'_> {
    let (kind, name) = match section.split_once(char::is_whitespace) {
        Some((kind, name)) => (plain(kind), name.trim()),
        None => (plain(section), ""),
    };
    match (kind.as_str(), name) {
        ("credentials" | "default", "") => About::Profile(DEFAULT.to_owned()),
        ("profile", name) if !name.is_empty() => About::Profile(name.to_lowercase()),
        ("buckets" | "bucket", name) if !name.is_empty() => About::Bucket(name),
        ("bucketendpoint", "") => About::Endpoints,
        ("bucketcname", "") => About::Cnames,
        ("akservice", "") => About::KeyService,
        _ => About::Nothing,
    }
}

/// Adds a setting under the name and in the form that it has here.
fn add(layer: &mut Layer, origin: &Origin, name: &str, value: &str) {
    let key = match plain(name).as_str() {
        "endpoint" | "host" => Key::Endpoint,
        "region" => Key::Region,
        "signversion" | "signatureversion" => Key::SignVersion,
        "addressingstyle" | "addressing" => Key::Addressing,
        "proxy" => Key::Proxy,
        "retrytimes" => Key::Retries,
        // Seconds without a byte read. Ours also holds for connecting, so theirs for that is not.
        "readtimeout" => Key::Timeout,
        "mode" => Key::Mode,
        "accesskeyid" | "accessid" => Key::AccessKeyId,
        "accesskeysecret" | "accesskey" => Key::AccessKeySecret,
        "ststoken" | "securitytoken" | "sessiontoken" => Key::SecurityToken,
        "ramrolearn" | "rolearn" => Key::RoleArn,
        "rolesessionname" => Key::RoleSessionName,
        "tokentimeout" | "durationseconds" => Key::RoleDuration,
        "externalid" => Key::ExternalId,
        "stsregion" | "stsendpoint" => Key::StsEndpoint,
        "oidcproviderarn" => Key::OidcProviderArn,
        "oidctokenfile" | "oidctokenfilepath" => Key::OidcTokenFile,
        "ecsrolename" => Key::EcsRole,
        "credentialuri" | "credentialsuri" => Key::CredentialsUri,
        "credentialprocess" => Key::CredentialProcess,
        "sourceprofile" => Key::SourceProfile,
        _ => return,
    };
    let value = match key {
        Key::StsEndpoint => sts_endpoint(value),
        Key::SignVersion | Key::Addressing => value.to_lowercase(),
        Key::SourceProfile => match about_of(value) {
            About::Profile(name) => name,
            _ => value.to_lowercase(),
        },
        _ => value.to_owned(),
    };
    layer.add(key, origin, value);
}

/// A region stands for its endpoint.
pub(super) fn sts_endpoint(value: &str) -> String {
    if value.is_empty() || value.contains('.') || value.contains(':') {
        value.to_owned()
    } else {
        format!("sts.{value}.aliyuncs.com")
    }
}

impl<'a> Proxy<'a> {
    /// Takes a piece; whether it was one.
    fn take(&mut self, name: &str, value: &'a str, section: &'a str) -> bool {
        let piece = match plain(name).as_str() {
            "proxyhost" => {
                self.section = section;
                &mut self.host
            }
            "proxyuser" => &mut self.user,
            "proxypwd" => &mut self.password,
            _ => return false,
        };
        *piece = value;
        true
    }

    fn url(&self) -> Option<String> {
        if self.host.is_empty() {
            return None;
        }
        let (scheme, host) = self.host.split_once("://").unwrap_or(("http", self.host));
        if self.user.is_empty() {
            return Some(format!("{scheme}://{host}"));
        }
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let (user, password) = (encoded(self.user), encoded(self.password));
        Some(format!("{scheme}://{user}:{password}@{host}"))
    }
}

impl ConfigFile {
    pub(super) fn bucket_entry(&mut self, bucket: &str) -> &mut Layer {
        self.buckets.entry(bucket.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests;
