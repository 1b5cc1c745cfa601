"""`oss2`: listings, deleting many objects, and versions."""

import unittest

import oss2
from oss2.models import (
    BatchDeleteObjectVersion,
    BatchDeleteObjectVersionList,
    BucketVersioningConfig,
)

from awkward_keys import AWKWARD_KEYS, many_awkward_keys
from oss2_test import Oss2Test

ONE_DELETE_TAKES = 1000


class Buckets:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = oss2.Service(cls.client.auth, cls.server.endpoint, region=cls.client.region)

    def new_bucket(self, name):
        bucket = self.connect(bucket=name)
        bucket.create_bucket()
        return bucket

    def test_a_bucket_is_made_listed_described_and_deleted(self):
        bucket = self.new_bucket("made")
        self.assertIn("made", [one.name for one in oss2.BucketIterator(self.service)])
        self.assertEqual(bucket.get_bucket_info().name, "made")
        self.assertEqual(bucket.get_bucket_location().location, "oss-cn-hangzhou")
        self.assertEqual(bucket.get_bucket_acl().acl, "private")
        bucket.delete_bucket()
        with self.refused(404, "NoSuchBucket"):
            bucket.get_bucket_info()

    def test_a_thousand_awkward_keys_are_listed_and_deleted(self):
        bucket = self.new_bucket("awkward")
        keys = many_awkward_keys(ONE_DELETE_TAKES)
        self.assertEqual(len(keys), ONE_DELETE_TAKES)
        for key in keys:
            bucket.put_object(key, b"")
        expected = sorted(keys, key=str.encode)
        for iterate in (oss2.ObjectIterator, oss2.ObjectIteratorV2):
            for page_size in (1000, 101):
                with self.subTest(iterate=iterate.__name__, page_size=page_size):
                    listed = [one.key for one in iterate(bucket, max_keys=page_size)]
                    self.assertEqual(listed, expected)
        # Not at once with the others: this SDK writes it as it is, and XML reads it as a new line.
        returns = [key for key in keys if "\r" in key]
        others = [key for key in keys if "\r" not in key]
        self.assertCountEqual(bucket.batch_delete_objects(others).deleted_keys, others)
        self.assertEqual([one.key for one in oss2.ObjectIterator(bucket)], sorted(returns))
        for key in returns:
            bucket.delete_object(key)
        bucket.delete_bucket()

    def test_a_delimiter_folds_directories(self):
        bucket = self.new_bucket("folded")
        for key in ("a/1", "a/2", "b", "中/3"):
            bucket.put_object(key, b"")
        for listed in (
            bucket.list_objects(delimiter="/"),
            bucket.list_objects_v2(delimiter="/", fetch_owner=True),
        ):
            self.assertEqual([one.key for one in listed.object_list], ["b"])
            self.assertEqual(listed.prefix_list, ["a/", "中/"])

    def test_versions_are_kept_listed_read_and_deleted(self):
        bucket = self.new_bucket("versions")
        bucket.put_bucket_versioning(BucketVersioningConfig("Enabled"))
        self.assertEqual(bucket.get_bucket_versioning().status, "Enabled")
        first = bucket.put_object("k", b"first").versionid
        second = bucket.put_object("k", b"second").versionid
        marker = bucket.delete_object("k")
        self.assertTrue(marker.delete_marker)
        with self.refused(404, "NoSuchKey"):
            bucket.get_object("k")
        self.assertEqual(bucket.get_object("k", params={"versionId": first}).read(), b"first")

        listed = bucket.list_object_versions()
        self.assertEqual([one.versionid for one in listed.versions], [second, first])
        self.assertEqual([one.versionid for one in listed.delete_marker], [marker.versionid])

        bucket.delete_object("k", params={"versionId": marker.versionid})
        self.assertEqual(bucket.get_object("k").read(), b"second")
        doomed = BatchDeleteObjectVersionList()
        for version in (first, second):
            doomed.append(BatchDeleteObjectVersion(key="k", versionid=version))
        deleted = bucket.delete_object_versions(doomed).delete_versions
        self.assertEqual([one.versionid for one in deleted], [first, second])
        self.assertEqual(bucket.list_object_versions().versions, [])

    def test_awkward_keys_have_versions(self):
        bucket = self.new_bucket("awkward-versions")
        bucket.put_bucket_versioning(BucketVersioningConfig("Enabled"))
        put = {key: bucket.put_object(key, key.encode()).versionid for key in AWKWARD_KEYS}
        listed = {}
        key_marker, version_marker, more = "", "", True
        while more:
            page = bucket.list_object_versions(
                key_marker=key_marker, versionid_marker=version_marker, max_keys=7
            )
            listed.update({one.key: one.versionid for one in page.versions})
            key_marker, version_marker = page.next_key_marker, page.next_versionid_marker
            more = page.is_truncated
        self.assertEqual(listed, put)

    def test_a_suspended_bucket_keeps_one_null_version(self):
        bucket = self.new_bucket("suspended")
        bucket.put_bucket_versioning(BucketVersioningConfig("Enabled"))
        kept = bucket.put_object("k", b"kept").versionid
        bucket.put_bucket_versioning(BucketVersioningConfig("Suspended"))
        for content in (b"one", b"two"):
            self.assertEqual(bucket.put_object("k", content).versionid, "null")
        listed = bucket.list_object_versions().versions
        self.assertEqual([one.versionid for one in listed], ["null", kept])
        self.assertEqual(bucket.get_object("k").read(), b"two")


class BucketsV4(Buckets, Oss2Test):
    signature_version = "v4"


class BucketsV1(Buckets, Oss2Test):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
