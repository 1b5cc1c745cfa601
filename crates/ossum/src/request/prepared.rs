use ossum_client::Client;
use ossum_transfer::{Copy, Download, Monitor, Report, Upload};

use crate::error::Error;

/// A transfer that can be carried out.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) client: Client,
    pub(super) transfer: Transfer,
}

/// The three directions, as the engine takes them.
#[derive(Debug)]
pub enum Transfer {
    /// From a file to an object.
    Upload(Box<Upload>),
    /// From an object to a file.
    Download(Box<Download>),
    /// From an object to another one.
    Copy(Box<Copy>),
}

impl Prepared {
    pub(crate) async fn run(self, monitor: &Monitor) -> Result<Report, Error> {
        let client = &self.client;
        let done = match &self.transfer {
            Transfer::Upload(upload) => ossum_transfer::upload(client, upload, monitor).await,
            Transfer::Download(download) => {
                ossum_transfer::download(client, download, monitor).await
            }
            Transfer::Copy(copy) => ossum_transfer::copy(client, copy, monitor).await,
        };
        Ok(done?)
    }
}
