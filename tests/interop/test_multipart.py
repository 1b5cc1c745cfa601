"""Multipart uploads, request by request."""

import unittest

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.crc import Crc64

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET
from server_test import KIB, some_bytes

PART_SIZE = 100 * KIB
WRONG_ETAG = '"00000000000000000000000000000000"'


class Multipart:
    def initiate(self, key, **request):
        request = oss.InitiateMultipartUploadRequest(bucket=BUCKET, key=key, **request)
        return self.client.initiate_multipart_upload(request).upload_id

    def upload(self, key, upload_id, number, body):
        """Uploads a part; returns what completing the upload has to name it by."""
        request = oss.UploadPartRequest(
            bucket=BUCKET, key=key, upload_id=upload_id, part_number=number, body=body
        )
        result = self.client.upload_part(request)
        return oss.UploadPart(part_number=number, etag=result.etag)

    def complete(self, key, upload_id, parts, **request):
        parts = oss.CompleteMultipartUpload(parts=parts)
        return self.client.complete_multipart_upload(
            oss.CompleteMultipartUploadRequest(
                bucket=BUCKET,
                key=key,
                upload_id=upload_id,
                complete_multipart_upload=parts,
                **request,
            )
        )

    def abort(self, key, upload_id):
        request = oss.AbortMultipartUploadRequest(bucket=BUCKET, key=key, upload_id=upload_id)
        return self.client.abort_multipart_upload(request)

    def list_parts(self, key, upload_id, **request):
        request = oss.ListPartsRequest(bucket=BUCKET, key=key, upload_id=upload_id, **request)
        return self.client.list_parts(request)

    def open_uploads(self, **request):
        """All open uploads as (key, upload ID), over as many pages as it takes."""
        request = oss.ListMultipartUploadsRequest(bucket=BUCKET, **request)
        pages = self.client.list_multipart_uploads_paginator().iter_page(request)
        return [(up.key, up.upload_id) for page in pages for up in page.uploads or []]

    def test_parts_sent_in_any_order_make_one_object(self):
        content = some_bytes(2 * PART_SIZE + 1)
        upload_id = self.initiate(
            "any-order", content_type="text/x-interop", metadata={"owner": "a team"}
        )
        parts = {}
        for number in (3, 1, 2):
            body = content[(number - 1) * PART_SIZE : number * PART_SIZE]
            parts[number] = self.upload("any-order", upload_id, number, body)
        done = self.complete("any-order", upload_id, [parts[1], parts[2], parts[3]])
        crc = Crc64(0)
        crc.update(content)
        self.assertRegex(done.etag, r'^"[0-9A-F]{32}-3"$')
        self.assertEqual((done.bucket, done.key), (BUCKET, "any-order"))
        self.assertTrue(done.location)
        self.assertEqual(done.hash_crc64, str(crc.sum64()))
        got, body = self.get("any-order")
        self.assertTrue(body == content, "the bytes differ")
        self.assertEqual((got.etag, got.hash_crc64), (done.etag, done.hash_crc64))
        self.assertEqual((got.object_type, got.content_type), ("Multipart", "text/x-interop"))
        self.assertEqual(dict(got.metadata), {"owner": "a team"})

    def test_part_numbers_may_have_gaps(self):
        upload_id = self.initiate("gaps")
        parts = [
            self.upload("gaps", upload_id, number, bytes([number % 256]) * PART_SIZE)
            for number in (7, 300, 10_000)
        ]
        self.complete("gaps", upload_id, parts)
        self.assertEqual(self.head("gaps").content_length, 3 * PART_SIZE)

    def test_a_part_sent_again_replaces_the_first(self):
        upload_id = self.initiate("again")
        self.upload("again", upload_id, 1, b"first")
        self.complete("again", upload_id, [self.upload("again", upload_id, 1, b"second")])
        self.assertEqual(self.get("again")[1], b"second")

    def test_only_the_parts_named_are_in_the_object(self):
        upload_id = self.initiate("some")
        first = self.upload("some", upload_id, 1, b"in")
        self.upload("some", upload_id, 2, b"out")
        self.complete("some", upload_id, [first])
        self.assertEqual(self.get("some")[1], b"in")

    def test_complete_all_takes_every_part(self):
        upload_id = self.initiate("all")
        self.upload("all", upload_id, 2, b"end")
        self.upload("all", upload_id, 1, b"a" * PART_SIZE)
        request = oss.CompleteMultipartUploadRequest(
            bucket=BUCKET, key="all", upload_id=upload_id, complete_all="yes"
        )
        self.client.complete_multipart_upload(request)
        self.assertTrue(self.get("all")[1] == b"a" * PART_SIZE + b"end", "the bytes differ")

    def test_listed_parts_tell_size_etag_and_crc64(self):
        upload_id = self.initiate("listed")
        part = self.upload("listed", upload_id, 1, b"123456789")
        page = self.list_parts("listed", upload_id)
        self.assertEqual((page.bucket, page.key, page.upload_id), (BUCKET, "listed", upload_id))
        (listed,) = page.parts
        self.assertEqual(
            (listed.part_number, listed.size, listed.etag), (1, 9, part.etag)
        )
        self.assertEqual(listed.hash_crc64, "11051210869376104954")
        self.assertIsNotNone(listed.last_modified)

    def test_every_page_size_lists_every_part_once(self):
        upload_id = self.initiate("pages")
        numbers = [1, 2, 3, 5, 8, 13, 10_000]
        for number in reversed(numbers):
            self.upload("pages", upload_id, number, b"part")
        for size in (1, 2, 3, 7, 1000):
            with self.subTest(size=size):
                request = oss.ListPartsRequest(
                    bucket=BUCKET, key="pages", upload_id=upload_id, max_parts=size
                )
                pages = list(self.client.list_parts_paginator().iter_page(request))
                self.assertEqual([p.part_number for page in pages for p in page.parts], numbers)
                self.assertEqual(len(pages), -(-len(numbers) // size))

    def test_listed_parts_begin_after_the_marker(self):
        upload_id = self.initiate("marker")
        for number in (1, 2, 3):
            self.upload("marker", upload_id, number, b"part")
        page = self.list_parts("marker", upload_id, part_number_marker=1)
        self.assertEqual([part.part_number for part in page.parts], [2, 3])
        self.assertEqual((page.part_number_marker, page.is_truncated), (1, False))

    def test_open_uploads_are_listed_until_they_are_aborted(self):
        opened = sorted(
            (key, self.initiate(key)) for key in ("open/a", "open/a", "open/b", "open/c")
        )
        for size in (1, 2, 3, 1000):
            with self.subTest(size=size):
                self.assertEqual(self.open_uploads(prefix="open/", max_uploads=size), opened)
        self.assertEqual(self.open_uploads(prefix="open/b"), opened[2:3])
        for key, upload_id in opened:
            self.assertEqual(self.abort(key, upload_id).status_code, 204)
        self.assertEqual(self.open_uploads(prefix="open/"), [])

    def test_uploads_of_awkward_keys_are_listed_and_completed(self):
        for key in AWKWARD_KEYS:
            with self.subTest(key=key):
                upload_id = self.initiate(key)
                self.assertIn((key, upload_id), self.open_uploads())
                part = self.upload(key, upload_id, 1, key.encode())
                page = self.list_parts(key, upload_id)
                self.assertEqual((page.key, len(page.parts)), (key, 1))
                done = self.complete(key, upload_id, [part])
                self.assertEqual(done.key, key)
                self.assertEqual(self.get(key)[1], key.encode())

    def test_an_uploads_parts_are_gone_with_it(self):
        aborted, completed = self.initiate("over"), self.initiate("over")
        self.abort("over", aborted)
        self.complete("over", completed, [self.upload("over", completed, 1, b"part")])
        for upload_id in (aborted, completed, "0004B9895DBBB6EC98E36A28DE5A0B1C"):
            with self.subTest(upload_id=upload_id):
                with self.refused(404, "NoSuchUpload"):
                    self.upload("over", upload_id, 1, b"part")
                with self.refused(404, "NoSuchUpload"):
                    self.list_parts("over", upload_id)
                with self.refused(404, "NoSuchUpload"):
                    self.abort("over", upload_id)
                with self.refused(404, "NoSuchUpload"):
                    part = oss.UploadPart(part_number=1, etag=WRONG_ETAG)
                    self.complete("over", upload_id, [part])

    def test_a_wrong_etag_is_an_invalid_part(self):
        upload_id = self.initiate("wrong")
        self.upload("wrong", upload_id, 1, b"part")
        for number in (1, 2):
            with self.refused(400, "InvalidPart"):
                part = oss.UploadPart(part_number=number, etag=WRONG_ETAG)
                self.complete("wrong", upload_id, [part])
        self.assertEqual(len(self.list_parts("wrong", upload_id).parts), 1)

    def test_parts_are_completed_in_ascending_order(self):
        upload_id = self.initiate("order")
        one, two = (self.upload("order", upload_id, n, b"a" * PART_SIZE) for n in (1, 2))
        for parts in ([two, one], [one, one]):
            with self.refused(400, "InvalidPartOrder"):
                self.complete("order", upload_id, parts)
        self.complete("order", upload_id, [one, two])

    def test_only_the_last_part_may_be_small(self):
        upload_id = self.initiate("small")
        small = self.upload("small", upload_id, 1, b"a" * (PART_SIZE - 1))
        last = self.upload("small", upload_id, 2, b"a")
        with self.refused(400, "EntityTooSmall"):
            self.complete("small", upload_id, [small, last])
        enough = self.upload("small", upload_id, 1, b"a" * PART_SIZE)
        self.complete("small", upload_id, [enough, last])
        self.assertEqual(self.head("small").content_length, PART_SIZE + 1)

    def test_part_numbers_are_1_to_10000(self):
        upload_id = self.initiate("numbers")
        for number in (0, 10_001):
            with self.refused(400, "InvalidArgument"):
                self.upload("numbers", upload_id, number, b"part")

    def test_a_forbidden_overwrite_is_refused_at_both_ends(self):
        upload_id = self.initiate("forbidden", forbid_overwrite=True)
        part = self.upload("forbidden", upload_id, 1, b"part")
        self.put("forbidden", b"another writer's")
        with self.refused(409, "FileAlreadyExists"):
            self.initiate("forbidden", forbid_overwrite=True)
        with self.refused(409, "FileAlreadyExists"):
            self.complete("forbidden", upload_id, [part], forbid_overwrite=True)
        self.assertEqual(self.get("forbidden")[1], b"another writer's")


class MultipartV4(Multipart, SdkTest):
    signature_version = "v4"


class MultipartV1(Multipart, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
