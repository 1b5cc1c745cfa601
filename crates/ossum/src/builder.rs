use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ossum_client::auth::{CredentialsProvider, SignatureVersion};
use ossum_client::{Addressing, ClearText, Client};
use ossum_config::{Access as ConfigAccess, Environment, Flags};

use crate::access::Access;
use crate::error::Error;
use crate::mode::{Async, Blocking};
use crate::{Ossum, blocking};

/// What an [`Ossum`] is told once.
///
/// Where the service is and who asks have to be said, here or in the
/// [environment](Self::environment); everything else has a default. Texts are looked at by
/// `build`. Nothing is read from the environment unless it is asked for, but where the
/// [state directory](Self::state_directory) is.
pub struct Builder<M = Async> {
    flags: Flags,
    access: Access,
    security_token: Option<String>,
    signature_version: Option<SignatureVersion>,
    addressing: Option<Addressing>,
    retries: Option<u32>,
    environment: Environment,
    state_directory: Option<PathBuf>,
    mode: PhantomData<fn() -> M>,
}

impl<M> Builder<M> {
    pub(crate) fn new() -> Self {
        Self {
            flags: Flags::default(),
            access: Access::default(),
            security_token: None,
            signature_version: None,
            addressing: None,
            retries: None,
            environment: Environment::default(),
            state_directory: None,
            mode: PhantomData,
        }
    }

    /// Where the service is: `https://oss-cn-hangzhou.aliyuncs.com`, or the address of another
    /// server. Absent, it is the public one of the [region](Self::region).
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.flags.endpoint = Some(endpoint.into());
        self
    }

    /// The region, such as `cn-hangzhou`, which V4 signatures name. Absent, a public endpoint tells
    /// it.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.flags.region = Some(region.into());
        self
    }

    /// The access key that signs.
    #[must_use]
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.access = Access::Key {
            id: id.into(),
            secret: secret.into(),
        };
        self
    }

    /// The token of a temporary access key, beside [`access_key`](Self::access_key).
    #[must_use]
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// Where credentials come from: asked before every request.
    #[must_use]
    pub fn credentials_provider(mut self, provider: Arc<dyn CredentialsProvider>) -> Self {
        self.access = Access::Provider(provider);
        self
    }

    /// Signs nothing: what is public can be read.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.access = Access::Anonymous;
        self
    }

    /// How requests are signed; V4 unless told otherwise.
    #[must_use]
    pub fn signature_version(mut self, version: SignatureVersion) -> Self {
        self.signature_version = Some(version);
        self
    }

    /// How a bucket stands in an address; as the endpoint needs it unless told otherwise.
    #[must_use]
    pub fn addressing(mut self, addressing: Addressing) -> Self {
        self.addressing = Some(addressing);
        self
    }

    /// How often a failed request is repeated: 8 times unless told otherwise, within about a
    /// minute.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// How long nothing may move on a connection before the request counts as failed; 30 seconds
    /// unless told otherwise. No limit for the transfer as a whole.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.flags.timeout = Some(format!("{}ns", timeout.as_nanos()));
        self
    }

    /// Lets signed requests travel in the clear to other machines than this one. Whoever listens
    /// can repeat them and read the data.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.flags.clear_text = ClearText::Allow;
        self
    }

    /// Takes from the environment of this process what is not said here, and from the configuration
    /// files that it leads to.
    ///
    /// Variables are those of the command line: `OSS_ENDPOINT`, `OSS_REGION`, `OSS_ACCESS_KEY_ID`,
    /// `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN`, and `HTTPS_PROXY`, `HTTP_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY`; those that lead to temporary credentials, and `OSS_PROFILE`. They
    /// are read now. Files are those of the command line as well, in the directories that
    /// `XDG_CONFIG_HOME` and `HOME` name; they are read by `build`. Credentials that have to be
    /// fetched are fetched when a request first needs them.
    #[must_use]
    pub fn environment(mut self) -> Self {
        self.environment = std::env::vars_os().collect();
        self
    }

    /// Where checkpoints lie that have no file to lie beside, those of copies, and pointers to
    /// whatever is unfinished. Absent, it is `$XDG_STATE_HOME/ossum`, or `.local/state/ossum` in
    /// the home directory, as for the command line.
    #[must_use]
    pub fn state_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.state_directory = Some(directory.into());
        self
    }

    fn make(self) -> Result<Ossum, Error> {
        let client = self.client()?;
        let usual = || ossum_config::state_directory(&std::env::vars_os().collect());
        let state_directory = self.state_directory.or_else(usual);
        Ok(Ossum::new(client, state_directory))
    }

    fn client(&self) -> Result<Client, Error> {
        let mut flags = self.flags.clone();
        let ask_environment =
            matches!(self.access, Access::Unsaid) && self.security_token.is_none();
        if !ask_environment {
            flags.access = ConfigAccess::Anonymous; // who asks is filled in below
        }
        let mut resolved = ossum_config::resolve(&flags, &self.environment)?;
        let settings = &mut resolved.settings;
        if !ask_environment {
            settings.credentials = self.access.clone().provider(self.security_token.clone())?;
        }
        if let Some(version) = self.signature_version {
            settings.signature_version = version;
        }
        if let Some(addressing) = self.addressing {
            settings.addressing = addressing;
        }
        if let Some(retries) = self.retries {
            settings.retry.retries = retries;
        }
        Ok(resolved.client()?)
    }
}

impl Builder<Async> {
    /// Makes it. Connects to nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) or
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials);
    /// [`Error::hint`] says what to do.
    pub fn build(self) -> Result<Ossum, Error> {
        self.make()
    }
}

impl Builder<Blocking> {
    /// Makes it. Connects to nothing yet.
    ///
    /// # Errors
    /// As [`Builder<Async>::build`].
    pub fn build(self) -> Result<blocking::Ossum, Error> {
        self.make().map(blocking::Ossum::from)
    }
}

impl<M> fmt::Debug for Builder<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("endpoint", &self.flags.endpoint)
            .field("region", &self.flags.region)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}
