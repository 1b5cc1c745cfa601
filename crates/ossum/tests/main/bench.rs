use std::sync::Arc;

use ossum::{Builder, MemoryStore, Ossum};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect, Rule};
use ossum_testkit::{LocalOss, Server, Workspace};

/// A local OSS, a place to work in, and the way from one to the other.
pub(crate) struct Bench {
    pub(crate) oss: LocalOss,
    pub(crate) place: Workspace,
}

/// The object that tests make.
pub(crate) const OBJECT: &str = "oss://bkt/k";
pub(crate) const MIB: usize = 1 << 20;

impl Bench {
    pub(crate) fn new() -> Self {
        Self::on(Server::new())
    }

    pub(crate) fn on(server: Server) -> Self {
        Self {
            oss: server.on_loopback(),
            place: Workspace::new(),
        }
    }

    /// One where the fourth `operation` does not get anywhere.
    pub(crate) fn stuck_in(operation: Operation) -> Self {
        let stuck = Effect::Delay(std::time::Duration::from_mins(10));
        Self::on(Server::new().fault(Rule::on(operation).nth(4).then(stuck)))
    }

    pub(crate) fn builder<M>(&self, builder: Builder<M>) -> Builder<M> {
        builder
            .endpoint(self.oss.endpoint())
            .region(LocalOss::REGION)
            .access_key(LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET)
            .state_directory(self.place.path("state"))
    }

    pub(crate) fn ossum(&self) -> Ossum {
        self.builder(Ossum::builder()).build().unwrap()
    }

    pub(crate) fn blocking(&self) -> ossum::blocking::Ossum {
        self.builder(ossum::blocking::Ossum::builder())
            .build()
            .unwrap()
    }

    /// The bytes of [`OBJECT`], downloaded to another place.
    pub(crate) fn object(&self) -> Vec<u8> {
        let elsewhere = Workspace::new();
        let file = elsewhere.path("object");
        self.blocking().download(OBJECT, &file).send().unwrap();
        elsewhere.read("object")
    }

    /// What lies beside the files; the state directory is not looked at.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.place.names();
        names.into_iter().filter(|name| name != "state").collect()
    }
}

/// A store in memory, as a caller gives it.
pub(crate) fn in_memory(store: &MemoryStore) -> ossum::Checkpoint {
    ossum::Checkpoint::Store(Arc::new(store.clone()))
}
