mod fake_credentials;
mod key_pair;
mod open_files;
mod rules;

use std::path::Path;
use std::sync::mpsc;
use std::{fs, io};

use ossum_devserver::{
    Access, AccessKey, Listening, RunningServer, Server, Service, Settings, Storage,
};
use ossum_durable::{Durability, RealFs, write_whole};
use ossum_types::{Invalid, Region};
use serde::Serialize;

use self::fake_credentials::FakeCredentials;
use self::key_pair::KeyPair;
use crate::args::ServeArgs;
use crate::failure::Failure;
use crate::output::Event;
use crate::session::Session;

/// Serves until a signal comes.
pub(super) fn run(session: &Session, args: &ServeArgs) -> Result<(), Failure> {
    let (ended, end) = mpsc::channel();
    session.interrupts.end_by(move || {
        // Nobody waits any more only if the server has ended already.
        let _ = ended.send(());
    });
    // One of an earlier run would be a lie from now on.
    remove(args.ready_file.as_deref());
    open_files::allow_many();
    let keys = Keys::find(args)?;
    let region = region(session)?;
    warn_of_openness(args);
    let server = start(args, &keys, &region)?;
    publish(args.ca_file.as_deref(), server.ca_pem().unwrap_or_default())?;
    let endpoint = format!("{}\n", server.endpoint());
    let serving = Serving::of(&server, &region, &keys, args);
    // Whoever reads the output first finds the file.
    publish(args.ready_file.as_deref(), &endpoint)?;
    session.output.answer(&serving).map_err(Failure::Output)?;
    // An error is that the sender is gone, which means the same.
    let _ = end.recv();
    remove(args.ready_file.as_deref());
    server.stop().map_err(|source| Failure::System {
        action: "stop the server".to_owned(),
        source,
    })
}

/// Who is let in.
enum Keys {
    Everyone,
    /// A pair that the user knows.
    Given(KeyPair),
    /// A pair that was made, and has to be told.
    Made(KeyPair),
}

impl Keys {
    fn find(args: &ServeArgs) -> Result<Self, Failure> {
        if args.no_auth {
            return Ok(Self::Everyone);
        }
        match (&args.access_key_id, &args.access_key_secret_file) {
            (Some(id), Some(file)) => KeyPair::read(id, file).map(Self::Given),
            _ => KeyPair::make().map(Self::Made),
        }
    }

    fn access(&self) -> Access {
        match self {
            Self::Everyone => Access::Open,
            Self::Given(pair) | Self::Made(pair) => Access::Keys(vec![AccessKey {
                id: pair.id.clone(),
                secret: pair.secret.clone(),
                token: None,
            }]),
        }
    }
}

fn region(session: &Session) -> Result<Region, Failure> {
    let text = session.connection.region.as_deref();
    text.unwrap_or("cn-hangzhou")
        .parse()
        .map_err(|invalid: Invalid| {
            Failure::usage(
                format!("--region: {invalid}"),
                "leave it out for cn-hangzhou",
            )
        })
}

fn warn_of_openness(args: &ServeArgs) {
    if args.listen.ip().is_loopback() {
        return;
    }
    // Two of the three sources of credentials ask for nothing.
    if args.no_auth || args.fake_credentials.is_some() {
        tracing::warn!(
            "everyone who reaches {} can read and change everything",
            args.listen
        );
    } else if !args.tls {
        tracing::warn!(
            "{} is open to other machines, and what they send is not encrypted",
            args.listen
        );
    }
}

fn start(args: &ServeArgs, keys: &Keys, region: &Region) -> Result<RunningServer, Failure> {
    let settings = Settings {
        access: keys.access(),
        region: region.clone(),
        buckets: args.bucket.clone(),
        etags: args.etag.into(),
        storage: match &args.data {
            Some(directory) => Storage::Directory(directory.clone()),
            None => Storage::Memory,
        },
        latency: args.latency.get(),
        fakes: args.fake_credentials.map(fake_credentials::fakes),
        faults: rules::read(args.faults.as_deref())?,
        requests_in_flight: args.requests_in_flight,
        cnames: args.cname.iter().cloned().collect(),
        ..Settings::default()
    };
    let service = Service::new(settings).map_err(|source| Failure::Local {
        action: "keep objects in",
        path: args.data.clone().unwrap_or_default(),
        source,
    })?;
    let listening = Listening {
        tls: args.tls,
        bandwidth: args.bandwidth,
    };
    let server = Server::bind(args.listen, service, &listening);
    server
        .and_then(Server::start)
        .map_err(|source| Failure::System {
            action: format!("listen on {}", args.listen),
            source,
        })
}

/// Writes a small file whole or not at all, if there is one to write.
fn publish(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    if let Some(path) = path {
        write_whole(&RealFs, path, text.as_bytes(), Durability::None)?;
    }
    Ok(())
}

fn remove(path: Option<&Path>) {
    let Some(path) = path else { return };
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "cannot remove {}", path.display());
        }
        _ => {}
    }
}

/// The server accepts connections.
#[derive(Debug, Serialize)]
struct Serving {
    endpoint: String,
    region: String,
    /// Absent if everyone is let in.
    access_key_id: Option<String>,
    /// Only of a pair that was made: whoever gave one has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_secret: Option<String>,
    ca_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_pem: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fake_credentials: Option<FakeCredentials>,
}

impl Serving {
    fn of(server: &RunningServer, region: &Region, keys: &Keys, args: &ServeArgs) -> Self {
        let (id, secret) = match keys {
            Keys::Everyone => (None, None),
            Keys::Given(pair) => (Some(pair.id.clone()), None),
            Keys::Made(pair) => (Some(pair.id.clone()), Some(pair.secret.clone())),
        };
        let ca_file = args.ca_file.as_ref().map(|file| file.display().to_string());
        Self {
            endpoint: server.endpoint().to_owned(),
            region: region.to_string(),
            access_key_id: id,
            access_key_secret: secret,
            ca_pem: server
                .ca_pem()
                .filter(|_| ca_file.is_none())
                .map(str::to_owned),
            ca_file,
            fake_credentials: args
                .fake_credentials
                .map(|_| FakeCredentials::at(server.endpoint())),
        }
    }
}

impl Event for Serving {
    const NAME: &'static str = "serving";

    fn for_people(&self) -> Vec<String> {
        let mut lines = vec![
            format!("# serving at {}; Ctrl-C stops it", self.endpoint),
            format!("export OSS_ENDPOINT={}", self.endpoint),
            format!("export OSS_REGION={}", self.region),
        ];
        if let Some(id) = &self.access_key_id {
            lines.push(format!("export OSS_ACCESS_KEY_ID={id}"));
        }
        match (&self.access_key_id, &self.access_key_secret) {
            (_, Some(secret)) => lines.push(format!("export OSS_ACCESS_KEY_SECRET={secret}")),
            (Some(_), None) => lines.push("# and OSS_ACCESS_KEY_SECRET as in the file".to_owned()),
            (None, None) => lines.push("# everyone is let in: use --anonymous".to_owned()),
        }
        if let Some(fake_credentials) = &self.fake_credentials {
            lines.extend(fake_credentials.for_people());
        }
        if let Some(file) = &self.ca_file {
            lines.push(format!("# its certificate: --ca {file}"));
        }
        if let Some(pem) = &self.ca_pem {
            lines.push("# its certificate, for a file that --ca names:".to_owned());
            lines.extend(pem.lines().map(str::to_owned));
        }
        lines
    }
}
