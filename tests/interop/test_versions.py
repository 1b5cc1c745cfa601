"""Buckets that keep versions of their objects."""

import unittest

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest


class Versions:
    def new_bucket(self, name, status="Enabled"):
        self.client.put_bucket(oss.PutBucketRequest(bucket=name))
        self.set_versioning(name, status)

    def set_versioning(self, bucket, status):
        configuration = oss.VersioningConfiguration(status=status)
        self.client.put_bucket_versioning(
            oss.PutBucketVersioningRequest(bucket=bucket, versioning_configuration=configuration)
        )
        request = oss.GetBucketVersioningRequest(bucket=bucket)
        self.assertEqual(self.client.get_bucket_versioning(request).version_status, status)

    def put_version(self, bucket, key, body):
        request = oss.PutObjectRequest(bucket=bucket, key=key, body=body)
        return self.client.put_object(request).version_id

    def read(self, bucket, key, **request):
        request = oss.GetObjectRequest(bucket=bucket, key=key, **request)
        with self.client.get_object(request).body as body:
            return body.read()

    def listed(self, bucket, max_keys=100):
        """The versions and the delete markers, as (key, version ID)."""
        pages = list(
            self.client.list_object_versions_paginator().iter_page(
                oss.ListObjectVersionsRequest(bucket=bucket, max_keys=max_keys)
            )
        )
        versions = [(one.key, one.version_id) for page in pages for one in page.version or []]
        markers = [(one.key, one.version_id) for page in pages for one in page.delete_marker or []]
        return versions, markers

    def test_many_versions_are_deleted_at_once(self):
        self.new_bucket("emptied")
        for key in AWKWARD_KEYS:
            for body in (b"first", b"second"):
                self.put_version("emptied", key, body)
            self.client.delete_object(oss.DeleteObjectRequest(bucket="emptied", key=key))
        versions, markers = self.listed("emptied", max_keys=7)
        self.assertEqual((len(versions), len(markers)), (2 * len(AWKWARD_KEYS), len(AWKWARD_KEYS)))
        objects = [oss.DeleteObject(key=key, version_id=one) for key, one in versions + markers]
        self.client.delete_multiple_objects(
            oss.DeleteMultipleObjectsRequest(bucket="emptied", objects=objects)
        )
        self.assertEqual(self.listed("emptied"), ([], []))
        self.client.delete_bucket(oss.DeleteBucketRequest(bucket="emptied"))

    def test_a_suspended_bucket_keeps_one_null_version(self):
        self.new_bucket("suspended")
        kept = self.put_version("suspended", "k", b"kept")
        self.set_versioning("suspended", "Suspended")
        for body in (b"one", b"two"):
            self.put_version("suspended", "k", body)
        self.assertEqual(self.listed("suspended"), ([("k", "null"), ("k", kept)], []))
        self.assertEqual(self.read("suspended", "k"), b"two")
        self.assertEqual(self.read("suspended", "k", version_id="null"), b"two")

    def test_an_old_version_is_copied_over_the_latest(self):
        self.new_bucket("copied")
        first = self.put_version("copied", "k", b"first")
        self.put_version("copied", "k", b"second")
        request = oss.CopyObjectRequest(
            bucket="copied", key="k", source_key="k", source_version_id=first
        )
        copied = self.client.copy_object(request)
        self.assertEqual(copied.source_version_id, first)
        self.assertNotEqual(copied.version_id, first)
        self.assertEqual(self.read("copied", "k"), b"first")


class VersionsV4(Versions, SdkTest):
    signature_version = "v4"


class VersionsV1(Versions, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
