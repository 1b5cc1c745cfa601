"""What every test of `oss2` against `ossum serve` has at hand."""

import contextlib

import oss2

from server import BUCKET, REGION
from server_test import ServerTest


class Oss2Test(ServerTest):
    """A test whose client is a bucket, the one that is there from the start."""

    @classmethod
    def connect(cls, bucket=BUCKET):
        key = (cls.server.access_key_id, cls.server.access_key_secret)
        auth = oss2.AuthV4(*key) if cls.signature_version == "v4" else oss2.Auth(*key)
        return oss2.Bucket(auth, cls.server.endpoint, bucket, region=REGION)

    def get(self, key, **request):
        """Gets an object's bytes; the SDK compares their CRC-64."""
        return self.client.get_object(key, **request).read()

    @contextlib.contextmanager
    def refused(self, status, code=""):
        """Expects the SDK to raise exactly this refusal of the service, with its request ID.

        Without `code`, the answer has no body to tell one, as one to HEAD has none.
        """
        with self.assertRaises(oss2.exceptions.ServerError) as raised:
            yield
        error = raised.exception
        self.assertEqual((error.status, error.code), (status, code), error)
        self.assertTrue(error.request_id)
