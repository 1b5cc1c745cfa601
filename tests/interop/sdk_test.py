"""What every test of `alibabacloud-oss-v2` against `ossum serve` has at hand."""

import contextlib
import datetime

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.signer import SignerV1, SignerV4
from alibabacloud_oss_v2.types import Signer

from server import BUCKET, REGION
from server_test import ServerTest


class SdkTest(ServerTest):
    """A test whose client has the official defaults."""

    @classmethod
    def connect(cls, **changed):
        """Makes a client; `changed` are settings of the SDK's `Config`, or its `signer`."""
        signer = {"signer": changed.pop("signer")} if "signer" in changed else {}
        key = {
            "access_key_id": changed.pop("access_key_id", cls.server.access_key_id),
            "access_key_secret": changed.pop("access_key_secret", cls.server.access_key_secret),
        }
        config = oss.config.load_default()
        config.credentials_provider = oss.credentials.StaticCredentialsProvider(**key)
        config.endpoint = cls.server.endpoint
        config.region = REGION
        config.signature_version = cls.signature_version
        for name, value in changed.items():
            setattr(config, name, value)
        return oss.Client(config, **signer)

    @classmethod
    def connect_at(cls, offset):
        """Makes a client whose clock is off by `offset`."""
        signer = SignerV4() if cls.signature_version == "v4" else SignerV1()
        return cls.connect(signer=_SignerWithWrongClock(signer, offset))

    def put(self, key, body=b"content", **request):
        """Puts an object into the bucket that is there from the start."""
        return self.client.put_object(
            oss.PutObjectRequest(bucket=BUCKET, key=key, body=body, **request)
        )

    def get(self, key, **request):
        """Gets an object and reads its body; returns the result and the bytes."""
        request = oss.GetObjectRequest(bucket=BUCKET, key=key, **request)
        result = self.client.get_object(request)
        with result.body as body:
            return result, body.read()

    def head(self, key, **request):
        """Asks for an object's metadata."""
        return self.client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key=key, **request))

    @contextlib.contextmanager
    def refused(self, status, code=None):
        """Expects the SDK to raise exactly this refusal of the service, with its request ID.

        Yields a list that holds the error afterwards. Without `code`, the answer has no body to
        tell one, as 304 has none.
        """
        caught = []
        with self.assertRaises(Exception) as raised:
            yield caught
        error = raised.exception
        while hasattr(error, "unwrap"):
            error = error.unwrap()
        self.assertIsInstance(error, oss.exceptions.ServiceError, raised.exception)
        self.assertEqual((error.status_code, code or error.code), (status, error.code), error)
        self.assertTrue(error.request_id)
        if code:
            self.assertRegex(error.ec, r"^\d{4}-\d{8}$")
        caught.append(error)


class _SignerWithWrongClock(Signer):
    """Signs as the official signer does on a machine whose clock is off by `offset`."""

    def __init__(self, signer, offset):
        self._signer = signer
        self._offset = offset

    def sign(self, signing_ctx):
        now = datetime.datetime.now(datetime.timezone.utc)
        signing_ctx.signing_time = now + self._offset
        self._signer.sign(signing_ctx)

    def is_signed_header(self, header):
        return self._signer.is_signed_header(header)
