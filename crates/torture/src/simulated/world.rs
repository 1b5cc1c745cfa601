use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt as _;
use ossum_client::RetryPolicy;
use ossum_client::op::{
    AbortMultipartUpload, DeleteObject, ListMultipartUploads, ListParts, ListedPart,
};
use ossum_devserver::faults::Rules;
use ossum_durable::SimFs;
use ossum_testkit::oracle::Content;
use ossum_testkit::{InProcessOss, LocalOss, Server, seeded};
use ossum_types::{BucketName, ObjectKey, ObjectUrl, UploadId};

use super::edit::{Edit, PRECIOUS};
use super::scenario::{Scenario, Settings, Way};

/// The local file of an upload or a download.
pub(super) const FILE: &str = "/data/f";
/// Where state is kept.
pub(super) const STATE: &str = "/state";
/// Where checkpoints lie that do not lie beside the file.
pub(super) const CHECKPOINTS: &str = "/checkpoints";
/// The key of an object that is read.
const SOURCE_KEY: &str = "k";
/// The key of an object that is made.
const MADE_KEY: &str = "made";

/// How often a request is repeated.
pub(super) const RETRIES: u32 = 3;

/// Everything outside the process: a server, a disk, and what they are known to hold.
pub(super) struct World {
    pub(super) oss: Arc<InProcessOss>,
    pub(super) fs: SimFs,
    pub(super) settings: Settings,
    /// The bytes that are to arrive, before a range of them is taken.
    pub(super) source: Vec<u8>,
    /// Uploads that somebody was told of, or that nobody could remember.
    pub(super) excused: BTreeSet<UploadId>,
    /// Whether what the program has written down was damaged by somebody else.
    pub(super) is_memory_damaged: bool,
    /// What somebody has put in the place of files.
    pub(super) planted: Vec<PathBuf>,
}

impl World {
    /// The world in which a scenario begins.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let settings = scenario.settings.clone();
        let len = usize::try_from(settings.size).expect("a small object");
        let world = Self {
            oss: Arc::new(oss()),
            fs: disk(),
            source: seeded(scenario.seed, len),
            settings,
            excused: BTreeSet::new(),
            is_memory_damaged: false,
            planted: Vec::new(),
        };
        // Both the server's clock and the client's; the times of files are the disk's own.
        world.oss.clock().set(SystemTime::now());
        world.put_source();
        if world.settings.is_there {
            world.others_write(0);
        }
        world
    }

    /// What is to be at the destination in the end.
    pub(super) fn wanted(&self) -> Content {
        self.wanted_of(&self.source)
    }

    /// The same where the source has these bytes.
    pub(super) fn wanted_of(&self, source: &[u8]) -> Content {
        let Some((from, len)) = self.settings.range else {
            return Content::of(source);
        };
        let end = (from + len).min(source.len() as u64);
        let at = |offset| usize::try_from(offset).expect("a small object");
        Content::of(&source[at(from.min(end))..at(end)])
    }

    /// What is at the destination now.
    pub(super) fn visible(&self) -> Option<Content> {
        match self.settings.way {
            Way::Down => self.fs.read(FILE).map(Content::of),
            Way::Up | Way::Copy => {
                let is_there = self.oss.info(MADE_KEY).is_some();
                is_there.then(|| Content::of(self.oss.object(MADE_KEY)))
            }
        }
    }

    /// Makes the source have its bytes, where it has others or is gone.
    pub(super) fn put_source(&self) {
        match self.settings.way {
            Way::Up => self.fs.write(FILE, &self.source),
            Way::Down | Way::Copy => {
                self.oss.put(SOURCE_KEY, self.source.clone());
            }
        }
    }

    /// Takes note of what a rule may have made of an object that is read; gives its bytes.
    pub(super) fn look_at_source(&mut self) {
        if self.settings.way == Way::Up {
            return;
        }
        if self.oss.info(SOURCE_KEY).is_some() {
            self.source = self.oss.object(SOURCE_KEY);
        } else {
            self.put_source();
        }
    }

    /// Changes the source.
    pub(super) fn edit_source(&mut self, edit: Edit) {
        self.source = edit.of_bytes(&self.source);
        self.put_source();
    }

    /// Somebody else's bytes at the destination.
    pub(super) fn others_write(&self, seed: u64) {
        let bytes = seeded(!seed, 1000);
        match self.settings.way {
            Way::Down => self.fs.write(FILE, &bytes),
            Way::Up | Way::Copy => {
                self.oss.put(MADE_KEY, bytes);
            }
        }
    }

    /// Somebody else removes what is at the destination.
    pub(super) fn others_remove(&self) {
        match self.settings.way {
            Way::Down => self.fs.remove(FILE),
            Way::Up | Way::Copy => {
                let delete = DeleteObject::new(bucket(), key(MADE_KEY));
                let deleted = self.oss.run(self.oss.client().delete_object(&delete));
                deleted.expect("nothing is wrong with the server");
            }
        }
    }

    /// Somebody else aborts every upload.
    pub(super) fn others_abort(&self) {
        for upload_id in self.oss.open_upload_ids() {
            let abort = AbortMultipartUpload {
                bucket: bucket(),
                key: key(MADE_KEY),
                upload_id,
            };
            let client = self.oss.client();
            let aborted = self.oss.run(client.abort_multipart_upload(&abort));
            aborted.expect("nothing is wrong with the server");
        }
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.oss.clock().advance(Duration::from_secs(seconds));
    }

    /// Nothing is wrong with the server any more; tells how often each rule has fired.
    pub(super) fn mend_server(&self) -> Vec<u64> {
        let fired = self.oss.service().fired();
        self.oss.service().set_faults(Rules::from_iter([]));
        fired
    }

    /// The files of the program's own, with their bytes: whatever is neither source nor destination.
    pub(super) fn memory(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let files = self.fs.files().into_iter();
        let own = files.filter(|path| {
            ![FILE, PRECIOUS]
                .iter()
                .any(|other| path == Path::new(other))
        });
        own.filter_map(|path| {
            let bytes = self.fs.read(&path)?;
            Some((path, bytes))
        })
        .collect()
    }

    /// The first of them whose name ends so.
    pub(super) fn own_file(&self, is_it: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        let files = self.fs.files().into_iter();
        files
            .filter(|path| path != Path::new(FILE))
            .find(|path| is_it(path))
    }

    /// Uploads that hold parts, and these.
    pub(super) fn open_uploads(&self) -> Vec<(UploadId, Vec<ListedPart>)> {
        if self.settings.way == Way::Down {
            return Vec::new();
        }
        let client = self.oss.client();
        self.oss.run(async {
            let uploads = client.list_multipart_uploads(ListMultipartUploads::new(bucket()));
            let uploads: Vec<_> = uploads.try_collect().await.expect("a mended server");
            let mut open = Vec::new();
            for upload in uploads {
                let list = ListParts::new(bucket(), key(MADE_KEY), upload.upload_id.clone());
                let parts = client.list_parts(list).try_collect::<Vec<_>>();
                let parts = parts.await.expect("a mended server");
                if !parts.is_empty() {
                    open.push((upload.upload_id, parts));
                }
            }
            open
        })
    }
}

/// An address in the bucket.
pub(super) fn source_url() -> ObjectUrl {
    ObjectUrl {
        bucket: bucket(),
        key: key(SOURCE_KEY),
    }
}

/// The same of what is made.
pub(super) fn made_url() -> ObjectUrl {
    ObjectUrl {
        bucket: bucket(),
        key: key(MADE_KEY),
    }
}

/// Whether it is the file with the bytes so far.
pub(super) fn is_partial(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "ossum-part")
}

/// Whether it is a checkpoint.
pub(super) fn is_checkpoint(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "cp")
}

/// Whether it leads to a checkpoint.
pub(super) fn is_pointer(path: &Path) -> bool {
    path.starts_with(STATE) && !is_checkpoint(path)
}

fn oss() -> InProcessOss {
    let server = Server::new().with_client(|settings| {
        settings.retry = RetryPolicy {
            retries: RETRIES,
            ..RetryPolicy::default()
        };
    });
    server.in_process()
}

fn disk() -> SimFs {
    let fs = SimFs::new();
    for directory in ["/data", STATE, CHECKPOINTS] {
        fs.make_directory(directory);
    }
    fs
}

fn bucket() -> BucketName {
    LocalOss::BUCKET.parse().expect("a bucket's name")
}

fn key(key: &str) -> ObjectKey {
    key.parse().expect("a key")
}
