//! STS: sessions of roles (official documentation of `AssumeRole` and `AssumeRoleWithOIDC`).

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Uri};
use jiff::Timestamp;
use ossum_client::Clock;
use ossum_client::auth::{
    BoxFuture, Credentials, CredentialsError, CredentialsErrorKind, CredentialsProvider,
};

use super::document;
use super::rpc::{Parameters, form, signed_form};
use super::web::{Reply, Web, failure};
use crate::credentials::RoleSession;

const VERSION: &str = "2015-04-01";
const STS: &str = "STS";

/// A role that other credentials assume.
pub(super) struct AssumeRole {
    pub(super) web: Web,
    pub(super) source: Arc<dyn CredentialsProvider>,
    pub(super) clock: Clock,
    pub(super) session: RoleSession,
}

/// A role that an OIDC token opens, which is read anew each time: who wrote it renews it.
pub(super) struct AssumeRoleWithOidc {
    pub(super) web: Web,
    pub(super) clock: Clock,
    pub(super) provider_arn: String,
    pub(super) token_file: PathBuf,
    pub(super) session: RoleSession,
}

impl AssumeRole {
    async fn fetch(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let source = self.source.provide().await?;
        let make = || {
            let form = signed_form(&self.parameters(&source), source.access_key_secret());
            post(&self.session.sts, form)
        };
        let reply = self.web.ask(STS, make).await?;
        if reply.status.is_client_error() {
            // It may be these that STS does not take; where they are fetched, they are fetched anew.
            self.source.forget(&source);
        }
        read(&self.session, &reply)
    }

    fn parameters(&self, source: &Credentials) -> Parameters {
        let mut parameters = common("AssumeRole", &self.session, self.clock.now());
        parameters.insert("AccessKeyId", source.access_key_id().to_owned());
        parameters.insert("SignatureMethod", "HMAC-SHA1".to_owned());
        parameters.insert("SignatureVersion", "1.0".to_owned());
        if let Some(token) = source.security_token() {
            parameters.insert("SecurityToken", token.to_owned());
        }
        if let Some(id) = &self.session.external_id {
            parameters.insert("ExternalId", id.clone());
        }
        parameters
    }
}

impl AssumeRoleWithOidc {
    async fn fetch(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let token = std::fs::read_to_string(&self.token_file).map_err(|error| {
            let message = format!("read the OIDC token in {}", self.token_file.display());
            CredentialsError::new(CredentialsErrorKind::Unavailable, message).with_source(error)
        })?;
        let make = || {
            let mut parameters = common("AssumeRoleWithOIDC", &self.session, self.clock.now());
            parameters.insert("OIDCProviderArn", self.provider_arn.clone());
            parameters.insert("OIDCToken", token.trim().to_owned());
            post(&self.session.sts, form(&parameters))
        };
        let reply = self.web.ask(STS, make).await?;
        read(&self.session, &reply)
    }
}

fn common(action: &str, session: &RoleSession, now: SystemTime) -> Parameters {
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let nonce = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
    let mut parameters = Parameters::from([
        ("Action", action.to_owned()),
        ("Version", VERSION.to_owned()),
        ("Format", "JSON".to_owned()),
        ("RoleArn", session.role_arn.clone()),
        ("RoleSessionName", session.name.clone()),
        ("SignatureNonce", nonce),
        ("Timestamp", now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
    ]);
    if let Some(duration) = session.duration {
        parameters.insert("DurationSeconds", duration.as_secs().to_string());
    }
    parameters
}

/// Everything stands in the body: addresses are logged on the way.
fn post(sts: &Uri, form: String) -> Result<Request<Bytes>, http::Error> {
    let place = sts.clone().into_parts();
    let mut uri = Uri::builder().path_and_query("/");
    if let (Some(scheme), Some(authority)) = (place.scheme, place.authority) {
        uri = uri.scheme(scheme).authority(authority);
    }
    Request::builder()
        .method(Method::POST)
        .uri(uri.build()?)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(form))
}

/// Of a refusal the code is told and not the message, which may hold what was signed.
fn read(session: &RoleSession, reply: &Reply) -> Result<Arc<Credentials>, CredentialsError> {
    let object = document::json(STS, &reply.body);
    if reply.status.is_success() {
        return document::read(STS, &object?["Credentials"]);
    }
    let object = object.unwrap_or_default();
    let part = |name: &str| object[name].as_str().and_then(document::as_code);
    let code = part("Code").unwrap_or_else(|| reply.status.as_str());
    let role = &session.role_arn;
    Err(failure(match part("RequestId") {
        Some(id) => format!("STS does not give the role {role}: {code} (request ID {id})"),
        None => format!("STS does not give the role {role}: {code}"),
    }))
}

impl CredentialsProvider for AssumeRole {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.fetch())
    }
}

impl CredentialsProvider for AssumeRoleWithOidc {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.fetch())
    }
}

impl fmt::Debug for AssumeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRole")
            .field("role_arn", &self.session.role_arn)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AssumeRoleWithOidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRoleWithOidc")
            .field("role_arn", &self.session.role_arn)
            .field("token_file", &self.token_file)
            .finish_non_exhaustive()
    }
}
