use std::future::Future;
use std::time::Instant;

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

    /// As [`relay`](crate::relay()), on this thread. The source is one for this thread.
    ///
    /// # Errors
    /// As [`relay`](crate::relay()).
    pub fn relay(&self, request: &Relay, monitor: &Monitor) -> Result<Report, Error> {
        self.run(monitor, |client| async move {
            relay::carry_out(&client, request, monitor).await
        })
    }

    /// Relays a range of an object into an upload that is open already, on this thread.
    ///
    /// # Errors
    /// As [`relay`](crate::relay()). The upload stays as it is.
    pub fn relay_range(
        &self,
        request: &RelayRange,
        monitor: &Monitor,
    ) -> Result<RangeReport, Error> {
        let client = self.client.with_meter(monitor.meter());
        let relaying = relay::carry_out_range(&client, request, monitor);
        self.runtime().block_on(relaying)
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

    /// Asks for something else over the same connection.
    pub fn ask<T, F: Future<Output = T>>(&self, ask: impl FnOnce(Client) -> F) -> T {
        self.runtime().block_on(ask(self.client.clone()))
    }

    fn run<F: Future<Output = Result<Report, Error>>>(
        &self,
        monitor: &Monitor,
        work: impl FnOnce(Client) -> F,
    ) -> Result<Report, Error> {
        let began = Instant::now();
        let client = self.client.with_meter(monitor.meter());
        let report = self.runtime().block_on(work(client))?;
        Ok(report.spent(monitor, began))
    }

    fn runtime(&self) -> &Runtime {
        self.runtime
            .as_ref()
            .expect("it is there until the worker is dropped")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            thread::end(runtime);
        }
    }
}
