"""Whole objects: put, get, head, delete, and what they carry."""

import base64
import hashlib
import io
import unittest

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.crc import Crc64

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET
from server_test import MIB, some_bytes


def crc64(content):
    """The CRC-64 of `content` as OSS writes it, computed by the SDK's own code."""
    crc = Crc64(0)
    crc.update(content)
    return str(crc.sum64())


class Objects:
    def test_what_is_put_is_got(self):
        for size in (0, 1, 1000, 5 * MIB):
            with self.subTest(size=size):
                content = some_bytes(size)
                put = self.put("size", content)
                self.assertEqual(put.status_code, 200)
                got, body = self.get("size")
                self.assertEqual(got.status_code, 200)
                self.assertTrue(body == content, "the bytes differ")
                self.assertEqual(got.content_length, size)
                self.assertEqual(got.etag, put.etag)

    def test_etag_md5_and_crc64_are_those_of_the_content(self):
        content = some_bytes(1000)
        md5 = hashlib.md5(content)
        put = self.put("sums", content)
        self.assertEqual(put.etag, f'"{md5.hexdigest().upper()}"')
        self.assertEqual(put.hash_crc64, crc64(content))
        for result in (self.get("sums")[0], self.head("sums")):
            self.assertEqual(result.etag, put.etag)
            self.assertEqual(result.hash_crc64, crc64(content))
        self.assertEqual(put.content_md5, base64.b64encode(md5.digest()).decode())

    def test_an_empty_object_has_the_crc64_of_nothing(self):
        self.assertEqual(self.put("nothing", b"").hash_crc64, "0")
        self.assertEqual(self.head("nothing").content_length, 0)

    def test_the_body_may_be_a_file_an_iterator_or_text(self):
        content = some_bytes(300_000)
        chunks = [content[at : at + 7777] for at in range(0, len(content), 7777)]
        bodies = [io.BytesIO(content), iter(chunks), chunks]
        for body in bodies:
            with self.subTest(body=type(body).__name__):
                self.put("body", body)
                self.assertTrue(self.get("body")[1] == content, "the bytes differ")
        # Not other text: the SDK announces the number of characters, not of bytes.
        self.put("body", "ASCII text")
        self.assertEqual(self.get("body")[1], b"ASCII text")

    def test_content_md5_is_compared_with_the_body(self):
        right = base64.b64encode(hashlib.md5(b"content").digest()).decode()
        wrong = base64.b64encode(hashlib.md5(b"another").digest()).decode()
        self.put("md5", content_md5=right)
        with self.refused(400, "InvalidDigest"):
            self.put("md5-wrong", content_md5=wrong)
        self.assertFalse(self.client.is_object_exist(BUCKET, "md5-wrong"))

    def test_headers_and_metadata_come_back(self):
        metadata = {"owner": "a team", "name-with-dash": "1, 2; 3=4"}
        sent = {
            "content_type": "text/x-interop; charset=utf-8",
            "cache_control": "no-cache",
            "content_disposition": 'attachment; filename="a b.txt"',
            "content_encoding": "identity",
            "expires": "Fri, 13 Nov 2026 14:47:53 GMT",
        }
        self.put("kept", metadata=metadata, storage_class="IA", **sent)
        for result in (self.get("kept")[0], self.head("kept")):
            self.assertEqual(dict(result.metadata), metadata)
            self.assertEqual({name: getattr(result, name) for name in sent}, sent)
            self.assertEqual(result.storage_class, "IA")
            self.assertEqual(result.object_type, "Normal")
            self.assertIsNotNone(result.last_modified)

    def test_content_type_is_guessed_by_the_sdk_from_the_key(self):
        for key, content_type in [("a.html", "text/html"), ("a", "application/octet-stream")]:
            self.put(key)
            self.assertEqual(self.head(key).content_type, content_type)

    def test_response_headers_can_be_asked_for(self):
        self.put("response")
        asked = {
            "content_type": "text/plain; charset=gbk",
            "cache_control": "max-age=1",
            "content_disposition": "attachment; filename=a+b c.txt",
            "content_encoding": "identity",
            "expires": "Fri, 13 Nov 2026 14:47:53 GMT",
        }
        got, _ = self.get("response", **{f"response_{k}": v for k, v in asked.items()})
        self.assertEqual({name: getattr(got, name) for name in asked}, asked)

    def test_object_meta_has_size_etag_and_time(self):
        put = self.put("meta", b"12345")
        meta = self.client.get_object_meta(oss.GetObjectMetaRequest(bucket=BUCKET, key="meta"))
        self.assertEqual((meta.content_length, meta.etag), (5, put.etag))
        self.assertEqual(meta.hash_crc64, put.hash_crc64)
        self.assertEqual(meta.last_modified, self.head("meta").last_modified)

    def test_a_deleted_object_is_gone_and_may_be_deleted_again(self):
        self.put("gone")
        for _ in range(2):
            deleted = self.client.delete_object(
                oss.DeleteObjectRequest(bucket=BUCKET, key="gone")
            )
            self.assertEqual(deleted.status_code, 204)
            self.assertFalse(self.client.is_object_exist(BUCKET, "gone"))

    def test_a_second_put_replaces_content_and_metadata(self):
        self.put("twice", b"first", metadata={"a": "1"}, content_type="text/plain")
        self.put("twice", b"second", content_type="text/html")
        got, body = self.get("twice")
        self.assertEqual((body, got.content_type), (b"second", "text/html"))
        self.assertFalse(got.metadata)

    def test_awkward_keys_name_objects_of_their_own(self):
        for key in AWKWARD_KEYS:
            self.put(key, key.encode())
        for key in AWKWARD_KEYS:
            with self.subTest(key=key):
                self.assertEqual(self.get(key)[1], key.encode())
                self.assertEqual(self.head(key).content_length, len(key.encode()))
        for key in AWKWARD_KEYS:
            self.client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key=key))
            self.assertFalse(self.client.is_object_exist(BUCKET, key), key)

    def test_a_key_may_have_1023_bytes_and_no_more(self):
        self.put("中" * 341, b"longest")
        self.assertEqual(self.get("中" * 341)[1], b"longest")
        with self.refused(400, "InvalidObjectName"):
            self.put("中" * 341 + "a")

    def test_files_travel_with_their_crc64_compared(self):
        directory = self.temporary_directory()
        source, target = directory / "source", directory / "target"
        source.write_bytes(some_bytes(3 * MIB))
        self.client.put_object_from_file(
            oss.PutObjectRequest(bucket=BUCKET, key="file"), str(source)
        )
        self.client.get_object_to_file(
            oss.GetObjectRequest(bucket=BUCKET, key="file"), str(target)
        )
        self.assertTrue(source.read_bytes() == target.read_bytes(), "the bytes differ")

    def test_an_object_reads_like_a_file(self):
        content = some_bytes(1 * MIB)
        self.put("filelike", content)
        with self.client.open_file(BUCKET, "filelike") as file:
            self.assertEqual(file.read(10), content[:10])
            file.seek(-10, io.SEEK_END)
            self.assertEqual(file.read(), content[-10:])
            file.seek(500_000)
            self.assertEqual(file.read(10), content[500_000:500_010])

    def test_a_forbidden_overwrite_leaves_the_object(self):
        self.put("once", b"first", forbid_overwrite=True)
        with self.refused(409, "FileAlreadyExists"):
            self.put("once", b"second", forbid_overwrite=True)
        self.assertEqual(self.get("once")[1], b"first")


class ObjectsV4(Objects, SdkTest):
    signature_version = "v4"


class ObjectsV1(Objects, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
