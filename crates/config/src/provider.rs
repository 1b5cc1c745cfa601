//! Fetches temporary credentials from whoever gives them: STS, the metadata of an ECS instance, an
//! address, a command.
//!
//! Each asks anew whenever it is asked; [`CachedCredentials`] around it keeps what came.

mod document;
mod ecs;
mod process;
mod rpc;
mod sts;
mod uri;
mod web;

use std::sync::Arc;

use ossum_client::auth::{CachedCredentials, CredentialsProvider, StaticCredentials};
#[cfg(any(test, fuzzing))]
use ossum_client::auth::{Credentials, CredentialsError};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{ClearText, Clock};
use ossum_types::Invalid;

use crate::credentials::{RoleSession, Spec};
use crate::error::Error;
use web::{TIMEOUT, Web, is_near};

/// Reads credentials as they are handed out, whoever does it.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_credentials(bytes: &[u8]) -> Result<Arc<Credentials>, CredentialsError> {
    document::read("x", &document::json("x", bytes)?)
}

/// What all of them have in common.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) proxies: Proxies,
    pub(crate) tls: TlsSettings,
    pub(crate) clear_text: ClearText,
    pub(crate) clock: Clock,
}

impl Means {
    /// The provider that `spec` means. Nothing is fetched yet.
    pub(crate) fn provider(&self, spec: Spec) -> Result<Arc<dyn CredentialsProvider>, Error> {
        let source: Arc<dyn CredentialsProvider> = match spec {
            Spec::Key(key) => return Ok(Arc::new(StaticCredentials::new(key))),
            Spec::Role {
                source, session, ..
            } => Arc::new(sts::AssumeRole {
                web: self.sts(&session)?,
                source: self.provider(*source)?,
                clock: self.clock.clone(),
                session,
            }),
            Spec::Oidc {
                provider_arn,
                token_file,
                session,
            } => Arc::new(sts::AssumeRoleWithOidc {
                web: self.sts(&session)?,
                clock: self.clock.clone(),
                provider_arn,
                token_file,
                session,
            }),
            Spec::Ecs {
                role,
                endpoint,
                allows_v1,
            } => Arc::new(ecs::EcsRole {
                web: self.web(Proxies::none()),
                role,
                endpoint,
                allows_v1,
            }),
            Spec::Uri(uri) => {
                let proxies = if is_near(&uri) {
                    Proxies::none()
                } else {
                    self.proxies.clone()
                };
                Arc::new(uri::CredentialsUri {
                    web: self.web(proxies),
                    uri,
                })
            }
            Spec::Process(command) => Arc::new(process::CredentialProcess::new(command)),
        };
        Ok(Arc::new(CachedCredentials::new(source, self.clock.clone())))
    }

    fn sts(&self, session: &RoleSession) -> Result<Web, Error> {
        let is_clear = session.sts.scheme_str() == Some("http");
        if is_clear && self.clear_text != ClearText::Allow && !is_near(&session.sts) {
            let host = session.sts.host().unwrap_or_default();
            let reason = "the credentials it gives would travel in the clear; use https://";
            return Err(Error::Sts(Invalid::new("address of STS", host, reason)));
        }
        Ok(self.web(self.proxies.clone()))
    }

    fn web(&self, proxies: Proxies) -> Web {
        Web::new(Arc::new(HttpTransport::new(
            proxies,
            self.tls.clone(),
            TIMEOUT,
        )))
    }
}

#[cfg(test)]
mod tests;
