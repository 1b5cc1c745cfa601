"""`oss2`: objects, what they carry, and what is made of them."""

import unittest
import urllib.request

import oss2
from oss2.models import (
    OBJECT_ACL_PRIVATE,
    OBJECT_ACL_PUBLIC_READ,
    RESTORE_TIER_EXPEDITED,
    RestoreConfiguration,
    RestoreJobParameters,
    Tagging,
    TaggingRule,
)

from awkward_keys import AWKWARD_KEYS
from oss2_test import Oss2Test
from server import BUCKET
from server_test import KIB, MIB, some_bytes

HOUR_SECONDS = 3600


def tagging(tags):
    rule = TaggingRule()
    for key, value in tags.items():
        rule.add(key, value)
    return Tagging(rule)


def fetch(url, method="GET", body=None, headers=None):
    """Uses a presigned URL with a plain HTTP client that knows nothing of OSS."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


class Objects:
    def test_what_is_put_is_got(self):
        for size in (0, 1, 1000, 5 * MIB):
            with self.subTest(size=size):
                content = some_bytes(size)
                put = self.client.put_object("size", content)
                got = self.client.get_object("size")
                self.assertTrue(got.read() == content, "the bytes differ")
                self.assertEqual(got.server_crc, got.client_crc)
                self.assertEqual((got.content_length, got.etag), (size, put.etag))

    def test_headers_and_metadata_come_back(self):
        sent = {
            "Content-Type": "text/x-interop",
            "Cache-Control": "no-cache",
            "x-oss-meta-owner": "a team",
            "x-oss-storage-class": "IA",
        }
        self.client.put_object("kept", b"content", headers=sent)
        headers = self.client.head_object("kept").headers
        self.assertEqual({name: headers[name] for name in sent}, sent)
        self.client.update_object_meta("kept", {"x-oss-meta-owner": "another"})
        self.assertEqual(self.client.head_object("kept").headers["x-oss-meta-owner"], "another")
        self.assertEqual(self.client.get_object_meta("kept").content_length, len(b"content"))

    def test_a_range_is_that_part(self):
        content = some_bytes(1000)
        self.client.put_object("range", content)
        for asked, expected in [
            ((0, 0), content[:1]),
            ((10, 99), content[10:100]),
            ((990, None), content[990:]),
            ((None, 10), content[-10:]),
        ]:
            with self.subTest(asked=asked):
                got = self.client.get_object("range", byte_range=asked)
                self.assertEqual((got.status, got.read()), (206, expected))

    def test_a_deleted_object_is_gone(self):
        self.client.put_object("gone", b"content")
        self.client.delete_object("gone")
        self.assertFalse(self.client.object_exists("gone"))
        with self.refused(404, "NoSuchKey"):
            self.client.get_object("gone")

    def test_appends_add_up(self):
        content = some_bytes(300 * KIB)
        first = self.client.append_object("log", 0, content[: 100 * KIB])
        self.assertEqual(first.next_position, 100 * KIB)
        second = self.client.append_object(
            "log", first.next_position, content[100 * KIB :], init_crc=first.crc
        )
        self.assertEqual(second.next_position, len(content))
        self.assertTrue(self.get("log") == content, "the bytes differ")
        self.assertEqual(self.client.head_object("log").object_type, "Appendable")
        with self.assertRaises(oss2.exceptions.PositionNotEqualToLength) as raised:
            self.client.append_object("log", 1, b"x")
        self.assertEqual(raised.exception.next_position, len(content))

    def test_what_was_put_cannot_be_appended_to(self):
        self.client.put_object("whole", b"content")
        with self.refused(409, "ObjectNotAppendable"):
            self.client.append_object("whole", len(b"content"), b"x")

    def test_a_copy_has_the_content_and_the_metadata(self):
        self.client.put_object("from", b"content", headers={"x-oss-meta-a": "b"})
        self.client.copy_object(BUCKET, "from", "to")
        self.assertEqual(self.get("to"), b"content")
        self.assertEqual(self.client.head_object("to").headers["x-oss-meta-a"], "b")

    def test_a_copy_tells_its_etag(self):
        put = self.client.put_object("etag", b"content")
        self.assertEqual(self.client.copy_object(BUCKET, "etag", "copy").etag, put.etag)

    def test_awkward_keys_are_copied(self):
        for key in AWKWARD_KEYS:
            with self.subTest(key=key):
                self.client.put_object(f"from/{key}", key.encode())
                self.client.copy_object(BUCKET, f"from/{key}", f"to/{key}")
                self.assertEqual(self.get(f"to/{key}"), key.encode())

    def test_a_symlink_leads_to_its_target(self):
        for target in ("target", "中文/a b+c%"):
            with self.subTest(target=target):
                self.client.put_object(target, b"behind the link")
                self.client.put_symlink(target, "link")
                self.assertEqual(self.client.get_symlink("link").target_key, target)
                self.assertEqual(self.get("link"), b"behind the link")
        self.client.put_object("no link", b"content")
        with self.refused(400, "NotSymlink"):
            self.client.get_symlink("no link")

    def test_tags_are_put_got_and_deleted(self):
        tags = {"owner": "a team", "a+b": "1/2", "empty": ""}
        self.client.put_object("tagged", b"content")
        self.client.put_object_tagging("tagged", tagging(tags))
        got = self.client.get_object_tagging("tagged")
        self.assertEqual(got.tag_set.tagging_rule, tags)
        self.client.delete_object_tagging("tagged")
        self.assertEqual(self.client.get_object_tagging("tagged").tag_set.tagging_rule, {})

    def test_tags_come_with_a_put(self):
        self.client.put_object("tagged-put", b"c", headers={"x-oss-tagging": "a=1&b=2%2B3"})
        got = self.client.get_object_tagging("tagged-put").tag_set.tagging_rule
        self.assertEqual(got, {"a": "1", "b": "2+3"})

    def test_an_acl_is_kept(self):
        self.client.put_object("acl", b"content")
        self.assertEqual(self.client.get_object_acl("acl").acl, "default")
        for acl in (OBJECT_ACL_PRIVATE, OBJECT_ACL_PUBLIC_READ):
            self.client.put_object_acl("acl", acl)
            self.assertEqual(self.client.get_object_acl("acl").acl, acl)

    def test_an_archived_object_is_refused_until_restored(self):
        for storage_class in ("Archive", "ColdArchive"):
            with self.subTest(storage_class=storage_class):
                headers = {"x-oss-storage-class": storage_class}
                self.client.put_object("archived", b"content", headers=headers)
                with self.refused(403, "InvalidObjectState"):
                    self.client.get_object("archived")
                parameters = RestoreJobParameters(RESTORE_TIER_EXPEDITED)
                wish = RestoreConfiguration(days=2, job_parameters=parameters)
                cold = storage_class == "ColdArchive"
                restored = self.client.restore_object("archived", input=wish if cold else None)
                self.assertEqual(restored.status, 202)
                self.assertIn("x-oss-restore", self.client.head_object("archived").headers)


class Presigned:
    def test_signed_urls_put_and_get(self):
        for key in ("plain", "中文/a b+c%?&#"):
            for slash_safe in (False, True):
                with self.subTest(key=key, slash_safe=slash_safe):
                    headers = {"Content-Type": "text/x-interop"}
                    url = self.client.sign_url(
                        "PUT", key, HOUR_SECONDS, headers=headers, slash_safe=slash_safe
                    )
                    fetch(url, "PUT", b"by URL", headers)
                    url = self.client.sign_url("GET", key, HOUR_SECONDS, slash_safe=slash_safe)
                    self.assertEqual(fetch(url), b"by URL")

    def test_a_signed_url_may_ask_for_response_headers(self):
        self.client.put_object("response", b"content")
        asked = "text/plain; charset=gbk"
        params = {"response-content-type": asked}
        url = self.client.sign_url("GET", "response", HOUR_SECONDS, params=params)
        got = self.client.get_object_with_url(url)
        self.assertEqual((got.content_type, got.read()), (asked, b"content"))

    def test_a_changed_url_is_refused(self):
        url = self.client.sign_url("GET", "mine", HOUR_SECONDS)
        with self.refused(403, "SignatureDoesNotMatch"):
            self.client.get_object_with_url(url.replace("/mine", "/yours"))


class ObjectsV4(Objects, Presigned, Oss2Test):
    signature_version = "v4"


class ObjectsV1(Objects, Presigned, Oss2Test):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
