//! The server of the demo, and what is asked of it.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ossum_client::auth::{Credentials, StaticCredentials};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{Client, Settings};
use ossum_devserver::faults::{Effect, Rule, Rules};
use ossum_devserver::{
    Access, AccessKey, Listening, Operation, RunningServer, Server, Service,
    Settings as ServiceSettings, Storage,
};
use ossum_types::{BucketName, Invalid, ObjectUrl, Region};

use super::MAX_IN_MEMORY;
use crate::failure::Failure;

/// A server in this process, which lets in one key.
pub(super) struct Embedded {
    server: RunningServer,
    service: Service,
    kept: &'static str,
    state: PathBuf,
}

const BUCKET: &str = "demo";
const REGION: &str = "cn-hangzhou";
// Good for one server, which only this machine reaches, while the demo runs.
const ACCESS_KEY_ID: &str = "demo-key";
const ACCESS_KEY_SECRET: &str = "demo-secret";

/// Longer than anybody waits.
const HELD: Duration = Duration::from_hours(1);

impl Embedded {
    /// Starts on a free port. What does not fit in memory is kept in `directory`.
    pub(super) fn start(directory: &Path, size: u64) -> Result<Self, Failure> {
        let (storage, kept) = if size <= MAX_IN_MEMORY.get() {
            (Storage::Memory, "in memory")
        } else {
            (Storage::Directory(directory.join("server")), "on disk")
        };
        let settings = ServiceSettings {
            access: Access::Keys(vec![AccessKey {
                id: ACCESS_KEY_ID.to_owned(),
                secret: ACCESS_KEY_SECRET.to_owned(),
                token: None,
            }]),
            region: region(),
            buckets: vec![bucket()],
            storage,
            ..ServiceSettings::default()
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let failed = |source| Failure::System {
            action: "start the embedded server".to_owned(),
            source,
        };
        let service = Service::new(settings).map_err(failed)?;
        let server = Server::bind(address, service.clone(), &Listening::default());
        Ok(Self {
            server: server.and_then(Server::start).map_err(failed)?,
            service,
            kept,
            state: directory.join("state"),
        })
    }

    /// What another process needs to use it, and where that keeps its state.
    pub(super) fn environment(&self) -> [(&'static str, OsString); 5] {
        [
            ("OSS_ENDPOINT", self.server.endpoint().into()),
            ("OSS_REGION", REGION.into()),
            ("OSS_ACCESS_KEY_ID", ACCESS_KEY_ID.into()),
            ("OSS_ACCESS_KEY_SECRET", ACCESS_KEY_SECRET.into()),
            ("XDG_STATE_HOME", self.state.clone().into()),
        ]
    }

    /// Answers `count` more requests for `operation`, and then none until [`release`](Self::release).
    pub(super) fn hold_after(&self, operation: Operation, count: u32) {
        let after = u64::from(count) + 1;
        let hold = Rule::on(operation).from(after).then(Effect::Delay(HELD));
        self.service.set_faults(Rules::new().rule(hold));
    }

    /// Answers everything again.
    pub(super) fn release(&self) {
        self.service.set_faults(Rules::new());
    }

    /// Where it is, for people.
    pub(super) fn place(&self) -> String {
        format!("{}, objects {},", self.server.endpoint(), self.kept)
    }

    /// A client that signs as one has to.
    pub(super) fn client(&self) -> Result<Client, Failure> {
        let credentials = Credentials::new(ACCESS_KEY_ID, ACCESS_KEY_SECRET)
            .map_err(ossum_config::Error::BadCredentials)?;
        let endpoint = self.server.endpoint().parse().map_err(|invalid: Invalid| {
            Failure::usage(invalid.to_string(), "report it: the demo chose it itself")
        })?;
        let settings = Settings {
            region: Some(region()),
            credentials: Some(Arc::new(StaticCredentials::new(credentials))),
            ..Settings::new(endpoint)
        };
        let timeout = Duration::from_secs(30);
        let transport = HttpTransport::new(Proxies::none(), TlsSettings::default(), timeout);
        let client = Client::new(settings, Arc::new(transport));
        Ok(client.map_err(ossum_config::Error::Settings)?)
    }
}

fn region() -> Region {
    REGION.parse().expect("cn-hangzhou is a region")
}

fn bucket() -> BucketName {
    BUCKET.parse().expect("demo is a name for a bucket")
}

/// The object that goes up and comes down.
pub(super) fn object() -> ObjectUrl {
    ObjectUrl {
        bucket: bucket(),
        key: "data.bin".parse().expect("data.bin is a key"),
    }
}
