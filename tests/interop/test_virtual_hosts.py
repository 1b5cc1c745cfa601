"""The addressing of the public service: the bucket is part of the host name."""

import socket
import unittest
from unittest import mock

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET


def resolve_localhost(host, *arguments, **how):
    """Resolves names below `localhost` to this machine, as RFC 6761 has it and few systems do."""
    below = isinstance(host, str) and host.endswith(".localhost")
    return _resolve("127.0.0.1" if below else host, *arguments, **how)


_resolve = socket.getaddrinfo


class VirtualHosts:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        resolver = mock.patch("socket.getaddrinfo", resolve_localhost)
        resolver.start()
        cls.addClassCleanup(resolver.stop)
        port = cls.server.endpoint.rpartition(":")[2]
        cls.by_path = cls.client
        cls.client = cls.connect(endpoint=f"http://localhost:{port}")

    def test_requests_carry_the_bucket_in_their_host(self):
        request = oss.GetObjectRequest(bucket=BUCKET, key="k")
        host = self.client.presign(request).url.split("/")[2]
        self.assertRegex(host, rf"^{BUCKET}\.localhost:\d+$")

    def test_both_ways_of_addressing_reach_the_same_object(self):
        for key in AWKWARD_KEYS:
            with self.subTest(key=key):
                self.put(key, key.encode())
                self.assertEqual(self.get(key)[1], key.encode())
                got = self.by_path.get_object(oss.GetObjectRequest(bucket=BUCKET, key=key))
                with got.body as body:
                    self.assertEqual(body.read(), key.encode())

    def test_bucket_and_service_calls_work(self):
        self.client.put_bucket(oss.PutBucketRequest(bucket="another"))
        buckets = self.client.list_buckets(oss.ListBucketsRequest()).buckets
        self.assertEqual([bucket.name for bucket in buckets], ["another", BUCKET])
        listed = self.client.list_objects_v2(oss.ListObjectsV2Request(bucket="another"))
        self.assertFalse(listed.contents)
        self.client.delete_bucket(oss.DeleteBucketRequest(bucket="another"))


class VirtualHostsV4(VirtualHosts, SdkTest):
    signature_version = "v4"


class VirtualHostsV1(VirtualHosts, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
