mod compare;
mod digests;
mod operand;

pub(crate) use self::digests::Digests;
use self::digests::Wanted;
use self::operand::Operand;
use super::block_on;
use super::clients::Clients;
use crate::args::{HashArgs, Place};
use crate::failure::Failure;
use crate::message;
use crate::output::{Hashed, HashedTotal};
use crate::session::Session;

/// Shows checksums, or compares two things by them.
pub(super) fn run(session: &Session, args: &HashArgs) -> Result<(), Failure> {
    let operands = operands(session, args)?;
    let wanted = Wanted {
        md5: args.md5,
        sha256: args.sha256,
    };
    block_on(async {
        match operands.as_slice() {
            [one] => show_one(session, one, wanted).await,
            [a, b] if !args.each => compare::run(session, (a, b), wanted).await,
            many => show_many(session, many, wanted).await,
        }
    })
}

fn operands(session: &Session, args: &HashArgs) -> Result<Vec<Operand>, Failure> {
    let streams = args.operands.iter();
    if streams.filter(|place| **place == Place::Stream).count() > 1 {
        return Err(Failure::usage(
            "hash: standard input can be read only once",
            "name - once",
        ));
    }
    let objects = args.operands.iter();
    let objects = objects.filter(|place| matches!(place, Place::Oss(_)));
    if args.version_id.is_some() && objects.count() != 1 {
        return Err(Failure::usage(
            "hash: --version-id needs one object to belong to",
            "name one object at a time with it",
        ));
    }
    // Who has files only needs no settings.
    let clients = Clients::new(session);
    let operand = |place: &Place| match place {
        Place::Local(path) => Ok(Operand::File(path.clone())),
        Place::Stream => Ok(Operand::Stream),
        Place::Oss(url) => {
            let client = clients.of(&url.bucket)?;
            Operand::object(client, url, args.version_id.clone())
        }
    };
    args.operands.iter().map(operand).collect()
}

async fn show_one(session: &Session, operand: &Operand, wanted: Wanted) -> Result<(), Failure> {
    let digests = operand.find().await?.digests(wanted, session).await?;
    let hashed = Hashed::of(operand.to_string(), &digests);
    session.output.answer(&hashed).map_err(Failure::Output)
}

async fn show_many(session: &Session, operands: &[Operand], wanted: Wanted) -> Result<(), Failure> {
    let mut total = HashedTotal::default();
    for operand in operands {
        let digests = match operand.find().await {
            Ok(found) => found.digests(wanted, session).await,
            Err(failure) => Err(failure),
        };
        match digests {
            Ok(digests) => {
                total.hashed += 1;
                total.bytes = total.bytes.saturating_add(digests.size);
                let hashed = Hashed::of(operand.to_string(), &digests);
                session.output.data(&hashed).map_err(Failure::Output)?;
            }
            Err(failure) => {
                total.failed += 1;
                message::report(&failure, &session.output);
            }
        }
    }
    session.output.total(&total).map_err(Failure::Output)?;
    Failure::if_any(total.failed, total.failed + total.hashed)
}
