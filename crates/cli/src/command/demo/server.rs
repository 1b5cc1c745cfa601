//! The server of the demo, and what is asked of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ossum_client::auth::{Credentials, StaticCredentials};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{Client, Settings};
use ossum_devserver::{
    Access, AccessKey, Listening, RunningServer, Server, Service, Settings as ServiceSettings,
    Storage,
};
use ossum_transfer::{Download, Upload};
use ossum_types::{BucketName, Invalid, ObjectUrl, Region};

use super::MAX_IN_MEMORY;
use crate::failure::Failure;

/// A server in this process, which lets in one key.
pub(super) struct Embedded {
    server: RunningServer,
    kept: &'static str,
}

const BUCKET: &str = "demo";
const REGION: &str = "cn-hangzhou";
// Good for one server, which only this machine reaches, while the demo runs.
const ACCESS_KEY_ID: &str = "demo-key";
const ACCESS_KEY_SECRET: &str = "demo-secret";

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
        let server = Service::new(settings)
            .and_then(|service| Server::bind(address, service, &Listening::default()))
            .and_then(Server::start)
            .map_err(|source| Failure::System {
                action: "start the embedded server".to_owned(),
                source,
            })?;
        Ok(Self { server, kept })
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

fn object() -> ObjectUrl {
    ObjectUrl {
        bucket: bucket(),
        key: "data.bin".parse().expect("data.bin is a key"),
    }
}

/// From `file` to the server.
pub(super) fn upload(file: &Path) -> Upload {
    Upload::new(file, object())
}

/// From the server to `file`.
pub(super) fn download(file: &Path) -> Download {
    Download::new(object(), file)
}
