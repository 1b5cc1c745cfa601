"""`oss2`: multipart uploads, and its own resumable transfers killed and resumed."""

import multiprocessing
import os
import signal
import unittest

import oss2
from oss2.models import PartInfo

from oss2_test import Oss2Test
from server import BUCKET
from server_test import KIB, MIB, some_bytes
from test_transfers import Address

SIZE = 10 * MIB
CONTENT = some_bytes(SIZE)
PART = {"part_size": MIB, "num_threads": 1}


def die_at(threshold):
    """A progress callback that kills its process once so many bytes are through."""

    def progress(done, _total):
        if done >= threshold:
            os.kill(os.getpid(), signal.SIGKILL)

    return progress


def transfer(client, up, file, records, progress):
    """Uploads `file` or downloads it, with checkpoints in `records`."""
    if up:
        store = oss2.ResumableStore(root=records)
        how = {"store": store, "multipart_threshold": MIB}
        oss2.resumable_upload(client, "up", file, progress_callback=progress, **how, **PART)
    else:
        store = oss2.ResumableDownloadStore(root=records)
        how = {"store": store, "multiget_threshold": MIB}
        oss2.resumable_download(client, "down", file, progress_callback=progress, **how, **PART)


def transfer_and_die(test_class, server, up, file, records):
    """Runs in a process of its own."""
    test_class.server = server
    transfer(test_class.connect(), up, file, records, die_at(5 * MIB))


class Transfers:
    def assert_killed(self, *arguments):
        # Not forked: a child must not share the parent's connections.
        context = multiprocessing.get_context("spawn")
        arguments = (type(self), Address(self.server), *arguments)
        process = context.Process(target=transfer_and_die, args=arguments)
        process.start()
        process.join()
        self.assertEqual(process.exitcode, -signal.SIGKILL)

    def open_uploads(self):
        return [one.upload_id for one in oss2.MultipartUploadIterator(self.client)]

    def test_a_killed_upload_goes_on_where_it_was(self):
        directory = self.temporary_directory()
        source, records = directory / "source", str(directory / "records")
        source.write_bytes(CONTENT)
        self.assert_killed(True, str(source), records)
        self.assertEqual(len(self.open_uploads()), 1)

        progress = []
        transfer(self.client, True, str(source), records, lambda done, _: progress.append(done))
        self.assertGreaterEqual(progress[0], 4 * MIB)
        self.assertTrue(self.get("up") == CONTENT, "the bytes differ")
        self.assertEqual(self.open_uploads(), [])

    def test_a_killed_download_goes_on_where_it_was(self):
        self.client.put_object("down", CONTENT)
        directory = self.temporary_directory()
        target, records = directory / "target", str(directory / "records")
        self.assert_killed(False, str(target), records)
        self.assertFalse(target.exists())

        progress = []
        transfer(self.client, False, str(target), records, lambda done, _: progress.append(done))
        self.assertGreaterEqual(progress[0], 4 * MIB)
        self.assertTrue(target.read_bytes() == CONTENT, "the bytes differ")

    def test_parts_become_an_object(self):
        content = some_bytes(250 * KIB)
        upload = self.client.init_multipart_upload("parts").upload_id
        parts = []
        for number, start in enumerate(range(0, len(content), 100 * KIB), 1):
            body = content[start : start + 100 * KIB]
            sent = self.client.upload_part("parts", upload, number, body)
            parts.append(PartInfo(number, sent.etag, size=len(body), part_crc=sent.crc))
        listed = list(oss2.PartIterator(self.client, "parts", upload, max_parts=2))
        self.assertEqual(
            [(one.part_number, one.etag, one.size) for one in listed],
            [(one.part_number, one.etag, one.size) for one in parts],
        )
        # The SDK compares the CRC-64 that it combines of the parts'.
        self.client.complete_multipart_upload("parts", upload, parts)
        self.assertTrue(self.get("parts") == content, "the bytes differ")
        self.assertEqual(self.client.head_object("parts").object_type, "Multipart")

    def test_parts_are_copied_from_objects(self):
        content = some_bytes(250 * KIB)
        self.client.put_object("中文 +%", content)
        upload = self.client.init_multipart_upload("assembled").upload_id
        parts = []
        for number, byte_range in enumerate([(0, 100 * KIB - 1), (100 * KIB, 250 * KIB - 1)], 1):
            copied = self.client.upload_part_copy(
                BUCKET, "中文 +%", byte_range, "assembled", upload, number
            )
            parts.append(PartInfo(number, copied.etag))
        self.client.complete_multipart_upload("assembled", upload, parts)
        self.assertTrue(self.get("assembled") == content, "the bytes differ")

    def test_all_parts_are_completed_without_a_list(self):
        upload = self.client.init_multipart_upload("all").upload_id
        for number, body in enumerate([bytes(100 * KIB), b"end"], 1):
            self.client.upload_part("all", upload, number, body)
        headers = {"x-oss-complete-all": "yes"}
        self.client.complete_multipart_upload("all", upload, None, headers=headers)
        self.assertEqual(self.get("all"), bytes(100 * KIB) + b"end")

    def test_an_aborted_upload_is_gone(self):
        upload = self.client.init_multipart_upload("aborted").upload_id
        self.client.upload_part("aborted", upload, 1, b"content")
        self.client.abort_multipart_upload("aborted", upload)
        with self.refused(404, "NoSuchUpload"):
            self.client.list_parts("aborted", upload)


class TransfersV4(Transfers, Oss2Test):
    signature_version = "v4"


class TransfersV1(Transfers, Oss2Test):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
