use ossum_client::op::{GetBucketInfo, GetObjectAcl, GetSymlink, HeadObject};
use ossum_client::{Client, ErrorKind};
use ossum_types::{BucketName, ObjectKey, ObjectUrl, PrefixUrl, VersionId};

use super::block_on;
use super::clients::Clients;
use crate::args::StatArgs;
use crate::failure::Failure;
use crate::message;
use crate::output::{BucketStat, ObjectStat};
use crate::session::Session;

/// Shows objects, and buckets where no key is given.
pub(super) fn run(session: &Session, args: &StatArgs) -> Result<(), Failure> {
    let version_id = args.version_id.as_ref();
    if version_id.is_some() && args.what.len() > 1 {
        return Err(Failure::usage(
            "a version belongs to one object, and several are named",
            "name one object with --version-id",
        ));
    }
    let clients = Clients::of_all(session, args.what.iter().map(|what| &what.bucket))?;
    block_on(async {
        if let [what] = args.what.as_slice() {
            return show(session, &clients, what, version_id).await;
        }
        let mut failed = 0;
        for what in &args.what {
            match show(session, &clients, what, None).await {
                Ok(()) => {}
                Err(failure @ Failure::Output(_)) => return Err(failure),
                Err(failure) => {
                    failed += 1;
                    message::report(&failure, &session.output);
                }
            }
        }
        Failure::if_any(failed, args.what.len() as u64)
    })
}

async fn show(
    session: &Session,
    clients: &Clients<'_>,
    what: &PrefixUrl,
    version_id: Option<&VersionId>,
) -> Result<(), Failure> {
    let client = &clients.of(&what.bucket)?;
    if what.prefix.is_empty() {
        return match version_id {
            None => show_bucket(session, client, what.bucket.clone()).await,
            Some(_) => Err(Failure::usage(
                "a bucket has no versions, only its objects have",
                "name the object: oss://BUCKET/KEY",
            )),
        };
    }
    let to_usage = |invalid: ossum_types::Invalid| {
        Failure::usage(invalid.to_string(), "write oss://BUCKET/KEY")
    };
    let url = what.to_object().map_err(to_usage)?;
    show_object(session, client, &url, version_id).await
}

async fn show_bucket(
    session: &Session,
    client: &Client,
    bucket: BucketName,
) -> Result<(), Failure> {
    let request = GetBucketInfo { bucket };
    let info = client.get_bucket_info(&request).await?;
    let stat = BucketStat::of(&request.bucket, info);
    session.output.answer(&stat).map_err(Failure::Output)
}

async fn show_object(
    session: &Session,
    client: &Client,
    url: &ObjectUrl,
    version_id: Option<&VersionId>,
) -> Result<(), Failure> {
    let request = HeadObject {
        version_id: version_id.cloned(),
        ..HeadObject::new(url.bucket.clone(), url.key.clone())
    };
    let info = client.head_object(&request).await?;
    let target = match info.object_type() {
        Some("Symlink") => Some(target_of(client, url, version_id).await?),
        _ => None,
    };
    let acl = acl_of(client, url, version_id).await?;
    let stat = ObjectStat::of(url, &info, target.as_ref(), acl);
    session.output.answer(&stat).map_err(Failure::Output)
}

/// Its ACL, unless these credentials may read the object and not that.
async fn acl_of(
    client: &Client,
    url: &ObjectUrl,
    version_id: Option<&VersionId>,
) -> Result<Option<String>, Failure> {
    let request = GetObjectAcl {
        version_id: version_id.cloned(),
        ..GetObjectAcl::new(url.bucket.clone(), url.key.clone())
    };
    match client.get_object_acl(&request).await {
        Ok(told) => Ok(Some(told.acl)),
        Err(error) if error.kind() == ErrorKind::Denied => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Where a link leads.
async fn target_of(
    client: &Client,
    url: &ObjectUrl,
    version_id: Option<&VersionId>,
) -> Result<ObjectKey, Failure> {
    let request = GetSymlink {
        version_id: version_id.cloned(),
        ..GetSymlink::new(url.bucket.clone(), url.key.clone())
    };
    Ok(client.get_symlink(&request).await?.target)
}
