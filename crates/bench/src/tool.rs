use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::places::Places;

/// The bucket of all cases.
pub(crate) const BUCKET: &str = "bench";

/// Who moves the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tool {
    /// What the machine needs for the same requests, if no care is taken.
    Floor,
    Ossum,
    S5cmd,
    Obstore,
    Awscrt,
    Oss2,
    OssV2,
}

impl Tool {
    /// Those that are installed from `PyPI`.
    pub(crate) const PEERS: [Self; 5] = [
        Self::S5cmd,
        Self::Obstore,
        Self::Awscrt,
        Self::Oss2,
        Self::OssV2,
    ];

    pub(crate) fn is_peer(self) -> bool {
        Self::PEERS.contains(&self)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Ossum => "ossum",
            Self::S5cmd => "s5cmd",
            Self::Obstore => "obstore",
            Self::Awscrt => "awscrt",
            Self::Oss2 => "oss2",
            Self::OssV2 => "oss-v2",
        }
    }

    /// Whether it can make such a transfer, and means the same by it.
    pub(crate) fn can(self, transfer: &Transfer) -> bool {
        let is_ours = matches!(self, Self::Floor | Self::Ossum);
        // S3 takes no smaller parts, and these two ask for none.
        let wants_large_parts = matches!(self, Self::S5cmd | Self::Awscrt);
        let is_large = transfer.part_size >= 5 << 20;
        is_ours || (transfer.ca.is_none() && (is_large || !wants_large_parts))
    }

    /// How this tool is told to make a transfer.
    pub(crate) fn invocation(self, places: &Places, transfer: &Transfer) -> Invocation {
        match self {
            Self::Floor => floor(places, transfer),
            Self::Ossum => ossum(places, transfer),
            Self::S5cmd => s5cmd(places, transfer),
            Self::Obstore | Self::Awscrt | Self::Oss2 | Self::OssV2 => {
                python(places, self, transfer)
            }
        }
    }

    /// How it starts and ends without doing anything, where that costs more than a few milliseconds.
    pub(crate) fn start(self, places: &Places) -> Option<Invocation> {
        match self {
            Self::Floor | Self::Ossum | Self::S5cmd => None,
            Self::Obstore | Self::Awscrt | Self::Oss2 | Self::OssV2 => {
                Some(peer(places, self).word("nothing"))
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    Up,
    Down,
}

/// One object to be moved.
#[derive(Debug, Clone)]
pub(crate) struct Transfer {
    pub(crate) direction: Direction,
    /// `http://HOST:PORT`, or https.
    pub(crate) server: String,
    /// The authority to trust, with https.
    pub(crate) ca: Option<PathBuf>,
    pub(crate) key: String,
    pub(crate) file: PathBuf,
    pub(crate) size: u64,
    pub(crate) part_size: u64,
    pub(crate) connections: u64,
}

/// A command, and all of its environment.
#[derive(Debug, Clone)]
pub(crate) struct Invocation {
    pub(crate) words: Vec<OsString>,
    pub(crate) environment: Vec<(String, OsString)>,
}

impl Direction {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl Invocation {
    fn new(program: &Path, environment: Vec<(String, OsString)>) -> Self {
        Self {
            words: vec![program.into()],
            environment,
        }
    }

    /// A program with nothing to say, in an empty environment.
    pub(crate) fn of(program: &Path) -> Self {
        Self::new(program, Vec::new())
    }

    pub(crate) fn word(mut self, word: impl Into<OsString>) -> Self {
        self.words.push(word.into());
        self
    }

    pub(crate) fn option(self, name: &str, value: impl Into<OsString>) -> Self {
        self.word(name).word(value)
    }
}

fn floor(places: &Places, transfer: &Transfer) -> Invocation {
    let address = transfer
        .server
        .split_once("://")
        .map(|(_, address)| address);
    let invocation = Invocation::of(&places.floor)
        .word(transfer.direction.word())
        .word(address.unwrap_or_default())
        .word(format!("/{BUCKET}/{}", transfer.key))
        .word(&transfer.file)
        .word(transfer.size.to_string())
        .word(transfer.part_size.to_string())
        .word(transfer.connections.to_string());
    match &transfer.ca {
        None => invocation,
        Some(ca) => invocation.word(ca),
    }
}

fn ossum(places: &Places, transfer: &Transfer) -> Invocation {
    let object = format!("oss://{BUCKET}/{}", transfer.key);
    let invocation = ossum_with(places, &transfer.server).word("cp");
    let invocation = match transfer.direction {
        Direction::Up => invocation.word(&transfer.file).word(object),
        Direction::Down => invocation.word(object).word(&transfer.file),
    };
    let invocation = invocation
        .option("--part-size", transfer.part_size.to_string())
        .option("--concurrency", transfer.connections.to_string())
        .option("--durability", "full");
    match &transfer.ca {
        None => invocation,
        Some(ca) => invocation.option("--ca", ca),
    }
}

/// ossum with keys of nobody, and a home of its own.
pub(crate) fn ossum_with(places: &Places, server: &str) -> Invocation {
    let home = places.scratch("home");
    let environment = vec![
        ("HOME".to_owned(), home.into_os_string()),
        ("OSS_ACCESS_KEY_ID".to_owned(), "LTAIbench".into()),
        ("OSS_ACCESS_KEY_SECRET".to_owned(), "nobody's".into()),
        ("OSS_REGION".to_owned(), "cn-hangzhou".into()),
        ("OSS_ENDPOINT".to_owned(), server.into()),
    ];
    Invocation::new(&places.ossum, environment)
}

/// s5cmd itself, without the Python that its package starts it with.
fn s5cmd(places: &Places, transfer: &Transfer) -> Invocation {
    let object = format!("s3://{BUCKET}/{}", transfer.key);
    let invocation = s5cmd_with(places, &transfer.server)
        .word("cp")
        .option("-c", transfer.connections.to_string())
        .option("-p", (transfer.part_size >> 20).to_string());
    match transfer.direction {
        Direction::Up => invocation.word(&transfer.file).word(object),
        Direction::Down => invocation.word(object).word(&transfer.file),
    }
}

pub(crate) fn s5cmd_with(places: &Places, server: &str) -> Invocation {
    let environment = vec![
        ("AWS_ACCESS_KEY_ID".to_owned(), "LTAIbench".into()),
        ("AWS_SECRET_ACCESS_KEY".to_owned(), "nobody's".into()),
        ("AWS_REGION".to_owned(), "cn-hangzhou".into()),
    ];
    Invocation::new(&places.s5cmd(), environment).option("--endpoint-url", server)
}

fn python(places: &Places, tool: Tool, transfer: &Transfer) -> Invocation {
    peer(places, tool)
        .word(transfer.direction.word())
        .word(&transfer.server)
        .word(BUCKET)
        .word(&transfer.key)
        .word(&transfer.file)
        .word(transfer.part_size.to_string())
        .word(transfer.connections.to_string())
}

/// A peer that is a library for Python, in a program as its documentation has it.
pub(crate) fn peer(places: &Places, tool: Tool) -> Invocation {
    let home = places.scratch("home").into_os_string();
    Invocation::new(&places.python(), vec![("HOME".to_owned(), home)])
        .word("-B")
        .word(concat!(env!("CARGO_MANIFEST_DIR"), "/peers/peer.py"))
        .word(tool.name())
}
