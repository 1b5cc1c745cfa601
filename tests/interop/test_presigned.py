"""Presigned URLs made by the SDK and used by a plain HTTP client that knows nothing of OSS."""

import datetime
import re
import unittest
import urllib.error
import urllib.request
from xml.etree import ElementTree

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def send(signed, url=None, body=None, headers=None):
    """Uses a presigned URL; returns status, code of the error if it is one, headers and body."""
    headers = {**signed.signed_headers, **(headers or {})}
    request = urllib.request.Request(
        url or signed.url, data=body, headers=headers, method=signed.method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, None, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
            code = ElementTree.fromstring(body).findtext("Code")
            return error.code, code, error.headers, body


class Presigned:
    def sign_get(self, key, client=None, expires=HOUR, **request):
        request = oss.GetObjectRequest(bucket=BUCKET, key=key, **request)
        return (client or self.client).presign(request, expires=expires)

    def sign_put(self, key, **request):
        request = oss.PutObjectRequest(bucket=BUCKET, key=key, **request)
        return self.client.presign(request, expires=HOUR)

    def assert_refused(self, status, code, *sent, **how):
        answer = send(*sent, **how)
        self.assertEqual(answer[:2], (status, code), answer[3])

    def test_a_signed_get_gets_and_a_signed_put_puts(self):
        signed = self.sign_put("put", content_type="text/x-interop", metadata={"a": "b"})
        status, _, headers, _ = send(signed, body=b"by URL")
        self.assertEqual((status, headers["x-oss-hash-crc64ecma"] is None), (200, False))
        status, _, headers, body = send(self.sign_get("put"))
        self.assertEqual((status, body), (200, b"by URL"))
        self.assertEqual(headers["Content-Type"], "text/x-interop")
        self.assertEqual(headers["x-oss-meta-a"], "b")

    def test_awkward_keys_are_signed_as_they_are(self):
        for key in AWKWARD_KEYS:
            with self.subTest(key=key):
                self.put(key, key.encode())
                status, _, _, body = send(self.sign_get(key))
                self.assertEqual((status, body), (200, key.encode()))

    def test_a_range_may_be_asked_for_with_a_signed_url(self):
        self.put("range", b"0123456789")
        signed = self.sign_get("range")
        status, _, headers, body = send(signed, headers={"Range": "bytes=2-4"})
        self.assertEqual((status, body), (206, b"234"))
        self.assertEqual(headers["Content-Range"], "bytes 2-4/10")

    def test_response_headers_are_signed_with_the_url(self):
        self.put("response")
        wish = 'attachment; filename="a+b c.txt"'
        _, _, headers, _ = send(self.sign_get("response", response_content_disposition=wish))
        self.assertEqual(headers["Content-Disposition"], wish)

    def test_a_whole_multipart_upload_goes_by_signed_urls(self):
        # With a content type, or urllib makes one up, which the signature would not cover.
        binary = {"Content-Type": "application/octet-stream"}
        upload = {"bucket": BUCKET, "key": "multipart", "headers": binary}
        signed = self.client.presign(oss.InitiateMultipartUploadRequest(**upload))
        upload["upload_id"] = ElementTree.fromstring(send(signed)[3]).findtext("UploadId")
        signed = self.client.presign(oss.UploadPartRequest(part_number=1, **upload))
        etag = send(signed, body=b"part")[2]["ETag"]
        part = f"<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>"
        document = f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>".encode()
        signed = self.client.presign(oss.CompleteMultipartUploadRequest(**upload))
        status, _, _, body = send(signed, body=document)
        self.assertEqual(status, 200, body)
        self.assertEqual(self.get("multipart")[1], b"part")

    def test_an_expired_url_is_refused(self):
        self.put("expired")
        an_hour_ago = self.connect_at(-HOUR)
        expiration = datetime.datetime.now(datetime.timezone.utc) - 30 * MINUTE
        request = oss.GetObjectRequest(bucket=BUCKET, key="expired")
        signed = an_hour_ago.presign(request, expiration=expiration)
        self.assert_refused(403, "AccessDenied", signed)

    def test_a_url_signed_an_hour_ago_is_good_until_it_expires(self):
        self.put("aged")
        signed = self.sign_get("aged", client=self.connect_at(-HOUR))
        self.assertEqual(send(signed)[0], 200)

    def test_a_tampered_url_is_refused(self):
        self.put("mine")
        self.put("yours")
        signed = self.sign_get("mine")
        other_key = signed.url.replace("/mine?", "/yours?")
        other_signature = signed.url.replace("ignature=", "ignature=00")
        more = signed.url + "&response-content-type=text/html"
        for url in (other_key, other_signature, more, self.longer(signed.url)):
            with self.subTest(url=url):
                self.assertNotEqual(url, signed.url)
                self.assert_refused(403, "SignatureDoesNotMatch", signed, url=url)

    def test_a_url_is_good_for_its_method_only(self):
        signed = self.sign_get("method")
        signed.method = "PUT"
        self.assert_refused(403, "SignatureDoesNotMatch", signed, body=b"content")

    def test_signed_headers_must_be_sent_as_they_were_signed(self):
        signed = self.sign_put("headers", content_type="text/plain", metadata={"a": "b"})
        for name, value in [("Content-Type", "text/html"), ("x-oss-meta-a", "c")]:
            with self.subTest(name=name):
                self.assert_refused(
                    403, "SignatureDoesNotMatch", signed, body=b"c", headers={name: value}
                )

    def test_a_wrong_secret_signs_nothing(self):
        signed = self.sign_get("it", client=self.connect(access_key_secret="not the secret"))
        self.assert_refused(403, "SignatureDoesNotMatch", signed)


class PresignedV4(Presigned, SdkTest):
    signature_version = "v4"

    def longer(self, url):
        return re.sub(r"x-oss-expires=\d+", "x-oss-expires=7200", url)

    def test_a_url_for_more_than_a_week_is_refused(self):
        week = datetime.timedelta(days=7)
        self.put("week")
        self.assertEqual(send(self.sign_get("week", expires=week))[0], 200)
        signed = self.sign_get("week", expires=week)
        url = re.sub(r"x-oss-expires=\d+", "x-oss-expires=604801", signed.url)
        self.assert_refused(400, "InvalidArgument", signed, url=url)


class PresignedV1(Presigned, SdkTest):
    signature_version = "v1"

    def longer(self, url):
        return url.replace("&Expires=", "&Expires=1").replace("?Expires=", "?Expires=1")


if __name__ == "__main__":
    unittest.main()
