use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_client::Client;
use ossum_client::op::ObjectHeaders;
use ossum_transfer::{Options, Unverified, VerifyKept};
use ossum_types::ObjectKey;

use crate::filter::Filter;
use crate::record;
use crate::route::Route;

/// What is copied, and how.
#[derive(Debug, Clone)]
pub struct Run {
    /// From where to where.
    pub route: Route,
    /// Who is asked about the source of a copy where its bucket has other settings; `None` asks as
    /// the destination is asked.
    pub source_client: Option<Client>,
    /// Which names.
    pub filter: Filter,
    /// What becomes of symbolic links in a directory that is uploaded.
    pub links: Links,
    /// What happens to a destination that exists.
    pub if_exists: IfExists,
    /// Whether it is only told what would be done.
    pub dry_run: bool,
    /// How many items are under way at a time.
    pub at_once: NonZeroUsize,
    /// How many bytes may be moved; no item begins that would pass it.
    pub max_transfer: Option<u64>,
    /// What is kept with each object that is made.
    pub headers: KeptWith,
    /// Whether an object without a checksum is downloaded.
    pub unverified: Unverified,
    /// How parts of an upload that are there already are looked at.
    pub verify_kept: VerifyKept,
    /// How each item is moved. All share one budget of requests and memory, and the checkpoints are
    /// kept as `remembering` says.
    pub options: Options,
    /// Where the run is remembered; absent remembers nothing.
    pub remembering: Option<Remembering>,
    /// Where files without a name lie for what is too much for memory, if there is no record to lie
    /// with; absent holds it.
    pub temporary_directory: Option<PathBuf>,
}

impl Run {
    /// All that is below the one comes to be below the other; everything else as usual.
    pub fn new(route: Route) -> Self {
        Self {
            route,
            source_client: None,
            filter: Filter::default(),
            links: Links::Follow,
            if_exists: IfExists::Overwrite,
            dry_run: false,
            at_once: AT_ONCE,
            max_transfer: None,
            headers: KeptWith::default(),
            unverified: Unverified::Refuse,
            verify_kept: VerifyKept::Always,
            options: Options::default(),
            remembering: None,
            temporary_directory: None,
        }
    }
}

/// So many items are under way at a time, if nothing else is asked for.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// What becomes of symbolic links in a directory that is uploaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Links {
    /// What they lead to is uploaded under their names.
    #[default]
    Follow,
    /// They are left out.
    Skip,
}

/// What happens to a destination that exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfExists {
    /// It is replaced.
    #[default]
    Overwrite,
    /// It is left.
    Skip,
    /// It is replaced if the source was modified later.
    Newer,
    /// It is left, and that is a failure.
    Fail,
}

/// Where a run is remembered until it has succeeded.
#[derive(Debug, Clone)]
pub struct Remembering {
    /// The record lies in `runs/` there, for its owner alone.
    pub directory: PathBuf,
    /// The state directory, where whoever looks for what is unfinished finds the run and its
    /// transfers; absent tells nobody.
    pub state_directory: Option<PathBuf>,
    /// The command that a user gave, for whoever looks. Without secrets.
    pub command: Vec<String>,
    /// The directory it was given in.
    pub working_directory: Option<PathBuf>,
}

impl Remembering {
    /// The directories in which nothing is a user's.
    pub(crate) fn own(&self) -> Vec<PathBuf> {
        let state = self.state_directory.iter().cloned();
        state.chain([record::runs(&self.directory)]).collect()
    }
}

/// Decides what is kept with an object that is made.
#[derive(Clone)]
pub struct KeptWith(Arc<Decide>);

type Decide = dyn Fn(Option<&Path>, &ObjectKey) -> ObjectHeaders + Send + Sync;

impl KeptWith {
    /// What `decide` says of the file that is uploaded, if one is, and the key.
    pub fn new(
        decide: impl Fn(Option<&Path>, &ObjectKey) -> ObjectHeaders + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(decide))
    }

    pub(crate) fn of(&self, file: Option<&Path>, key: &ObjectKey) -> ObjectHeaders {
        (self.0)(file, key)
    }
}

impl Default for KeptWith {
    /// Nothing but what is always kept.
    fn default() -> Self {
        Self::new(|_, _| ObjectHeaders::default())
    }
}

impl fmt::Debug for KeptWith {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptWith")
    }
}
