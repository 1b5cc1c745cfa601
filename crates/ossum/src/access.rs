use std::fmt;
use std::sync::Arc;

use ossum_client::auth::{Credentials, CredentialsProvider, StaticCredentials};

use crate::error::Error;

/// Who asks, as a builder is told. Its `Debug` shows no secret.
#[derive(Clone, Default)]
pub(crate) enum Access {
    /// Nothing was said: the environment may know.
    #[default]
    Unsaid,
    Anonymous,
    Key {
        id: String,
        secret: String,
    },
    Provider(Arc<dyn CredentialsProvider>),
}

impl Access {
    /// What signs; `None` for nobody in particular.
    pub(crate) fn provider(
        self,
        security_token: Option<String>,
    ) -> Result<Option<Arc<dyn CredentialsProvider>>, Error> {
        match self {
            Self::Key { id, secret } => {
                let credentials = key(id, secret, security_token);
                let credentials = credentials.map_err(ossum_config::Error::BadCredentials)?;
                Ok(Some(Arc::new(StaticCredentials::new(credentials))))
            }
            _ if security_token.is_some() => Err(Error::lone_token()),
            Self::Provider(provider) => Ok(Some(provider)),
            Self::Anonymous => Ok(None),
            Self::Unsaid => Err(ossum_config::Error::NoCredentials { passed_over: None }.into()),
        }
    }
}

fn key(
    id: String,
    secret: String,
    token: Option<String>,
) -> Result<Credentials, ossum_client::auth::CredentialsError> {
    let credentials = Credentials::new(id, secret)?;
    match token {
        Some(token) => credentials.with_security_token(token),
        None => Ok(credentials),
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsaid => "Unsaid",
            Self::Anonymous => "Anonymous",
            Self::Key { .. } => "Key",
            Self::Provider(_) => "Provider",
        })
    }
}
