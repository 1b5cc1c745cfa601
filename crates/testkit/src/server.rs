use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use ossum_devserver::faults::Rule;
use ossum_devserver::{Access, Listening, Service, Settings};

use crate::{InProcess, InProcessOss, LocalOss, MovableClock, Waits};

/// A local OSS as a test describes it: one bucket, one access key, everything else as said.
///
/// Made in this process by [`in_process`](Self::in_process), behind a socket by
/// [`on_loopback`](Self::on_loopback):
///
/// ```
/// use ossum_devserver::Operation;
/// use ossum_devserver::faults::{Effect, Moment, Rule};
/// use ossum_testkit::Server;
///
/// let reset = Effect::Reset(Moment::AfterCommit);
/// let oss = Server::new()
///     .fault(Rule::on(Operation::PutObject).nth(1).then(reset))
///     .in_process();
/// oss.put("key", "hello").holds("key", "hello").no_open_uploads();
/// assert_eq!(oss.service().fired(), [1]);
/// ```
pub struct Server {
    settings: Settings,
    client: Box<dyn FnOnce(&mut ossum_client::Settings)>,
    waits: Waits,
}

impl Server {
    /// An empty one with [`LocalOss::BUCKET`], which lets in [`LocalOss::ACCESS_KEY_ID`].
    pub fn new() -> Self {
        let settings = Settings {
            access: Access::Keys(vec![LocalOss::access_key(None)]),
            buckets: vec![LocalOss::BUCKET.parse().expect("a bucket's name")],
            ..Settings::default()
        };
        Self {
            settings,
            client: Box::new(|_| {}),
            waits: Waits::Skipped,
        }
    }

    /// The same, where this goes wrong as well.
    #[must_use]
    pub fn fault(self, rule: Rule) -> Self {
        self.with(|settings| {
            settings.faults = std::mem::take(&mut settings.faults).rule(rule);
        })
    }

    /// The same with settings changed.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// The same with the settings of its client changed, where it has one.
    #[must_use]
    pub fn with_client(self, change: impl FnOnce(&mut ossum_client::Settings) + 'static) -> Self {
        let before = self.client;
        let client = Box::new(move |settings: &mut _| {
            before(settings);
            change(settings);
        });
        Self { client, ..self }
    }

    /// The same, where waits take their time; without sockets they are skipped unless this is said.
    #[must_use]
    pub fn with_real_waits(self) -> Self {
        Self {
            waits: Waits::Real,
            ..self
        }
    }

    /// Makes it without sockets, with a client, on a clock that stands still.
    pub fn in_process(mut self) -> InProcessOss {
        let clock = MovableClock::new();
        self.settings.clock = clock.for_server();
        let service = service(self.settings);
        let transport = InProcess::new(service.clone(), self.waits);
        InProcessOss::new(service, transport, clock, self.client)
    }

    /// Makes it on a free port of this machine, for a program that is run.
    pub fn on_loopback(self) -> LocalOss {
        self.listening(&Listening::default())
    }

    /// The same, listening in another way.
    pub fn listening(self, listening: &Listening) -> LocalOss {
        let service = service(self.settings);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = ossum_devserver::Server::bind(address, service.clone(), listening)
            .and_then(ossum_devserver::Server::start);
        LocalOss::new(server.expect("a server on a free port"), service)
    }
}

fn service(settings: Settings) -> Service {
    settings
        .faults
        .check()
        .expect("rules that can do something");
    Service::new(settings).expect("a service")
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("settings", &self.settings)
            .field("waits", &self.waits)
            .finish_non_exhaustive()
    }
}
