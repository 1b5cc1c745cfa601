//! Listings, and calls about buckets.

use ossum_testkit::Server;

use crate::ways::succeeds;

#[test]
fn objects_and_buckets_are_listed_page_by_page() {
    succeeds("list", include_str!("../programs/list.c"), Server::new);
}

#[test]
fn a_bucket_is_made_looked_at_changed_and_removed() {
    succeeds("bucket", include_str!("../programs/bucket.c"), Server::new);
}
