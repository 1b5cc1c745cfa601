use ossum_client::Client;
use ossum_client::op::{
    DeleteMultipleObjects, ListObjectsV2, ListObjectsV2Page, ObjectToDelete, ObjectsEntry,
};
use ossum_types::{BucketName, ObjectKey};

use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::{bucket, text};
use crate::memory::Text;
use crate::plain::at_home;
use crate::status::{AOSE_SERVICE_ERROR, CLIENT_ERROR, Done, Failed, Status};

/// Deletes every object whose name begins with `prefix`; with an empty one, all of the bucket.
///
/// As many requests as it takes, each tried again where it may pass. Fails unless OSS says of every
/// object that it is deleted; those before a failure are gone. `req_id` is empty.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_delete_objects_by_prefix(
    options: *mut Options,
    bucket: *const Text,
    prefix: *const Text,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, prefix) = unsafe { (self::bucket(bucket.as_ref())?, prefix.as_ref()) };
        // A text that was forgotten must not empty the bucket.
        let prefix = prefix.ok_or_else(|| Failed::invalid("the prefix is null"))?;
        let list = ListObjectsV2 {
            prefix: text("the prefix", prefix)?.unwrap_or_default().to_owned(),
            ..ListObjectsV2::new(bucket)
        };
        at_home(call, async |client| delete_all(client, list).await)?;
        Ok(Done {
            code: 200,
            ..Done::default()
        })
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, std::ptr::null_mut(), work) }
}

async fn delete_all(client: &Client, mut list: ListObjectsV2) -> Result<(), Failed> {
    loop {
        let page = client.list_objects_v2_page(&list).await;
        let page = page.map_err(|error| Failed::from(&error))?;
        let next = page.next.clone();
        delete_page(client, &list.bucket, page).await?;
        match next {
            Some(_) => list.cursor = next,
            None => return Ok(()),
        }
    }
}

async fn delete_page(
    client: &Client,
    bucket: &BucketName,
    page: ListObjectsV2Page,
) -> Result<(), Failed> {
    let keys = keys(page)?;
    if keys.is_empty() {
        return Ok(());
    }
    let delete = DeleteMultipleObjects::new(bucket.clone(), keys);
    let output = client.delete_multiple_objects(&delete).await;
    let output = output.map_err(|error| Failed::from(&error))?;
    all_confirmed(&output.unconfirmed)
}

fn all_confirmed(unconfirmed: &[ObjectToDelete]) -> Result<(), Failed> {
    match unconfirmed.first() {
        Some(left) => Err(kept(left.key.as_str())),
        None => Ok(()),
    }
}

fn keys(page: ListObjectsV2Page) -> Result<Vec<ObjectKey>, Failed> {
    let objects = page.entries.into_iter().filter_map(|entry| match entry {
        ObjectsEntry::Object(object) => Some(object.key),
        _ => None,
    });
    objects
        .map(|key| key.map_err(|invalid| kept(&invalid.to_string())))
        .collect()
}

fn kept(name: &str) -> Failed {
    let message = format!(
        "OSS does not say that this is deleted: {}",
        name.escape_debug()
    );
    Failed::new(AOSE_SERVICE_ERROR, CLIENT_ERROR, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_oss_does_not_confirm_is_a_failure_that_names_it() {
        assert_eq!(all_confirmed(&[]), Ok(()));
        let key: ObjectKey = "kept\n".parse().unwrap();
        let failed = all_confirmed(&[key.into()]).unwrap_err();
        assert_eq!(failed.code, AOSE_SERVICE_ERROR);
        assert!(failed.message.ends_with("kept\\n"), "{}", failed.message);
    }
}
