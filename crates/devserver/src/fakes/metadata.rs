//! The metadata of an ECS instance, as far as credentials go (official documentation of instance
//! metadata).

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Method, Response, StatusCode, request};
use jiff::{SignedDuration, Timestamp};

use super::desk::{plain, typed};
use super::issued::Temporary;
use super::{EcsRole, Metadata};
use crate::body::Body;
use crate::id;

const TOKEN_PATH: &str = "/latest/api/token";
const ROLES_PATH: &str = "/latest/meta-data/ram/security-credentials";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const TOKEN_TTL: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";

/// A token lives at most this many seconds.
const LONGEST_TTL_SECONDS: i64 = 21_600;
/// So many tokens are remembered, the oldest are forgotten first.
const MAX_TOKENS: usize = 1000;

/// An ECS instance with a role.
#[derive(Debug)]
pub(super) struct Instance {
    role: EcsRole,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Metadata tokens and when they end, the oldest first.
    tokens: VecDeque<(String, Timestamp)>,
    current: Option<Temporary>,
}

impl Instance {
    pub(super) fn new(role: EcsRole) -> Self {
        let state = Mutex::default();
        Self { role, state }
    }

    pub(super) fn is_asked(path: &str) -> bool {
        path == TOKEN_PATH || role_in(path).is_some()
    }

    /// Answers a request whose path is one of the metadata's.
    ///
    /// `failing` says how a request for credentials has to fail, `issue` makes new ones.
    pub(super) fn answer(
        &self,
        head: &request::Parts,
        now: Timestamp,
        failing: impl FnOnce() -> Option<Response<Body>>,
        issue: impl FnOnce() -> Temporary,
    ) -> Response<Body> {
        match (&head.method, role_in(head.uri.path())) {
            (&Method::PUT, None) => self.give_token(&head.headers, now),
            (&Method::GET, Some(role)) => {
                let refused = self.refusal(&head.headers, now);
                refused.unwrap_or_else(|| self.tell(role, now, failing, issue))
            }
            _ => plain(StatusCode::METHOD_NOT_ALLOWED, "there is no such method\n"),
        }
    }

    fn give_token(&self, headers: &HeaderMap, now: Timestamp) -> Response<Body> {
        let ttl = headers.get(TOKEN_TTL).and_then(|ttl| ttl.to_str().ok());
        let ttl = ttl.and_then(|ttl| ttl.parse::<i64>().ok());
        let Some(ttl) = ttl.filter(|ttl| (1..=LONGEST_TTL_SECONDS).contains(ttl)) else {
            let message = "a token lives for 1 to 21600 seconds\n";
            return plain(StatusCode::BAD_REQUEST, message);
        };
        let token = id::unique(now);
        let mut state = self.state();
        if state.tokens.len() == MAX_TOKENS {
            state.tokens.pop_front();
        }
        let end = now + SignedDuration::from_secs(ttl);
        state.tokens.push_back((token.clone(), end));
        plain(StatusCode::OK, &token)
    }

    /// The refusal of whoever comes without a token where one is needed, or with a bad one anywhere.
    fn refusal(&self, headers: &HeaderMap, now: Timestamp) -> Option<Response<Body>> {
        let Some(token) = headers.get(TOKEN) else {
            let message = "a metadata token is needed\n";
            return match self.role.metadata {
                Metadata::Normal => None,
                Metadata::Hardened => Some(plain(StatusCode::FORBIDDEN, message)),
            };
        };
        let state = self.state();
        let mut known = state.tokens.iter();
        if known.any(|(known, end)| known.as_bytes() == token.as_bytes() && now < *end) {
            return None;
        }
        let message = "the metadata token is unknown or has expired\n";
        Some(plain(StatusCode::UNAUTHORIZED, message))
    }

    fn tell(
        &self,
        role: &str,
        now: Timestamp,
        failing: impl FnOnce() -> Option<Response<Body>>,
        issue: impl FnOnce() -> Temporary,
    ) -> Response<Body> {
        if role.is_empty() {
            plain(StatusCode::OK, &self.role.name)
        } else if role == self.role.name {
            failing().unwrap_or_else(|| self.give_credentials(now, issue))
        } else {
            plain(StatusCode::NOT_FOUND, "there is no such role\n")
        }
    }

    fn give_credentials(
        &self,
        now: Timestamp,
        issue: impl FnOnce() -> Temporary,
    ) -> Response<Body> {
        let mut state = self.state();
        let current = match state.current.take() {
            Some(current) if is_fresh(&current, now) => current,
            _ => issue(),
        };
        let document = state.current.insert(current).document();
        typed(StatusCode::OK, "application/json", document.to_string())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whatever is half done here is a token or a key too few.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The role in the path of a request for credentials: empty for the list of roles.
fn role_in(path: &str) -> Option<&str> {
    match path.strip_prefix(ROLES_PATH)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    }
}

/// Whether more than a fifth of its life is left, and it has begun.
fn is_fresh(temporary: &Temporary, now: Timestamp) -> bool {
    let life = temporary.expires.duration_since(temporary.issued);
    let left = temporary.expires.duration_since(now);
    left > life / 5 && left <= life
}
