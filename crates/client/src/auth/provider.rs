use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::Credentials;

/// A future that can be sent to another thread, behind a pointer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where credentials come from.
///
/// A client asks before every attempt, from any thread, many at a time: a provider that fetches
/// keeps what it has fetched. A client without a provider is anonymous and signs nothing.
pub trait CredentialsProvider: fmt::Debug + Send + Sync {
    /// Gives credentials that are valid now.
    ///
    /// # Errors
    /// [`CredentialsError`], which ends the operation.
    /// # Cancellation
    /// The future may be dropped at any point; a later call starts anew.
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>>;

    /// Hears that the service has refused `rejected` as expired.
    ///
    /// If these are still the ones kept, the next [`provide`](Self::provide) fetches anew; if others
    /// have been fetched meanwhile, there is nothing to do. Does not block.
    fn forget(&self, rejected: &Credentials) {
        // Credentials that are not fetched cannot be fetched anew.
        let _ = rejected;
    }
}

/// Credentials that are given once and stay.
#[derive(Debug, Clone)]
pub struct StaticCredentials(Arc<Credentials>);

impl StaticCredentials {
    /// Provides `credentials`, always.
    pub fn new(credentials: Credentials) -> Self {
        Self(Arc::new(credentials))
    }
}

impl CredentialsProvider for StaticCredentials {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(std::future::ready(Ok(Arc::clone(&self.0))))
    }
}

/// Why there are no credentials.
///
/// Clones share the cause: everyone who waited for the same fetch is told the same.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct CredentialsError {
    kind: CredentialsErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// What a caller can do about missing credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsErrorKind {
    /// This provider has not been set up: the next one may be asked.
    NotConfigured,
    /// What was set up cannot be credentials: someone has to correct it.
    Invalid,
    /// What was set up fails: it may work later, and no other provider stands in for it.
    Unavailable,
}

impl CredentialsError {
    /// An error that says `message`: lower case, no full stop, no secret in it.
    pub fn new(kind: CredentialsErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// The same error with its cause, which the message does not repeat.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into().into()),
            ..self
        }
    }

    /// What can be done about it.
    pub fn kind(&self) -> CredentialsErrorKind {
        self.kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn static_credentials_stay_when_they_are_refused() {
        let credentials = Credentials::new("id", "secret").unwrap();
        let provider: Arc<dyn CredentialsProvider> =
            Arc::new(StaticCredentials::new(credentials.clone()));
        provider.forget(&credentials);
        assert_eq!(*provider.provide().await.unwrap(), credentials);
    }

    #[test]
    fn the_cause_is_the_source_and_not_in_the_message() {
        let error = CredentialsError::new(CredentialsErrorKind::Unavailable, "the role is gone")
            .with_source("404");
        assert_eq!(error.to_string(), "the role is gone");
        assert_eq!(error.source().unwrap().to_string(), "404");
    }
}
