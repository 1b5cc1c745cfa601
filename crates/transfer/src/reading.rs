//! Reads what is there already, to see whether it is what it should be.

use std::io;

use ossum_durable::FsFile;
use ossum_types::ByteRange;

/// So much is read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Hands a range of a file to `take`, chunk by chunk.
///
/// Lets others of the same thread go on between any two chunks, and is cancelled there.
pub(crate) async fn read_range(
    file: &dyn FsFile,
    range: ByteRange,
    mut take: impl FnMut(&[u8]) + Send,
) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut rest = Some(range);
    while let Some(range) = rest {
        let len = range.len().min(CHUNK_BYTES as u64);
        let chunk = &mut buffer[..usize::try_from(len).unwrap_or(CHUNK_BYTES)];
        file.read_exact_at(chunk, range.start())?;
        take(chunk);
        rest = range.skip(len);
        tokio::task::yield_now().await;
    }
    Ok(())
}
