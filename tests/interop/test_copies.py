"""Copies made by the server: of objects, of parts, and by the SDK's own copier."""

import unittest

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET
from server_test import KIB, some_bytes


class Copies:
    def copy(self, source, key, **request):
        request = oss.CopyObjectRequest(bucket=BUCKET, key=key, source_key=source, **request)
        return self.client.copy_object(request)

    def test_metadata_is_replaced_if_so_asked(self):
        self.put("from", metadata={"a": "b"})
        self.copy("from", "replaced", metadata_directive="REPLACE", metadata={"c": "d"})
        self.assertEqual(dict(self.head("replaced").metadata), {"c": "d"})
        self.copy("replaced", "replaced", metadata_directive="REPLACE", metadata={"e": "f"})
        self.assertEqual(dict(self.head("replaced").metadata), {"e": "f"})

    def test_awkward_keys_are_copied(self):
        for key in AWKWARD_KEYS:
            with self.subTest(key=key):
                self.put(f"from/{key}", key.encode())
                self.copy(f"from/{key}", f"to/{key}")
                self.assertEqual(self.get(f"to/{key}")[1], key.encode())

    def test_a_copy_may_come_from_another_bucket(self):
        self.client.put_bucket(oss.PutBucketRequest(bucket="other"))
        self.client.put_object(oss.PutObjectRequest(bucket="other", key="k", body=b"other's"))
        self.copy("k", "from-other", source_bucket="other")
        self.assertEqual(self.get("from-other")[1], b"other's")

    def test_a_copy_keeps_to_its_conditions(self):
        etag = self.put("conditions").etag
        self.copy("conditions", "to", if_match=etag)
        with self.refused(412, "PreconditionFailed"):
            self.copy("conditions", "to", if_match='"0123456789ABCDEF0123456789ABCDEF"')
        with self.refused(409, "FileAlreadyExists"):
            self.copy("conditions", "to", forbid_overwrite=True)
        with self.refused(404, "NoSuchKey"):
            self.copy("never there", "to")

    def test_the_copier_copies_in_parts(self):
        content = some_bytes(1000 * KIB)
        self.put("large", content, metadata={"a": "b"}, tagging="c=d")
        copier = self.client.copier(
            part_size=150 * KIB, multipart_copy_threshold=200 * KIB, disable_shallow_copy=True
        )
        copied = copier.copy(
            oss.CopyObjectRequest(bucket=BUCKET, key="copied", source_key="large")
        )
        self.assertTrue(copied.upload_id)
        got, body = self.get("copied")
        self.assertTrue(body == content, "the bytes differ")
        self.assertEqual((got.object_type, dict(got.metadata)), ("Multipart", {"a": "b"}))
        self.assertEqual(got.tagging_count, 1)


class CopiesV4(Copies, SdkTest):
    signature_version = "v4"


class CopiesV1(Copies, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
