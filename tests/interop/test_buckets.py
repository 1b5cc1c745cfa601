"""Buckets, and calls about many objects of one."""

import datetime
import unittest

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET, REGION


class Buckets:
    def make(self, bucket, **request):
        self.client.put_bucket(oss.PutBucketRequest(bucket=bucket, **request))

    def names(self, **request):
        pages = self.client.list_buckets_paginator().iter_page(oss.ListBucketsRequest(**request))
        return [bucket.name for page in pages for bucket in page.buckets or []]

    def delete_objects(self, keys, **request):
        objects = [oss.DeleteObject(key=key) for key in keys]
        request = oss.DeleteMultipleObjectsRequest(bucket=BUCKET, objects=objects, **request)
        return self.client.delete_multiple_objects(request)

    def test_a_bucket_is_made_and_deleted(self):
        self.make("made")
        self.assertTrue(self.client.is_bucket_exist("made"))
        self.assertIn("made", self.names())
        deleted = self.client.delete_bucket(oss.DeleteBucketRequest(bucket="made"))
        self.assertEqual(deleted.status_code, 204)
        self.assertFalse(self.client.is_bucket_exist("made"))
        self.assertNotIn("made", self.names())
        with self.refused(404, "NoSuchBucket"):
            self.client.delete_bucket(oss.DeleteBucketRequest(bucket="made"))

    def test_a_bucket_with_objects_is_not_deleted(self):
        self.make("full")
        self.client.put_object(oss.PutObjectRequest(bucket="full", key="k", body=b"content"))
        with self.refused(409, "BucketNotEmpty"):
            self.client.delete_bucket(oss.DeleteBucketRequest(bucket="full"))
        self.client.delete_object(oss.DeleteObjectRequest(bucket="full", key="k"))
        self.client.delete_bucket(oss.DeleteBucketRequest(bucket="full"))

    def test_making_ones_own_bucket_again_changes_nothing(self):
        self.make("again")
        self.client.put_object(oss.PutObjectRequest(bucket="again", key="k", body=b"content"))
        self.make("again")
        listed = self.client.list_objects_v2(oss.ListObjectsV2Request(bucket="again"))
        self.assertEqual([one.key for one in listed.contents], ["k"])

    def test_buckets_are_listed_by_prefix_and_in_pages(self):
        names = ["listed-a", "listed-b", "listed-c"]
        for name in names:
            self.make(name)
        for size in (1, 2, 3, 100):
            self.assertEqual(self.names(prefix="listed-", max_keys=size), names)
        self.assertEqual(self.names(prefix="listed-", marker="listed-a"), names[1:])
        result = self.client.list_buckets(oss.ListBucketsRequest(prefix="listed-b"))
        (listed,) = result.buckets
        self.assertEqual((listed.location, listed.region), (f"oss-{REGION}", REGION))
        self.assertEqual(listed.storage_class, "Standard")
        self.assertTrue(result.owner.id)

    def test_bucket_info_describes_it(self):
        before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=2)
        configuration = oss.CreateBucketConfiguration(storage_class="IA")
        self.make("described", acl="private", create_bucket_configuration=configuration)
        request = oss.GetBucketInfoRequest(bucket="described")
        info = self.client.get_bucket_info(request).bucket_info
        self.assertEqual((info.name, info.location), ("described", f"oss-{REGION}"))
        self.assertEqual((info.storage_class, info.acl), ("IA", "private"))
        self.assertLess(before, info.creation_date.replace(tzinfo=datetime.timezone.utc))
        self.assertTrue(info.owner.id)
        self.assertTrue(info.extranet_endpoint)

    def test_bucket_acl_is_the_one_it_was_made_with(self):
        for acl in ("private", "public-read"):
            self.make(f"acl-{acl}", acl=acl)
            request = oss.GetBucketAclRequest(bucket=f"acl-{acl}")
            self.assertEqual(self.client.get_bucket_acl(request).acl, acl)

    def test_bucket_location_is_its_region(self):
        request = oss.GetBucketLocationRequest(bucket=BUCKET)
        self.assertEqual(self.client.get_bucket_location(request).location, f"oss-{REGION}")

    def test_what_does_not_exist_is_no_bucket(self):
        bucket = "nowhere"
        with self.refused(404, "NoSuchBucket"):
            self.client.get_bucket_info(oss.GetBucketInfoRequest(bucket=bucket))
        with self.refused(404, "NoSuchBucket"):
            self.client.list_objects_v2(oss.ListObjectsV2Request(bucket=bucket))
        with self.refused(404, "NoSuchBucket"):
            self.client.put_object(oss.PutObjectRequest(bucket=bucket, key="k", body=b"c"))
        with self.refused(404, "NoSuchBucket"):
            self.client.head_object(oss.HeadObjectRequest(bucket=bucket, key="k"))
        with self.refused(404, "NoSuchBucket"):
            request = oss.InitiateMultipartUploadRequest(bucket=bucket, key="k")
            self.client.initiate_multipart_upload(request)

    def test_many_objects_are_deleted_at_once(self):
        kept, gone = "kept", [*AWKWARD_KEYS, "gone"]
        for key in (kept, *gone):
            self.put(key)
        result = self.delete_objects([*gone, "never there"])
        self.assertEqual([one.key for one in result.deleted_objects], [*gone, "never there"])
        listed = self.client.list_objects_v2(oss.ListObjectsV2Request(bucket=BUCKET))
        self.assertEqual([one.key for one in listed.contents], [kept])

    def test_a_quiet_delete_tells_nothing(self):
        self.put("quiet")
        self.assertFalse(self.delete_objects(["quiet"], quiet=True).deleted_objects)
        self.assertFalse(self.client.is_object_exist(BUCKET, "quiet"))


class BucketsV4(Buckets, SdkTest):
    signature_version = "v4"


class BucketsV1(Buckets, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
