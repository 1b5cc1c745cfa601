//! A client for what an unfinished transfer has left at OSS.

use std::ffi::OsString;

use clap::Parser;
use ossum_checkpoint::Pointer;
use ossum_client::Client;
use ossum_types::BucketName;

use crate::args::Args;
use crate::failure::Failure;
use crate::session::Session;

/// A client of the endpoint that the transfer was with: as options, environment and files say now,
/// otherwise with the options that its command had.
pub(super) fn of(
    session: &Session,
    pointer: &Pointer,
    bucket: &BucketName,
) -> Result<Client, Failure> {
    let wanted = &pointer.transfer.endpoint;
    let now = session.client_for(bucket);
    if let Ok(client) = &now
        && client.endpoint().authority() == *wanted
    {
        return now;
    }
    if let Some(recorded) = recorded(pointer)
        && let Ok(client) = session.client_as(&recorded.connection, bucket)
        && client.endpoint().authority() == *wanted
    {
        return Ok(client);
    }
    let other = now?;
    Err(Failure::usage(
        format!(
            "the transfer was with {wanted}, and this would ask {}",
            other.endpoint()
        ),
        format!("add --endpoint {wanted}"),
    ))
}

/// The command that began the transfer, if it can be read.
fn recorded(pointer: &Pointer) -> Option<Args> {
    let words = pointer.command.iter().map(OsString::from);
    Args::try_parse_from(words).ok()
}
