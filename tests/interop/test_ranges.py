"""Parts of objects, and what becomes of a range that leaves the object."""

import unittest

from sdk_test import SdkTest

CONTENT = b"0123456789"


class Ranges:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls().put("ten", CONTENT)
        cls().put("empty", b"")

    def assert_part(self, wish, content, content_range, **how):
        got, body = self.get("ten", range_header=wish, **how)
        self.assertEqual(
            (got.status_code, body, got.content_range), (206, content, content_range)
        )
        self.assertEqual(got.content_length, len(content))
        # The service tells the CRC-64 of the whole object also with a part of it.
        self.assertEqual(got.hash_crc64, self.head("ten").hash_crc64)

    def assert_whole(self, key, wish):
        got, body = self.get(key, range_header=wish)
        self.assertEqual((got.status_code, got.content_range), (200, None))
        self.assertEqual(body, CONTENT if key == "ten" else b"")

    def test_a_range_inside_is_exactly_that_range(self):
        for how in ({}, {"range_behavior": "standard"}):
            with self.subTest(how=how):
                self.assert_part("bytes=0-0", b"0", "bytes 0-0/10", **how)
                self.assert_part("bytes=3-5", b"345", "bytes 3-5/10", **how)
                self.assert_part("bytes=9-", b"9", "bytes 9-9/10", **how)
                self.assert_part("bytes=0-9", CONTENT, "bytes 0-9/10", **how)

    def test_a_suffix_is_the_end_of_the_object(self):
        for how in ({}, {"range_behavior": "standard"}):
            with self.subTest(how=how):
                self.assert_part("bytes=-3", b"789", "bytes 7-9/10", **how)

    def test_a_range_past_the_end_is_ignored(self):
        for wish in ("bytes=5-10", "bytes=10-", "bytes=10-20", "bytes=-11"):
            with self.subTest(wish=wish):
                self.assert_whole("ten", wish)
        self.assert_whole("empty", "bytes=0-0")

    def test_a_range_past_the_end_is_clipped_if_standard_is_asked_for(self):
        for wish, content, content_range in [
            ("bytes=5-10", b"56789", "bytes 5-9/10"),
            ("bytes=9-999", b"9", "bytes 9-9/10"),
            ("bytes=-11", CONTENT, "bytes 0-9/10"),
        ]:
            with self.subTest(wish=wish):
                self.assert_part(wish, content, content_range, range_behavior="standard")

    def test_a_range_without_a_byte_is_refused_if_standard_is_asked_for(self):
        for key, wish in [("ten", "bytes=10-"), ("ten", "bytes=10-20"), ("empty", "bytes=0-")]:
            with self.subTest(key=key, wish=wish), self.refused(416, "InvalidRange"):
                self.get(key, range_header=wish, range_behavior="standard")


class RangesV4(Ranges, SdkTest):
    signature_version = "v4"


class RangesV1(Ranges, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
