use std::time::SystemTime;

use ossum_devserver::{AccessKey, Listening, RunningServer, SecurityToken, Service, Settings};

use crate::{InProcess, InProcessOss, MovableClock, Server, Waits};

/// A local OSS on a port of this machine, which lets in one access key; gone when this is dropped.
///
/// [`Server`] makes it, or without sockets [`InProcessOss`](crate::InProcessOss).
#[derive(Debug)]
pub struct LocalOss {
    server: RunningServer,
    service: Service,
}

impl LocalOss {
    /// The access key that is let in.
    pub const ACCESS_KEY_ID: &str = "LTAI5tTestAccessKeyId";
    /// Its secret. No output may ever show it.
    pub const ACCESS_KEY_SECRET: &str = "TheSecretThatNobodyMayEverSee";
    /// The bucket that exists from the start.
    pub const BUCKET: &str = "bkt";
    /// Where it says it is.
    pub const REGION: &str = "cn-hangzhou";

    /// An empty one with one bucket.
    pub fn start() -> Self {
        Server::new().on_loopback()
    }

    /// The same with settings changed.
    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Server::new().with(change).on_loopback()
    }

    /// The same with settings changed, listening in another way.
    pub fn start_listening(change: impl FnOnce(&mut Settings), listening: &Listening) -> Self {
        Server::new().with(change).listening(listening)
    }

    pub(crate) fn new(server: RunningServer, service: Service) -> Self {
        Self { server, service }
    }

    /// The access key that is let in, as a temporary one where there is a token.
    pub fn access_key(token: Option<SecurityToken>) -> AccessKey {
        AccessKey {
            id: Self::ACCESS_KEY_ID.to_owned(),
            secret: Self::ACCESS_KEY_SECRET.to_owned(),
            token,
        }
    }

    /// The URL to reach it by.
    pub fn endpoint(&self) -> &str {
        self.server.endpoint()
    }

    /// The certificate to trust, where it speaks TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.server.ca_pem()
    }

    /// The service behind it, which counts, and can be told to fail.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The same service without sockets, to arrange and to look at things for a few minutes: its
    /// clock is the client's alone, and stands still.
    pub fn inside(&self) -> InProcessOss {
        let clock = MovableClock::at(SystemTime::now());
        let transport = InProcess::new(self.service.clone(), Waits::Skipped);
        InProcessOss::new(self.service.clone(), transport, clock, |_| {})
    }

    /// How many requests it has answered.
    pub fn answered(&self) -> u64 {
        self.service.answered()
    }

    /// What a user would export to use it.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("OSS_ENDPOINT", self.endpoint().to_owned()),
            ("OSS_REGION", Self::REGION.to_owned()),
            ("OSS_ACCESS_KEY_ID", Self::ACCESS_KEY_ID.to_owned()),
            ("OSS_ACCESS_KEY_SECRET", Self::ACCESS_KEY_SECRET.to_owned()),
        ]
    }
}
