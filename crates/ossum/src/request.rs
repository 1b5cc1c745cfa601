//! One transfer, as it is asked for. Start at [`Request`].

mod copy;
mod download;
mod headers;
mod how;
mod kind;
mod prepared;
mod upload;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ossum_durable::Durability;
use ossum_transfer::{Event, OnChange, Report};

pub use self::copy::Copy;
pub use self::download::Download;
pub use self::headers::MakesObject;
use self::how::How;
pub use self::kind::Kind;
pub(crate) use self::prepared::Prepared;
pub use self::upload::Upload;
use crate::blocking;
use crate::checkpoint::Checkpoint;
use crate::driver::Callback;
use crate::error::Error;
use crate::mode::{Async, Blocking};
use crate::ossum::Inner;
use crate::size::Size;
use crate::transfer::Transfer;

/// A transfer that has not begun: an [`Upload`], a [`Download`] or a [`struct@Copy`].
///
/// Nothing is looked at before it is sent, not even whether its texts are right.
///
/// # Resumption
/// The same transfer sent again (the same service, object, file, version and range) continues
/// where the last one ended, in this process or a later one, unless the
/// [checkpoint](Self::checkpoint) is off. What is there already is not moved again once it is proven:
/// by its CRC-64, computed anew, and of a copy by its ETag, with the CRC-64 of the whole.
/// [`Report::parts_reused`] tells how much that was.
///
/// # Cancellation
/// Dropping the future of [`send`](Self::send), or the [`Transfer`], cancels. What has been moved
/// is kept if there is a checkpoint.
#[must_use = "nothing happens until it is sent or started"]
pub struct Request<T, M = Async> {
    ossum: Arc<Inner>,
    what: T,
    how: How,
    callback: Option<Callback>,
    mode: PhantomData<fn() -> M>,
}

/// Whether a destination that is there already may be replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfExists {
    /// It is replaced, by the whole of the new one or not at all.
    #[default]
    Overwrite,
    /// The transfer fails. OSS ignores this in a bucket whose versioning is or was enabled.
    Fail,
}

/// Of every transfer.
impl<T, M> Request<T, M> {
    pub(crate) fn new(ossum: Arc<Inner>, what: T) -> Self {
        Self {
            ossum,
            what,
            how: How::default(),
            callback: None,
            mode: PhantomData,
        }
    }

    /// How large parts are: a number of bytes, or `"8M"`; `"auto"` is the usual.
    ///
    /// An upload's have 100 KiB to 5 GiB. More than 10,000 parts are not possible, so they grow
    /// where they have to ([`Report::grown`]). A transfer that is continued keeps those it began
    /// with.
    pub fn part_size(mut self, part_size: impl Into<Size>) -> Self {
        self.how.part_size = Some(part_size.into());
        self
    }

    /// How many requests are under way at a time; 8 at most unless told otherwise.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.how.concurrency = Some(requests);
        self
    }

    /// A hard cap for all buffers of this transfer together, such as `"64M"`; 256 MiB unless told
    /// otherwise, of which it rarely takes a tenth. Each request under way counts 1 MiB.
    pub fn memory(mut self, memory: impl Into<Size>) -> Self {
        self.how.memory = Some(memory.into());
        self
    }

    /// Where this transfer is remembered while it is unfinished; beside the file unless told
    /// otherwise.
    pub fn checkpoint(mut self, checkpoint: Checkpoint) -> Self {
        self.how.checkpoint = checkpoint;
        self
    }

    /// Whether success survives a power loss; it does unless told otherwise.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.how.durability = durability;
        self
    }

    /// Starts over, twice at most, when the source changes while it is read, rather than fail.
    pub fn restart_on_change(mut self) -> Self {
        self.how.on_change = OnChange::StartOver;
        self
    }

    /// Has `callback` hear of everything that happens: each part, each retry, and that an earlier
    /// transfer is continued or cannot be.
    ///
    /// It is called from one thread, which belongs to this transfer, within about a tenth of a
    /// second of each event, and for the last time before the transfer returns. At most 10,000
    /// parts are told an attempt, and of retries at one time no more than 1,024. It may block: that
    /// holds up only the events after it, and the return. If it panics, the transfer is cancelled
    /// and fails with [`ErrorKind::Internal`](crate::ErrorKind::Internal).
    ///
    /// ```
    /// # use ossum::Ossum;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), ossum::Error> {
    /// # let (oss, place) = (ossum_testkit::LocalOss::start(), ossum_testkit::Workspace::new());
    /// # let ossum = Ossum::builder().endpoint(oss.endpoint()).region("cn-hangzhou")
    /// #     .access_key(ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET)
    /// #     .state_directory(place.path("state")).build()?;
    /// # let file = place.write("big.bin", ossum_testkit::seeded(1, 1 << 20));
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// use ossum::Event;
    ///
    /// let moved = Arc::new(AtomicU64::new(0));
    /// let counter = Arc::clone(&moved);
    /// ossum
    ///     .upload(&file, "oss://bkt/big.bin")
    ///     .part_size("100K")
    ///     .on_event(move |event| match event {
    ///         Event::Part { bytes, .. } => drop(counter.fetch_add(*bytes, Ordering::Relaxed)),
    ///         Event::Retry(retry) => eprintln!("{}", retry.cause),
    ///         _ => {}
    ///     })
    ///     .send()
    ///     .await?;
    /// assert_eq!(moved.load(Ordering::Relaxed), 1 << 20);
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_event(mut self, callback: impl FnMut(&Event) + Send + 'static) -> Self {
        self.callback = Some(Callback::new(callback));
        self
    }

    pub(crate) fn into_mode<N>(self) -> Request<T, N> {
        Request {
            ossum: self.ossum,
            what: self.what,
            how: self.how,
            callback: self.callback,
            mode: PhantomData,
        }
    }
}

impl<T: Kind, M> Request<T, M> {
    fn prepare(self) -> (Result<Prepared, Error>, Option<Callback>) {
        let state_directory = self.ossum.state_directory.clone();
        let transfer = self
            .how
            .options(state_directory)
            .and_then(|options| self.what.transfer(options));
        let client = self.ossum.client.clone();
        let prepared = transfer.map(|transfer| Prepared { client, transfer });
        (prepared, self.callback)
    }
}

/// For those who wait in a future.
impl<T: Kind> Request<T, Async> {
    /// Carries it out.
    ///
    /// The work is done by threads of its own, whatever runtime polls the future.
    ///
    /// # Errors
    /// [`Error`], which tells whether the same transfer, sent again, continues. The destination is
    /// as it was, but for what its [kind](Error::kind) says.
    /// # Cancellation
    /// Dropping the future cancels. The threads end by themselves within seconds, and hold the
    /// checkpoint until then.
    pub async fn send(self) -> Result<Report, Error> {
        let (prepared, callback) = self.prepare();
        Transfer::start_quietly(prepared, callback).await
    }

    /// Begins it at once, and gives a handle to watch and steer it.
    ///
    /// Does not block and needs no runtime. What is wrong with what was asked for is told where
    /// the handle is waited for.
    ///
    /// Cancelled and continued:
    ///
    /// ```
    /// # use ossum::Ossum;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), ossum::Error> {
    /// # use ossum_devserver::{Operation, faults::{Effect, Rule}};
    /// # let late = Effect::Delay(std::time::Duration::from_secs(20));
    /// # let oss = ossum_testkit::Server::new()
    /// #     .fault(Rule::on(Operation::UploadPart).nth(4).then(late)).on_loopback();
    /// # let place = ossum_testkit::Workspace::new();
    /// # let ossum = Ossum::builder().endpoint(oss.endpoint()).region("cn-hangzhou")
    /// #     .access_key(ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET)
    /// #     .state_directory(place.path("state")).build()?;
    /// # let file = place.write("big.bin", ossum_testkit::seeded(1, 1 << 20));
    /// use ossum::ErrorKind;
    ///
    /// let upload = || ossum.upload(&file, "oss://bkt/big.bin").part_size("100K").concurrency(1);
    ///
    /// let mut transfer = upload().start();
    /// let mut events = transfer.events();
    /// for _ in 0..3 {
    ///     println!("{:?} of {:?}", events.next().await, transfer.progress());
    /// }
    /// transfer.cancel();
    /// let error = transfer.await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Cancelled);
    /// assert!(error.is_resumable());
    ///
    /// let report = upload().send().await?;
    /// assert!(report.resumed);
    /// assert_eq!((report.parts_reused, report.parts_total), (3, 11));
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(self) -> Transfer {
        let (prepared, callback) = self.prepare();
        Transfer::start(prepared, callback)
    }
}

/// For those who wait on their own thread.
impl<T: Kind> Request<T, Blocking> {
    /// Carries it out, and blocks the calling thread meanwhile.
    ///
    /// Works within an asynchronous runtime as well, where it holds up that thread's other tasks.
    ///
    /// # Errors
    /// [`Error`], which tells whether the same transfer, sent again, continues.
    pub fn send(self) -> Result<Report, Error> {
        let (prepared, callback) = self.prepare();
        blocking::Transfer::start_quietly(prepared, callback).finish()
    }

    /// Begins it at once, and gives a handle to watch and steer it. Does not block.
    pub fn start(self) -> blocking::Transfer {
        let (prepared, callback) = self.prepare();
        blocking::Transfer::start(prepared, callback)
    }
}

impl<T: fmt::Debug, M> fmt::Debug for Request<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("what", &self.what)
            .field("how", &self.how)
            .finish_non_exhaustive()
    }
}
