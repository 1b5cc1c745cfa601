//! The role of the ECS instance that this process runs on (official documentation of instance
//! metadata).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Uri};
use ossum_client::auth::{BoxFuture, Credentials, CredentialsError, CredentialsProvider};

use super::document;
use super::web::{Reply, Web, failure};

const METADATA: &str = "the metadata of this instance";
const ROLES_PATH: &str = "/latest/meta-data/ram/security-credentials/";
const TOKEN_PATH: &str = "/latest/api/token";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const TOKEN_TTL: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";
/// The token is used at once and not kept.
const TTL_SECONDS: u32 = 60;
/// Where a container is a hop too far away, the answer with the token never comes.
const TOKEN_PATIENCE: Duration = Duration::from_secs(2);

/// Asks with a token (`IMDSv2`), and without one where none is to be had, unless that is forbidden.
#[derive(Debug)]
pub(super) struct EcsRole {
    pub(super) web: Web,
    /// Without one, the instance tells its role.
    pub(super) role: Option<String>,
    pub(super) endpoint: Uri,
    pub(super) allows_v1: bool,
}

impl EcsRole {
    async fn fetch(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let token = self.token().await;
        if token.is_none() && !self.allows_v1 {
            let message = format!("{METADATA} gives no token, and asking without is forbidden");
            return Err(failure(message));
        }
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.role_of_instance(token.as_deref()).await?,
        };
        let reply = self.get(&role, token.as_deref()).await?;
        if !reply.status.is_success() {
            let status = reply.status.as_u16();
            return Err(failure(format!(
                "{METADATA} does not give the role {role}: {status}"
            )));
        }
        document::read(METADATA, &document::json(METADATA, &reply.body)?)
    }

    async fn token(&self) -> Option<String> {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(format!("{}{TOKEN_PATH}", self.base()))
            .header(TOKEN_TTL, TTL_SECONDS)
            .body(Bytes::new());
        let reply = self.web.ask_once(request.ok()?, TOKEN_PATIENCE).await?;
        let token = String::from_utf8(reply.body).ok()?;
        let token = token.trim();
        let is_token = reply.status.is_success() && !token.is_empty();
        is_token.then(|| token.to_owned())
    }

    async fn role_of_instance(&self, token: Option<&str>) -> Result<String, CredentialsError> {
        let reply = self.get("", token).await?;
        let listed = String::from_utf8_lossy(&reply.body);
        let first = listed.lines().next().map(str::trim);
        let first = first.filter(|_| reply.status.is_success());
        let role = first.and_then(document::as_code);
        role.map(str::to_owned)
            .ok_or_else(|| failure(format!("{METADATA} has no role")))
    }

    async fn get(&self, role: &str, token: Option<&str>) -> Result<Reply, CredentialsError> {
        let make = || {
            let request = Request::builder().uri(format!("{}{ROLES_PATH}{role}", self.base()));
            let request = match token {
                Some(token) => request.header(TOKEN, token),
                None => request,
            };
            request.body(Bytes::new())
        };
        self.web.ask(METADATA, make).await
    }

    fn base(&self) -> String {
        self.endpoint.to_string().trim_end_matches('/').to_owned()
    }
}

impl CredentialsProvider for EcsRole {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.fetch())
    }
}
