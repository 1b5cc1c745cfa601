"""Who is not let in, and how what is missing is said."""

import datetime
import unittest

import alibabacloud_oss_v2 as oss

from sdk_test import SdkTest
from server import BUCKET

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)
SECOND = datetime.timedelta(seconds=1)


class Refusals:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls().put("it")

    def ask(self, client):
        client.get_object(oss.GetObjectRequest(bucket=BUCKET, key="it")).body.close()

    def test_a_wrong_secret_is_refused(self):
        client = self.connect(access_key_secret="not the secret")
        with self.refused(403, "SignatureDoesNotMatch") as caught:
            self.ask(client)
        self.assertTrue(caught[0].error_fileds["StringToSign"])
        with self.refused(403, "SignatureDoesNotMatch"):
            client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key="it"))
        with self.refused(403, "SignatureDoesNotMatch"):
            client.put_object(oss.PutObjectRequest(bucket=BUCKET, key="it", body=b"worse"))
        with self.refused(403, "SignatureDoesNotMatch"):
            client.list_buckets(oss.ListBucketsRequest())
        self.assertEqual(self.get("it")[1], b"content")

    def test_an_unknown_key_is_refused(self):
        with self.refused(403, "InvalidAccessKeyId") as caught:
            self.ask(self.connect(access_key_id="nobody"))
        self.assertEqual(caught[0].error_fileds["OSSAccessKeyId"], "nobody")

    def test_nobody_gets_in_without_a_key(self):
        client = self.connect()
        client._client._options.credentials_provider = (
            oss.credentials.AnonymousCredentialsProvider()
        )
        with self.refused(403, "AccessDenied"):
            self.ask(client)

    def test_what_does_not_exist_is_no_key(self):
        with self.refused(404, "NoSuchKey") as caught:
            self.get("nothing")
        self.assertEqual(caught[0].error_fileds["Key"], "nothing")
        with self.refused(404, "NoSuchKey"):
            self.head("nothing")
        self.assertFalse(self.client.is_object_exist(BUCKET, "nothing"))

    def test_a_clock_a_few_minutes_off_is_fine(self):
        for offset in (14 * MINUTE, -14 * MINUTE):
            self.ask(self.connect_at(offset))

    def test_a_clock_an_hour_off_is_told_the_time(self):
        for offset in (HOUR, -HOUR):
            with self.subTest(offset=offset):
                with self.refused(403, "RequestTimeTooSkewed") as caught:
                    self.ask(self.connect_at(offset))
                now = datetime.datetime.now(datetime.timezone.utc)
                # What a client needs to correct itself, which this SDK leaves to its caller.
                said = caught[0].timestamp.replace(tzinfo=datetime.timezone.utc)
                self.assertLess(abs(now - said), 30 * SECOND)
                self.ask(self.connect_at(said - now))


class RefusalsV4(Refusals, SdkTest):
    signature_version = "v4"

    def test_another_region_is_refused(self):
        with self.refused(400, "InvalidArgument") as caught:
            self.ask(self.connect(region="cn-shanghai"))
        self.assertIn("region", caught[0].message)

    def test_additional_headers_are_part_of_the_signature(self):
        client = self.connect(additional_headers=["range", "host"])
        request = oss.GetObjectRequest(bucket=BUCKET, key="it", range_header="bytes=0-2")
        with client.get_object(request).body as body:
            self.assertEqual(body.read(), b"con")


class RefusalsV1(Refusals, SdkTest):
    signature_version = "v1"

    def test_no_region_is_needed(self):
        self.ask(self.connect(region="cn-shanghai"))


if __name__ == "__main__":
    unittest.main()
