//! The places of a migration, and who asks them.

use ossum_client::Client;
use ossum_migrate::{Place, Source};

use crate::args::{WorkArgs, WorkPlace};
use crate::failure::Failure;
use crate::session::Session;

/// The work place.
pub(super) fn work(session: &Session, args: &WorkArgs) -> Result<Place, Failure> {
    match &args.work {
        WorkPlace::Directory(path) => Ok(Place::directory(path)),
        WorkPlace::Prefix(url) => {
            let client = session.client_for(&url.bucket)?;
            Ok(Place::prefix(&client, url.clone())?)
        }
    }
}

/// Asks the source, where that is OSS: as was said when it was planned, and for the rest as the destination is
/// asked. Credentials are those of this machine.
pub(super) fn source(session: &Session, source: &Source) -> Result<Option<Client>, Failure> {
    let Source::Oss {
        url,
        endpoint,
        region,
        profile,
    } = source
    else {
        return Ok(None);
    };
    if endpoint.is_none() && region.is_none() && profile.is_none() {
        return session.client_for(&url.bucket).map(Some);
    }
    let connection = &session.connection;
    let elsewhere = connection.elsewhere(endpoint.clone(), region.clone(), profile.clone());
    session.client_as(&elsewhere, &url.bucket).map(Some)
}
