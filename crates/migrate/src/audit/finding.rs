use ossum_types::ETag;

use crate::ledger::Cause;

/// What an audit says of an object, or of something else that should not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// It is there, and a line proves that it has the right bytes.
    Sound,
    /// It is not there, and nothing says that it ever was.
    Missing,
    /// It is not there, though a line says that it was.
    Lost,
    /// It has another size than it should.
    WrongSize,
    /// It is another object than the one that was made.
    Replaced,
    /// It is there, and no line proves that it has the right bytes.
    Unproven,
    /// The source had it, and it could not be planned.
    LeftOut,
    /// A shard has no marker that it is done.
    ShardNotDone,
    /// An upload of this migration is open.
    OpenUpload,
    /// An upload is open below the destination of which this migration knows nothing.
    UnknownUpload,
}

impl Verdict {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Missing => "missing",
            Self::Lost => "lost",
            Self::WrongSize => "wrong_size",
            Self::Replaced => "replaced",
            Self::Unproven => "unproven",
            Self::LeftOut => "left_out",
            Self::ShardNotDone => "shard_not_done",
            Self::OpenUpload => "open_upload",
            Self::UnknownUpload => "unknown_upload",
        }
    }

    /// What it means, and what to do.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Sound => {
                "there, with the size and the ETag of what was proven to have the right CRC-64"
            }
            Self::Missing => "not at the destination; run its shard",
            Self::Lost => "it was at the destination, and is not any more; somebody deleted it",
            Self::WrongSize => "at the destination with another size; somebody replaced it",
            Self::Replaced => {
                "at the destination is another object than was made; somebody replaced it"
            }
            Self::Unproven => {
                "at the destination, but nothing proves its bytes; run its shard, then finish"
            }
            Self::LeftOut => "in the source, and in no shard",
            Self::ShardNotDone => "the shard has no marker; run it",
            Self::OpenUpload => "its parts are billed; run its shard, then finish",
            Self::UnknownUpload => "its parts are billed, and it is none of this migration's",
        }
    }

    /// Whether something is to be done about it: what others have begun is theirs.
    pub fn is_finding(self) -> bool {
        !matches!(self, Self::Sound | Self::UnknownUpload)
    }
}

/// What an audit says of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What about it.
    pub verdict: Verdict,
    /// The object's key below source and destination; of a shard the name of its manifest.
    pub key: String,
    /// The shard that it is in.
    pub shard: Option<u32>,
    /// The size it should have, if that is known.
    pub size: Option<u64>,
    /// The size it has at the destination.
    pub size_there: Option<u64>,
    /// Its ETag at the source.
    pub source_etag: Option<ETag>,
    /// Its ETag at the destination.
    pub etag_there: Option<ETag>,
    /// The CRC-64 that was proven, as decimal digits.
    pub crc64: Option<String>,
    /// Why it failed last, if it did, or which upload it is.
    pub cause: Option<String>,
}

impl Finding {
    pub(super) fn of(key: &str, verdict: Verdict) -> Self {
        Self {
            verdict,
            key: key.to_owned(),
            shard: None,
            size: None,
            size_there: None,
            source_etag: None,
            etag_there: None,
            crc64: None,
            cause: None,
        }
    }

    pub(super) fn because(self, cause: &Cause) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..self
        }
    }

    pub(super) fn of_shard(self, shard: u32) -> Self {
        Self {
            shard: Some(shard),
            ..self
        }
    }
}
