use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ossum_client::Client;
use ossum_client::op::{Conditions, GetObject, HeadObject, ObjectInfo};
use ossum_types::{ObjectUrl, PrefixUrl, VersionId};

use super::digests::{Digests, Hasher, Wanted};
use crate::command::moving::STREAM;
use crate::failure::Failure;
use crate::progress::Reading;
use crate::session::Session;

/// So much of a file is read at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// Something with bytes, as it was typed.
#[derive(Debug)]
pub(super) enum Operand {
    File(PathBuf),
    Stream,
    Object(Client, ObjectUrl, Option<VersionId>),
}

/// The same, looked up: what tells of its bytes without reading them.
pub(super) enum Found<'a> {
    /// Opened; with its size, where it is a regular file.
    File(&'a Path, File, Option<u64>),
    Stream,
    Object(&'a Client, &'a ObjectUrl, Box<ObjectInfo>),
}

impl Operand {
    /// An object of `client`'s.
    pub(super) fn object(
        client: Client,
        url: &PrefixUrl,
        version_id: Option<VersionId>,
    ) -> Result<Self, Failure> {
        match url.to_object() {
            Ok(url) => Ok(Self::Object(client, url, version_id)),
            Err(invalid) => Err(Failure::usage(
                invalid.to_string(),
                "name an object: oss://BUCKET/KEY; `ossum ls` shows what is there",
            )),
        }
    }

    /// Looks it up, and opens it where it is a file.
    pub(super) async fn find(&self) -> Result<Found<'_>, Failure> {
        match self {
            Self::Stream => Ok(Found::Stream),
            Self::File(path) => open(path),
            Self::Object(client, url, version_id) => {
                let request = HeadObject {
                    version_id: version_id.clone(),
                    ..HeadObject::new(url.bucket.clone(), url.key.clone())
                };
                let info = client.head_object(&request).await?;
                Ok(Found::Object(client, url, Box::new(info)))
            }
        }
    }
}

fn open(path: &Path) -> Result<Found<'_>, Failure> {
    let failure = |action, source| Failure::Local {
        action,
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(|source| failure("open", source))?;
    let metadata = file
        .metadata()
        .map_err(|source| failure("look at", source))?;
    if metadata.is_dir() {
        return Err(Failure::usage(
            format!("{} is a directory", path.display()),
            "name the files in it",
        ));
    }
    let size = metadata.is_file().then_some(metadata.len());
    Ok(Found::File(path, file, size))
}

impl Found<'_> {
    /// How many bytes it has, where that is known without reading them.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::File(_, _, size) => *size,
            Self::Stream => None,
            Self::Object(.., info) => Some(info.size),
        }
    }

    /// Its checksums; its bytes are read only where nothing else tells them, and that is shown.
    pub(super) async fn digests(
        self,
        wanted: Wanted,
        session: &Session,
    ) -> Result<Digests, Failure> {
        let total = self.size();
        let reading = |path: String| Reading::show(session, path, total);
        match self {
            Self::Stream => {
                let digests = digest(io::stdin().lock(), wanted, &reading(STREAM.to_owned()));
                digests.map_err(|source| Failure::System {
                    action: "read standard input".to_owned(),
                    source,
                })
            }
            Self::File(path, file, _) => {
                let digests = digest(file, wanted, &reading(path.display().to_string()));
                digests.map_err(|source| Failure::Local {
                    action: "read",
                    path: path.to_owned(),
                    source,
                })
            }
            Self::Object(client, url, info) => match told(&info, wanted) {
                Some(digests) => Ok(digests),
                None => read_through(client, url, &info, wanted, &reading(url.to_string())).await,
            },
        }
    }
}

fn digest(mut from: impl Read, wanted: Wanted, reading: &Reading) -> io::Result<Digests> {
    let mut hasher = Hasher::new(wanted);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(read) => {
                hasher.update(&chunk[..read]);
                reading.add(read);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What OSS tells of an object, if that is all that is wanted.
fn told(info: &ObjectInfo, wanted: Wanted) -> Option<Digests> {
    let md5 = if wanted.md5 {
        Some(md5_of(info)?)
    } else {
        None
    };
    if wanted.sha256 {
        return None;
    }
    Some(Digests {
        size: info.size,
        crc64: info.crc64?,
        md5,
        sha256: None,
    })
}

/// The MD5 of an object's bytes, where its ETag is that: for what was put in one request and is not
/// encrypted with KMS or SM4 (official documentation of `PutObject`).
fn md5_of(info: &ObjectInfo) -> Option<[u8; 16]> {
    let is_plain = matches!(info.encryption(), None | Some("AES256"));
    let is_simple = info.object_type() == Some("Normal");
    (is_plain && is_simple)
        .then(|| info.etag.as_md5())
        .flatten()
}

/// Downloads an object and keeps nothing of it.
async fn read_through(
    client: &Client,
    url: &ObjectUrl,
    info: &ObjectInfo,
    wanted: Wanted,
    reading: &Reading,
) -> Result<Digests, Failure> {
    tracing::debug!(%url, "OSS does not tell what is asked for, so the object is read");
    let request = GetObject {
        version_id: info.version_id.clone(),
        conditions: Conditions::matching(info.etag.clone()),
        ..GetObject::new(url.bucket.clone(), url.key.clone())
    };
    let mut reader = client.read_object(request).await?;
    let mut hasher = Hasher::new(wanted);
    while let Some(chunk) = reader.chunk().await? {
        hasher.update(&chunk);
        reading.add(chunk.len());
    }
    let digests = hasher.finish();
    match info.crc64 {
        Some(told) if told != digests.crc64 => Err(Failure::Differs(format!(
            "read {url}: CRC-64 {} arrived, and OSS tells {told}",
            digests.crc64
        ))),
        _ => Ok(digests),
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stream => f.write_str(STREAM),
            Self::Object(_, url, _) => url.fmt(f),
        }
    }
}
