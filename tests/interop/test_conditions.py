"""Conditional requests."""

import datetime
import unittest
from email.utils import format_datetime

from sdk_test import SdkTest

SECOND = datetime.timedelta(seconds=1)
OTHER_ETAG = '"00000000000000000000000000000000"'


def http_date(time):
    return format_datetime(time.astimezone(datetime.timezone.utc), usegmt=True)


class Conditions:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.etag = cls().put("it", b"content").etag
        cls.modified = cls().head("it").last_modified

    def assert_given(self, **condition):
        self.assertEqual(self.get("it", **condition)[1], b"content")
        self.assertEqual(self.head("it", **condition).content_length, 7)

    def assert_not_modified(self, **condition):
        for ask in (self.get, self.head):
            with self.refused(304):
                ask("it", **condition)

    def assert_failed(self, **condition):
        for ask in (self.get, self.head):
            with self.refused(412, "PreconditionFailed"):
                ask("it", **condition)

    def test_if_match(self):
        self.assert_given(if_match=self.etag)
        self.assert_failed(if_match=OTHER_ETAG)

    def test_if_none_match(self):
        self.assert_given(if_none_match=OTHER_ETAG)
        self.assert_not_modified(if_none_match=self.etag)

    def test_if_modified_since(self):
        self.assert_given(if_modified_since=http_date(self.modified - SECOND))
        self.assert_not_modified(if_modified_since=http_date(self.modified))

    def test_if_unmodified_since(self):
        self.assert_given(if_unmodified_since=http_date(self.modified))
        self.assert_failed(if_unmodified_since=http_date(self.modified - SECOND))


class ConditionsV4(Conditions, SdkTest):
    signature_version = "v4"


class ConditionsV1(Conditions, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
