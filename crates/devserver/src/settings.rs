use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use ossum_types::{BucketName, Region};

use crate::Clock;
use crate::fakes::Fakes;
use crate::faults::Rules;

/// How a [`Service`](crate::Service) behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may come in.
    pub access: Access,
    /// The region whose name V4 signatures must carry.
    pub region: Region,
    /// Buckets that exist from the start.
    pub buckets: Vec<BucketName>,
    /// What ETags look like.
    pub etags: ETagForm,
    /// Where objects are kept.
    pub storage: Storage,
    /// How long every request waits before it is looked at.
    pub latency: Duration,
    /// How long it takes until an archived object that is restored can be read.
    pub restoring: Duration,
    /// Whom callbacks may reach.
    pub callbacks: CallbackHosts,
    /// Host names under which the service answers, besides `localhost`, every IP address and the
    /// official endpoints: `NAME` takes path style, `bucket.NAME` virtual-host style.
    pub host_names: Vec<String>,
    /// Custom domains and the bucket each is bound to.
    pub cnames: BTreeMap<String, BucketName>,
    /// What time it is.
    pub clock: Clock,
    /// What goes wrong on purpose.
    pub faults: Rules,
    /// Who hands out temporary credentials on the same address.
    pub fakes: Option<Fakes>,
    /// More requests at once than this are answered 503 `ServiceUnavailable`.
    pub requests_in_flight: Option<NonZeroUsize>,
}

impl Default for Settings {
    /// An empty service in memory, region `cn-hangzhou`, that lets everyone in.
    fn default() -> Self {
        Self {
            access: Access::Open,
            region: "cn-hangzhou"
                .parse()
                .expect("cn-hangzhou is a valid region"),
            buckets: Vec::new(),
            etags: ETagForm::Md5,
            storage: Storage::Memory,
            latency: Duration::ZERO,
            restoring: Duration::from_mins(1),
            callbacks: CallbackHosts::Loopback,
            host_names: Vec::new(),
            cnames: BTreeMap::new(),
            clock: Clock::system(),
            faults: Rules::new(),
            fakes: None,
            requests_in_flight: None,
        }
    }
}

/// Who may come in.
#[derive(Debug, Clone)]
pub enum Access {
    /// Everyone; signatures are not looked at.
    Open,
    /// Requests signed with one of these keys; anonymous ones are refused.
    Keys(Vec<AccessKey>),
}

/// An access key that the service knows.
#[derive(Clone)]
pub struct AccessKey {
    /// The public half.
    pub id: String,
    /// The secret half.
    pub secret: String,
    /// For a temporary key: the token that must come with it.
    pub token: Option<SecurityToken>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// The security token of a temporary access key.
#[derive(Clone)]
pub struct SecurityToken {
    /// The token itself.
    pub text: String,
    /// When it ceases to be accepted; `None` means never.
    pub expires: Option<SystemTime>,
}

impl fmt::Debug for SecurityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecurityToken")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Whom the callbacks that requests ask for may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackHosts {
    /// Only the machine the service runs on.
    Loopback,
    /// Every host; whoever may store an object can have the service ask any server it reaches.
    Any,
}

/// What ETags look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ETagForm {
    /// The MD5 of the content where OSS makes such ETags; costs hashing every byte.
    Md5,
    /// Unique values that say nothing about the content, as of objects encrypted with KMS.
    Opaque,
}

/// Where objects are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// In this process's memory; gone when it ends.
    Memory,
    /// In this directory, which is made if it does not exist.
    Directory(PathBuf),
}
