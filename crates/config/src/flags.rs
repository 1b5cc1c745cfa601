use std::path::PathBuf;

use ossum_client::ClearText;
use ossum_types::Network;

use crate::key::Key;
use crate::layer::{Layer, Origin};

/// What was said for this one time. It counts before everything else.
///
/// No flag takes a secret: who else is on the machine can read them.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--profile`
    pub profile: Option<String>,
    /// `--config`: the one configuration file that is read, whoever's it is.
    pub config: Option<PathBuf>,
    /// `--endpoint`
    pub endpoint: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--internal` and `--accelerate`
    pub network: Option<Network>,
    /// `--sign-version`
    pub sign_version: Option<String>,
    /// `--addressing`
    pub addressing: Option<String>,
    /// `--anonymous`
    pub access: Access,
    /// `--proxy`
    pub proxy: Option<String>,
    /// `--ca`
    pub ca: Option<PathBuf>,
    /// `--insecure`: whom to trust is not checked.
    pub insecure: bool,
    /// `--allow-http`
    pub clear_text: ClearText,
    /// `--retries`
    pub retries: Option<String>,
    /// `--timeout`
    pub timeout: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Somebody with credentials, which have to be there.
    #[default]
    Signed,
    /// Nobody in particular; never a fallback for missing credentials.
    Anonymous,
}

impl Flags {
    pub(crate) fn layer(&self) -> Layer {
        let flag = |layer: Layer, key, name, text: &Option<String>| {
            layer.with(key, &Origin::Flag(name), text.clone())
        };
        let layer = Layer::default();
        let layer = flag(layer, Key::Endpoint, "--endpoint", &self.endpoint);
        let layer = flag(layer, Key::Region, "--region", &self.region);
        let layer = flag(
            layer,
            Key::SignVersion,
            "--sign-version",
            &self.sign_version,
        );
        let layer = flag(layer, Key::Addressing, "--addressing", &self.addressing);
        let layer = flag(layer, Key::Proxy, "--proxy", &self.proxy);
        let layer = flag(layer, Key::Retries, "--retries", &self.retries);
        flag(layer, Key::Timeout, "--timeout", &self.timeout)
    }
}
