use std::path::PathBuf;
use std::sync::Arc;

use ossum_client::Client;

use crate::builder::Builder;
use crate::error::Error;
use crate::mode::Async;
use crate::request::{Copy, Download, Request, Upload};

/// The way to OSS: one service, one set of credentials.
///
/// Cheap to clone, good for any number of transfers at a time, from any thread and any runtime.
/// [`blocking::Ossum`](crate::blocking::Ossum) is the same without futures.
#[derive(Debug, Clone)]
pub struct Ossum(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) state_directory: Option<PathBuf>,
}

impl Ossum {
    pub(crate) fn new(client: Client, state_directory: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            client,
            state_directory,
        }))
    }

    pub(crate) fn inner(&self) -> Arc<Inner> {
        Arc::clone(&self.0)
    }

    /// Begins to say where the service is, and who asks.
    ///
    /// ```
    /// use ossum::Ossum;
    ///
    /// let ossum = Ossum::builder()
    ///     .region("cn-hangzhou")
    ///     .access_key("LTAI...", "...")
    ///     .retries(12)
    ///     .build()?;
    /// # drop(ossum);
    /// # Ok::<_, ossum::Error>(())
    /// ```
    pub fn builder() -> Builder<Async> {
        Builder::new()
    }

    /// As the environment says, in the variables of the command line and of the official SDKs:
    /// see [`Builder::environment`].
    ///
    /// # Errors
    /// As [`Builder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().environment().build()
    }

    /// From a file to an object.
    ///
    /// The URL names the object itself, `oss://bucket/key`; nothing is added to it. Nothing happens
    /// until [`send`](Request::send) or [`start`](Request::start).
    ///
    /// ```
    /// # use ossum::Ossum;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), ossum::Error> {
    /// # let (oss, place) = (ossum_testkit::LocalOss::start(), ossum_testkit::Workspace::new());
    /// # let ossum = Ossum::builder().endpoint(oss.endpoint()).region("cn-hangzhou")
    /// #     .access_key(ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET)
    /// #     .state_directory(place.path("state")).build()?;
    /// # let file = place.path("weights.bin");
    /// # place.write_seeded("weights.bin", 1, 1 << 20);
    /// let report = ossum
    ///     .upload(&file, "oss://bkt/models/weights.bin")
    ///     .part_size("256K")
    ///     .content_type("application/octet-stream")
    ///     .meta("trained-on", "2026-02-01")
    ///     .send()
    ///     .await?;
    /// assert_eq!((report.bytes_total, report.parts_total), (1 << 20, 4));
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload(&self, file: impl Into<PathBuf>, object: impl Into<String>) -> Request<Upload> {
        Request::new(self.inner(), Upload::new(file.into(), object.into()))
    }

    /// From an object to a file, which has it as a whole and verified, or not at all.
    ///
    /// The path names the file itself; its directory has to exist. Nothing happens until
    /// [`send`](Request::send) or [`start`](Request::start).
    ///
    /// ```
    /// # use ossum::Ossum;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), ossum::Error> {
    /// # let (oss, place) = (ossum_testkit::LocalOss::start(), ossum_testkit::Workspace::new());
    /// # let ossum = Ossum::builder().endpoint(oss.endpoint()).region("cn-hangzhou")
    /// #     .access_key(ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET)
    /// #     .state_directory(place.path("state")).build()?;
    /// # place.write_seeded("up", 1, 1 << 20);
    /// # ossum.upload(place.path("up"), "oss://bkt/models/weights.bin").send().await?;
    /// # let file = place.path("weights.bin");
    /// use ossum::{IfExists, Verified};
    ///
    /// let report = ossum
    ///     .download("oss://bkt/models/weights.bin", &file)
    ///     .part_size(100 * 1024)
    ///     .concurrency(3)
    ///     .if_exists(IfExists::Fail)
    ///     .send()
    ///     .await?;
    /// assert_eq!(report.verified, Verified::Crc64);
    /// assert_eq!(std::fs::metadata(&file).unwrap().len(), 1 << 20);
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(
        &self,
        object: impl Into<String>,
        file: impl Into<PathBuf>,
    ) -> Request<Download> {
        Request::new(self.inner(), Download::new(object.into(), file.into()))
    }

    /// From an object to another one in the same region, without passing through here.
    ///
    /// Nothing happens until [`send`](Request::send) or [`start`](Request::start).
    ///
    /// ```
    /// # use ossum::Ossum;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), ossum::Error> {
    /// # let (oss, place) = (ossum_testkit::LocalOss::start(), ossum_testkit::Workspace::new());
    /// # let ossum = Ossum::builder().endpoint(oss.endpoint()).region("cn-hangzhou")
    /// #     .access_key(ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET)
    /// #     .state_directory(place.path("state")).build()?;
    /// # place.write_seeded("up", 1, 1 << 20);
    /// # ossum.upload(place.path("up"), "oss://bkt/today").send().await?;
    /// let report = ossum
    ///     .copy("oss://bkt/today", "oss://bkt/2026-02-01")
    ///     .send()
    ///     .await?;
    /// assert_eq!(report.bytes_total, 1 << 20);
    /// # Ok(())
    /// # }
    /// ```
    pub fn copy(&self, source: impl Into<String>, destination: impl Into<String>) -> Request<Copy> {
        Request::new(self.inner(), Copy::new(source.into(), destination.into()))
    }
}
