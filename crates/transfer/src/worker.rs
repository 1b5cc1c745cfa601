use std::future::Future;
use std::time::Instant;

use futures_util::future::join_all;
use ossum_client::Client;
use ossum_client::transport::HttpTransport;
use tokio::runtime::Runtime;

use crate::copy::{self, Copy};
use crate::download::{self, Download};
use crate::error::Error;
use crate::monitor::Monitor;
use crate::relay::{self, CompleteRanges, RangeReport, Relay, RelayRange};
use crate::report::Report;
use crate::thread;
use crate::upload::{self, Upload};

/// A thread that carries out one transfer after the other, over a connection that it keeps.
///
/// A transfer by itself ([`upload`](crate::upload()) and its like) has a thread and a connection of its own,
/// which a small object does not pay back. Made on the thread that uses it. Its methods block that
/// thread, and panic where it is at work in an asynchronous runtime.
#[derive(Debug)]
pub struct Worker {
    client: Client,
    runtime: Option<Runtime>,
}

impl Worker {
    /// A worker that asks what `client` asks.
    ///
    /// # Errors
    /// [`ErrorKind::Disk`](crate::ErrorKind::Disk) if the system gives no more files.
    pub fn new(client: &Client) -> Result<Self, Error> {
        Ok(Self {
            client: client.for_worker(HttpTransport::READ_BUFFER_BYTES),
            runtime: Some(thread::runtime()?),
        })
    }

    /// As [`upload`](crate::upload()), on this thread.
    ///
    /// # Errors
    /// As [`upload`](crate::upload()).
    pub fn upload(&self, request: &Upload, monitor: &Monitor) -> Result<Report, Error> {
        self.run(monitor, |client| async move {
            upload::carry_out(&client, request, monitor).await
        })
    }

    /// As [`download`](crate::download()), on this thread.
    ///
    /// # Errors
    /// As [`download`](crate::download()).
    pub fn download(&self, request: &Download, monitor: &Monitor) -> Result<Report, Error> {
        self.run(monitor, |client| async move {
            download::carry_out(&client, request, monitor).await
        })
    }

    /// As [`copy`](crate::copy()), on this thread. A client of the source's is one
    /// [`for_this_thread`](Self::for_this_thread).
    ///
    /// # Errors
    /// As [`copy`](crate::copy()).
    pub fn copy(&self, request: &Copy, monitor: &Monitor) -> Result<Report, Error> {
        self.run(monitor, |client| async move {
            copy::carry_out(&client, request, monitor).await
        })
    }

    /// Completes an upload whose ranges are all there, on this thread, or finds that it was completed before.
    ///
    /// # Errors
    /// [`ErrorKind::Integrity`](crate::ErrorKind::Integrity) if OSS has not every part, or other bytes than
    /// were sent: nothing is public then, unless the message says so.
    pub fn complete_ranges(
        &self,
        request: &CompleteRanges,
        monitor: &Monitor,
    ) -> Result<Report, Error> {
        self.run(monitor, |client| async move {
            relay::carry_out_completion(&client, request, monitor).await
        })
    }

    /// `client` with a connection that belongs to this thread, for [`Copy::source_client`].
    pub fn for_this_thread(client: &Client) -> Client {
        client.for_worker(HttpTransport::READ_BUFFER_BYTES)
    }

    /// Has so many hands work at the same time, all on this thread, each as `work` says; gives what came of
    /// each. They share the connections that the worker keeps: as many as there are requests at a time.
    ///
    /// A hand that blocks holds up the others.
    pub fn together<F: Future>(&self, hands: usize, work: impl Fn(Hand) -> F) -> Vec<F::Output> {
        let hand = || Hand {
            client: self.client.clone(),
        };
        let working = (0..hands).map(|_| work(hand()));
        self.runtime().block_on(join_all(working))
    }

    /// Asks for something else over the same connection.
    pub fn ask<T, F: Future<Output = T>>(&self, ask: impl FnOnce(Client) -> F) -> T {
        self.runtime().block_on(ask(self.client.clone()))
    }

    fn run<F: Future<Output = Result<Report, Error>>>(
        &self,
        monitor: &Monitor,
        work: impl FnOnce(Client) -> F,
    ) -> Result<Report, Error> {
        self.runtime().block_on(timed(&self.client, monitor, work))
    }

    fn runtime(&self) -> &Runtime {
        self.runtime
            .as_ref()
            .expect("it is there until the worker is dropped")
    }
}

/// One of several that share the thread of a [`Worker`]: carries out one transfer after the other.
///
/// What it is given to read from is for that thread: its client one
/// [`for_this_thread`](Worker::for_this_thread), its source one [`for_worker`](crate::RangeSource::for_worker).
#[derive(Debug)]
pub struct Hand {
    client: Client,
}

impl Hand {
    /// As [`relay`](crate::relay()).
    ///
    /// # Errors
    /// As [`relay`](crate::relay()).
    pub async fn relay(&self, request: &Relay, monitor: &Monitor) -> Result<Report, Error> {
        let relaying = async |client: Client| relay::carry_out(&client, request, monitor).await;
        timed(&self.client, monitor, relaying).await
    }

    /// Relays a range of an object into an upload that is open already.
    ///
    /// # Errors
    /// As [`relay`](crate::relay()). The upload stays as it is.
    pub async fn relay_range(
        &self,
        request: &RelayRange,
        monitor: &Monitor,
    ) -> Result<RangeReport, Error> {
        let client = self.client.with_meter(monitor.meter());
        relay::carry_out_range(&client, request, monitor).await
    }

    /// As [`copy`](crate::copy()).
    ///
    /// # Errors
    /// As [`copy`](crate::copy()).
    pub async fn copy(&self, request: &Copy, monitor: &Monitor) -> Result<Report, Error> {
        let copying = async |client: Client| copy::carry_out(&client, request, monitor).await;
        timed(&self.client, monitor, copying).await
    }

    /// What asks for something else.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// What `work` comes to, with the time that it took.
async fn timed<F: Future<Output = Result<Report, Error>>>(
    client: &Client,
    monitor: &Monitor,
    work: impl FnOnce(Client) -> F,
) -> Result<Report, Error> {
    let began = Instant::now();
    let report = work(client.with_meter(monitor.meter())).await?;
    Ok(report.spent(monitor, began))
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            thread::end(runtime);
        }
    }
}
