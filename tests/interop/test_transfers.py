"""The SDK's own uploader and downloader, in parallel, and resumed after a kill."""

import multiprocessing
import os
import signal
import unittest

import alibabacloud_oss_v2 as oss

from sdk_test import SdkTest
from server import BUCKET
from server_test import KIB, MIB, some_bytes

SIZE = 20 * MIB
CONTENT = some_bytes(SIZE)


def die_at(threshold):
    """A progress callback that kills its process once so many bytes are through."""

    def progress(_increment, done, _total):
        if done >= threshold:
            os.kill(os.getpid(), signal.SIGKILL)

    return progress


def upload_and_die(test_class, server, path, options):
    """Runs in a process of its own."""
    test_class.server = server
    request = oss.PutObjectRequest(bucket=BUCKET, key="up", progress_fn=die_at(8 * MIB))
    test_class.connect().uploader(**options).upload_file(request, path)


def download_and_die(test_class, server, path, options):
    """Runs in a process of its own."""
    test_class.server = server
    request = oss.GetObjectRequest(bucket=BUCKET, key="down", progress_fn=die_at(8 * MIB))
    test_class.connect().downloader(**options).download_file(request, path)


class Address:
    """What another process needs to reach a running server."""

    def __init__(self, server):
        self.endpoint = server.endpoint
        self.access_key_id = server.access_key_id
        self.access_key_secret = server.access_key_secret


class Transfers:
    def assert_killed(self, work, *arguments):
        # Not forked: a child must not share the parent's connections.
        context = multiprocessing.get_context("spawn")
        arguments = (type(self), Address(self.server), *arguments)
        process = context.Process(target=work, args=arguments)
        process.start()
        process.join()
        self.assertEqual(process.exitcode, -signal.SIGKILL)

    def assert_holds(self, key, content):
        self.assertTrue(self.get(key)[1] == content, "the bytes differ")

    def open_uploads(self):
        request = oss.ListMultipartUploadsRequest(bucket=BUCKET)
        return self.client.list_multipart_uploads(request).uploads or []

    def test_the_uploader_uploads_with_any_part_size(self):
        source = self.temporary_directory() / "source"
        source.write_bytes(CONTENT)
        for part_size, parallel in [(100 * KIB, 3), (MIB + 1, 1), (5 * MIB, 8), (32 * MIB, 3)]:
            with self.subTest(part_size=part_size, parallel=parallel):
                uploader = self.client.uploader(part_size=part_size, parallel_num=parallel)
                request = oss.PutObjectRequest(bucket=BUCKET, key="any")
                result = uploader.upload_file(request, str(source))
                self.assert_holds("any", CONTENT)
                self.assertEqual(self.head("any").etag, result.etag)
        self.assertEqual(self.open_uploads(), [])

    def test_the_uploader_uploads_an_empty_file(self):
        source = self.temporary_directory() / "empty"
        source.touch()
        request = oss.PutObjectRequest(bucket=BUCKET, key="empty")
        self.client.uploader().upload_file(request, str(source))
        self.assert_holds("empty", b"")

    def test_the_downloader_downloads_with_any_part_size(self):
        self.put("any-size", CONTENT)
        target = self.temporary_directory() / "target"
        for part_size, parallel in [(100 * KIB, 3), (MIB + 1, 1), (5 * MIB, 8), (32 * MIB, 3)]:
            with self.subTest(part_size=part_size, parallel=parallel):
                target.unlink(missing_ok=True)
                downloader = self.client.downloader(part_size=part_size, parallel_num=parallel)
                request = oss.GetObjectRequest(bucket=BUCKET, key="any-size")
                result = downloader.download_file(request, str(target))
                self.assertEqual(result.written, SIZE)
                self.assertTrue(target.read_bytes() == CONTENT, "the bytes differ")

    def test_a_killed_upload_goes_on_where_it_was(self):
        directory = self.temporary_directory()
        source = directory / "source"
        source.write_bytes(CONTENT)
        checkpoint = {"enable_checkpoint": True, "checkpoint_dir": f"{directory}/"}
        options = {"part_size": 2 * MIB, "parallel_num": 2, **checkpoint}
        self.assert_killed(upload_and_die, str(source), options)
        (left,) = self.open_uploads()

        progress = []
        request = oss.PutObjectRequest(
            bucket=BUCKET, key="up", progress_fn=lambda *step: progress.append(step)
        )
        result = self.client.uploader(**options).upload_file(request, str(source))
        self.assertEqual(result.upload_id, left.upload_id)
        increment, done, _ = progress[0]
        self.assertGreaterEqual(done - increment, 6 * MIB)
        self.assert_holds("up", CONTENT)
        self.assertEqual(os.listdir(directory), ["source"])

    def test_a_killed_download_goes_on_where_it_was(self):
        self.put("down", CONTENT)
        directory = self.temporary_directory()
        target = directory / "target"
        checkpoint = {"enable_checkpoint": True, "checkpoint_dir": f"{directory}/"}
        options = {"part_size": MIB, "parallel_num": 1, "use_temp_file": True, **checkpoint}
        self.assert_killed(download_and_die, str(target), options)
        self.assertFalse(target.exists())

        progress = []
        request = oss.GetObjectRequest(
            bucket=BUCKET, key="down", progress_fn=lambda *step: progress.append(step)
        )
        self.client.downloader(**options).download_file(request, str(target))
        increment, done, _ = progress[0]
        self.assertGreaterEqual(done - increment, 6 * MIB)
        self.assertTrue(target.read_bytes() == CONTENT, "the bytes differ")
        self.assertEqual(os.listdir(directory), ["target"])


class TransfersV4(Transfers, SdkTest):
    signature_version = "v4"


class TransfersV1(Transfers, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
