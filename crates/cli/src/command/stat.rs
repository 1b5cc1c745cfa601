use ossum_client::Client;
use ossum_client::op::{GetBucketInfo, HeadObject};
use ossum_types::{BucketName, ObjectUrl};

use super::block_on;
use crate::args::StatArgs;
use crate::failure::Failure;
use crate::output::{BucketStat, ObjectStat};
use crate::session::Session;

/// Shows an object, or a bucket where no key is given.
pub(super) fn run(session: &Session, args: StatArgs) -> Result<(), Failure> {
    if args.what.prefix.is_empty() && args.version_id.is_some() {
        return Err(Failure::usage(
            "a bucket has no versions, only its objects have",
            "name the object: oss://BUCKET/KEY",
        ));
    }
    let client = session.client_for(&args.what.bucket)?;
    block_on(async {
        if args.what.prefix.is_empty() {
            return show_bucket(session, &client, args.what.bucket).await;
        }
        let to_usage = |invalid: ossum_types::Invalid| {
            Failure::usage(invalid.to_string(), "write oss://BUCKET/KEY")
        };
        let url = args.what.to_object().map_err(to_usage)?;
        let request = HeadObject {
            version_id: args.version_id,
            ..HeadObject::new(url.bucket.clone(), url.key.clone())
        };
        show_object(session, &client, &url, &request).await
    })
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
    request: &HeadObject,
) -> Result<(), Failure> {
    let info = client.head_object(request).await?;
    let stat = ObjectStat::of(url, info);
    session.output.answer(&stat).map_err(Failure::Output)
}
