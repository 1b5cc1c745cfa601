use ossum_client::Client;
use ossum_client::op::ObjectReader;
use ossum_types::{ByteRange, Crc64, Crc64Hasher, PartNumber};
use tokio_util::sync::CancellationToken;

use super::delivery::nobody_takes_it;
use crate::download::pinned::Pinned;
use crate::engine::Mover;
use crate::error::Error;

/// Fetches one block after the other into memory.
pub(super) struct Fetcher {
    pub(super) object: Pinned,
    /// Cancelled when the sink takes no more.
    pub(super) broken: CancellationToken,
}

/// Leave to fetch a block, with the memory for it. There are as many as may be in memory at a time.
pub(super) struct Ticket {
    /// Which block; the first is 0.
    pub(super) index: u64,
    /// Where it is in the object.
    pub(super) range: ByteRange,
    /// The memory, to be used again; empty.
    pub(super) buffer: Vec<u8>,
    /// The beginning of its bytes, where it is on its way already.
    pub(super) beginning: Option<Box<ObjectReader>>,
}

/// A block that has arrived.
pub(super) struct Block {
    pub(super) index: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) crc64: Crc64,
}

impl Mover for Fetcher {
    type Job = Ticket;
    type Done = Block;

    fn number(_: &Ticket) -> Option<PartNumber> {
        None
    }

    async fn move_part(&self, client: &Client, ticket: Ticket) -> Result<Block, Error> {
        tokio::select! {
            biased;
            () = self.broken.cancelled() => Err(nobody_takes_it()),
            block = self.fetch(client, ticket) => block,
        }
    }
}

impl Fetcher {
    async fn fetch(&self, client: &Client, ticket: Ticket) -> Result<Block, Error> {
        let Ticket {
            index,
            range,
            mut buffer,
            beginning,
        } = ticket;
        let mut crc64 = Crc64Hasher::new();
        buffer.reserve_exact(usize::try_from(range.len()).unwrap_or(usize::MAX));
        if let Some(beginning) = beginning {
            let beginning = beginning.read_by(client);
            self.receive(beginning, &mut buffer, &mut crc64).await?;
        }
        if let Some(rest) = range.skip(buffer.len() as u64) {
            let reader = self.object.open(client, rest).await?;
            self.receive(reader, &mut buffer, &mut crc64).await?;
        }
        Ok(Block {
            index,
            bytes: buffer,
            crc64: crc64.finish(),
        })
    }

    async fn receive(
        &self,
        mut reader: ObjectReader,
        buffer: &mut Vec<u8>,
        crc64: &mut Crc64Hasher,
    ) -> Result<(), Error> {
        let explain = |error| self.object.explain(error);
        while let Some(chunk) = reader.chunk().await.map_err(explain)? {
            crc64.update(&chunk);
            buffer.extend_from_slice(&chunk);
        }
        Ok(())
    }
}
