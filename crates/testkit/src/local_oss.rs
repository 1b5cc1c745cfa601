use std::net::{Ipv4Addr, SocketAddr};

use ossum_devserver::{
    Access, AccessKey, Listening, RunningServer, SecurityToken, Server, Service, Settings,
};

/// A local OSS in this process, which lets in one access key; gone when this is dropped.
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
        Self::start_with(|_| {})
    }

    /// The same with settings changed.
    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_listening(change, &Listening::default())
    }

    /// The same with settings changed, listening in another way.
    pub fn start_listening(change: impl FnOnce(&mut Settings), listening: &Listening) -> Self {
        let mut settings = Settings {
            access: Access::Keys(vec![Self::access_key(None)]),
            buckets: vec![Self::BUCKET.parse().expect("a bucket's name")],
            ..Settings::default()
        };
        change(&mut settings);
        let service = Service::new(settings).expect("a service");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(address, service.clone(), listening).and_then(Server::start);
        Self {
            server: server.expect("a server on a free port"),
            service,
        }
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
