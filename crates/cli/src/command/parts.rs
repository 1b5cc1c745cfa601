mod abort;
mod look;
mod owners;

use std::pin::pin;

use futures_util::{StreamExt, TryStreamExt};

pub(crate) use self::look::Unfinished;
pub(super) use self::look::age;
use self::look::{AT_A_TIME, uploads};
use self::owners::Owners;
use super::block_on;
use crate::args::{PartsArgs, PartsCommand, PartsLsArgs};
use crate::failure::Failure;
use crate::output::{UploadLine, UploadsTotal};
use crate::session::Session;

/// Looks after unfinished uploads at OSS.
pub(super) fn run(session: &Session, args: &PartsArgs) -> Result<(), Failure> {
    match &args.what {
        PartsCommand::Ls(args) => list(session, args),
        PartsCommand::Abort(args) => abort::run(session, args),
    }
}

/// Lists them, page by page, several being looked at a time.
fn list(session: &Session, args: &PartsLsArgs) -> Result<(), Failure> {
    let client = session.client_for(&args.what.bucket)?;
    let owners = Owners::seen(session)?;
    block_on(async {
        let mut total = UploadsTotal::default();
        let looked = uploads(&client, &args.what)
            .map(|listed| async { look::at(&client, &args.what.bucket, &listed?).await });
        let mut found = pin!(looked.buffered(AT_A_TIME));
        while let Some(upload) = found.try_next().await? {
            let Some(upload) = upload else { continue };
            let line = UploadLine::of(&upload, owners.of(&upload.upload_id));
            total.add(&line);
            session.output.data(&line).map_err(Failure::Output)?;
        }
        session.output.total(&total).map_err(Failure::Output)
    })
}
