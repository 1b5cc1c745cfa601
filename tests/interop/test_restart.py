"""What a server that keeps its objects in a directory still has after it was stopped or killed."""

import os
import signal
import socket
import tempfile
import unittest
import urllib.request

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET, Server
from server_test import KIB, MIB, some_bytes

HOW = (signal.SIGTERM, signal.SIGKILL)


class Restart(SdkTest):
    signature_version = "v4"

    @classmethod
    def start_server(cls):
        directory = tempfile.TemporaryDirectory(prefix="ossum-interop-")
        cls.addClassCleanup(directory.cleanup)
        cls.directory = directory.name
        return Server(data=f"{cls.directory}/data")

    def restart(self, how):
        self.server.stop(how)
        self.server.start()
        type(self).client = self.connect()

    def keys(self, **request):
        pages = self.client.list_objects_v2_paginator().iter_page(
            oss.ListObjectsV2Request(bucket=BUCKET, **request)
        )
        return [one.key for page in pages for one in page.contents or []]

    def test_objects_are_as_they_were(self):
        content = some_bytes(5 * MIB)
        self.put("kept", content, metadata={"a": "b"}, content_type="text/x-interop")
        before = self.head("kept")
        for how in HOW:
            with self.subTest(how=how):
                self.restart(how)
                got, body = self.get("kept")
                self.assertTrue(body == content, "the bytes differ")
                for name in ("etag", "hash_crc64", "last_modified", "content_type", "object_type"):
                    self.assertEqual(getattr(got, name), getattr(before, name))
                self.assertEqual(dict(got.metadata), {"a": "b"})

    def test_awkward_keys_are_kept(self):
        for key in AWKWARD_KEYS:
            self.put(f"awkward/{key}", key.encode())
        self.restart(signal.SIGKILL)
        expected = sorted(f"awkward/{key}" for key in AWKWARD_KEYS)
        self.assertEqual(sorted(self.keys(prefix="awkward/")), expected)
        for key in AWKWARD_KEYS:
            self.assertEqual(self.get(f"awkward/{key}")[1], key.encode())

    def test_keys_stay_inside_the_directory(self):
        key = "../../../outside"
        # Encoded, and sent by hand: the SDK's HTTP library would remove the dots after signing.
        request = oss.PutObjectRequest(bucket=BUCKET, key=key, content_type="text/x-interop")
        signed = self.client.presign(request)
        url = signed.url.replace(key, key.replace(".", "%2e"))
        self.assertNotEqual(url, signed.url)
        request = urllib.request.Request(url, b"content", signed.signed_headers, method="PUT")
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual(answer.status, 200)
        self.restart(signal.SIGTERM)
        self.assertEqual(self.keys(prefix="../"), [key])
        self.assertEqual(os.listdir(self.directory), ["data"])

    def test_what_was_deleted_stays_deleted(self):
        self.put("deleted")
        self.client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="deleted"))
        self.client.put_bucket(oss.PutBucketRequest(bucket="deleted"))
        self.client.delete_bucket(oss.DeleteBucketRequest(bucket="deleted"))
        for how in HOW:
            self.restart(how)
            self.assertFalse(self.client.is_object_exist(BUCKET, "deleted"))
            with self.refused(404, "NoSuchBucket"):
                self.client.get_bucket_info(oss.GetBucketInfoRequest(bucket="deleted"))

    def test_an_open_upload_goes_on(self):
        content = some_bytes(250 * KIB)
        upload = {"bucket": BUCKET, "key": "open"}
        request = oss.InitiateMultipartUploadRequest(**upload)
        upload["upload_id"] = self.client.initiate_multipart_upload(request).upload_id
        parts = []
        for number, how in ((1, signal.SIGTERM), (2, signal.SIGKILL), (3, signal.SIGKILL)):
            body = content[(number - 1) * 100 * KIB : number * 100 * KIB]
            request = oss.UploadPartRequest(part_number=number, body=body, **upload)
            etag = self.client.upload_part(request).etag
            parts.append(oss.UploadPart(part_number=number, etag=etag))
            self.restart(how)
        listed = self.client.list_parts(oss.ListPartsRequest(**upload)).parts
        self.assertEqual(
            [(part.part_number, part.etag) for part in listed],
            [(part.part_number, part.etag) for part in parts],
        )
        request = oss.CompleteMultipartUploadRequest(
            complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts), **upload
        )
        self.client.complete_multipart_upload(request)
        self.restart(signal.SIGKILL)
        self.assertTrue(self.get("open")[1] == content, "the bytes differ")

    def test_an_object_cut_off_by_a_kill_does_not_exist(self):
        self.put("cut", b"before")
        signed = self.client.presign(oss.PutObjectRequest(bucket=BUCKET, key="cut"))
        host, _, path = signed.url.removeprefix("http://").partition("/")
        address, _, port = host.rpartition(":")
        with socket.create_connection((address, int(port))) as half:
            head = f"PUT /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {MIB}\r\n\r\n"
            half.sendall(head.encode() + bytes(MIB // 2))
            self.restart(signal.SIGKILL)
        self.assertEqual(self.get("cut")[1], b"before")


if __name__ == "__main__":
    unittest.main()
