"""Listings of objects, in pages, grouped, and with keys that have to be encoded."""

import unittest

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET

KEYS = ["a/1", "a/2", "a/b/3", "c", "d/4", "e"]


def keys_of(page):
    return [listed.key for listed in page.contents or []]


def prefixes_of(page):
    return [common.prefix for common in page.common_prefixes or []]


class Listing:
    """Claims about both versions of the call; `pages` and `page` are a version's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for bucket, keys in [(BUCKET, KEYS), ("awkward", AWKWARD_KEYS), ("vacant", [])]:
            cls.client.put_bucket(oss.PutBucketRequest(bucket=bucket))
            for key in keys:
                request = oss.PutObjectRequest(bucket=bucket, key=key, body=key.encode())
                cls.client.put_object(request)

    def all_keys(self, **request):
        return [key for page in self.pages(**request) for key in keys_of(page)]

    def test_keys_come_in_the_order_of_their_bytes(self):
        self.assertEqual(self.all_keys(bucket=BUCKET), KEYS)
        encoded = sorted(key.encode() for key in AWKWARD_KEYS)
        self.assertEqual([key.encode() for key in self.all_keys(bucket="awkward")], encoded)

    def test_every_page_size_finds_everything_once(self):
        for size in (1, 2, 3, 5, 6, 1000):
            with self.subTest(size=size):
                pages = list(self.pages(bucket=BUCKET, max_keys=size))
                self.assertEqual([key for page in pages for key in keys_of(page)], KEYS)
                self.assertEqual(len(pages), -(-len(KEYS) // size))
                self.assertEqual([page.max_keys for page in pages], [size] * len(pages))

    def test_awkward_keys_survive_paging(self):
        found = self.all_keys(bucket="awkward", max_keys=1)
        self.assertEqual(sorted(found), sorted(AWKWARD_KEYS))

    def test_awkward_prefixes_find_their_keys(self):
        for key in AWKWARD_KEYS:
            with self.subTest(prefix=key):
                expected = sorted(k for k in AWKWARD_KEYS if k.startswith(key))
                page = self.page(bucket="awkward", prefix=key)
                self.assertEqual((sorted(keys_of(page)), page.prefix), (expected, key))

    def test_a_delimiter_groups(self):
        page = self.page(bucket=BUCKET, delimiter="/")
        self.assertEqual((keys_of(page), prefixes_of(page)), (["c", "e"], ["a/", "d/"]))
        self.assertEqual((page.delimiter, page.is_truncated), ("/", False))

    def test_prefix_and_delimiter_show_one_directory(self):
        page = self.page(bucket=BUCKET, prefix="a/", delimiter="/")
        self.assertEqual((keys_of(page), prefixes_of(page)), (["a/1", "a/2"], ["a/b/"]))

    def test_a_group_is_found_once_however_small_the_pages_are(self):
        pages = list(self.pages(bucket=BUCKET, delimiter="/", max_keys=1))
        self.assertEqual([key for page in pages for key in keys_of(page)], ["c", "e"])
        self.assertEqual([p for page in pages for p in prefixes_of(page)], ["a/", "d/"])

    def test_awkward_groups_and_delimiters_are_encoded(self):
        for delimiter in ("文", " ", "+", "%", "&", "🎉", "\u0001"):
            with self.subTest(delimiter=delimiter):
                groups = {k[: k.index(delimiter) + 1] for k in AWKWARD_KEYS if delimiter in k}
                page = self.page(bucket="awkward", delimiter=delimiter)
                self.assertEqual(page.delimiter, delimiter)
                self.assertEqual(sorted(prefixes_of(page)), sorted(groups))

    def test_an_empty_bucket_lists_nothing(self):
        page = self.page(bucket="vacant")
        self.assertEqual((keys_of(page), page.is_truncated, page.name), ([], False, "vacant"))

    def test_a_listed_object_is_described_as_head_describes_it(self):
        page = self.page(bucket=BUCKET, prefix="a/b/3")
        listed, head = page.contents[0], self.head("a/b/3")
        self.assertEqual(
            (listed.size, listed.etag, listed.last_modified.replace(microsecond=0)),
            (head.content_length, head.etag, head.last_modified),
        )
        self.assertEqual(
            (listed.storage_class, listed.object_type), (head.storage_class, head.object_type)
        )


class ListingByMarker(Listing):
    """`ListObjects`."""

    def page(self, **request):
        return self.client.list_objects(oss.ListObjectsRequest(**request))

    def pages(self, **request):
        return self.client.list_objects_paginator().iter_page(oss.ListObjectsRequest(**request))

    def test_a_marker_is_where_the_listing_goes_on(self):
        self.assertEqual(keys_of(self.page(bucket=BUCKET, marker="a/2")), KEYS[2:])


class ListingByToken(Listing):
    """`ListObjectsV2`."""

    def page(self, **request):
        return self.client.list_objects_v2(oss.ListObjectsV2Request(**request))

    def pages(self, **request):
        paginator = self.client.list_objects_v2_paginator()
        return paginator.iter_page(oss.ListObjectsV2Request(**request))

    def test_a_listing_starts_after_a_key(self):
        page = self.page(bucket=BUCKET, start_after="a/2")
        self.assertEqual((keys_of(page), page.start_after), (KEYS[2:], "a/2"))

    def test_an_awkward_key_to_start_after_is_understood(self):
        ordered = sorted(AWKWARD_KEYS, key=str.encode)
        for at, key in enumerate(ordered):
            with self.subTest(start_after=key):
                page = self.page(bucket="awkward", start_after=key)
                self.assertEqual((keys_of(page), page.start_after), (ordered[at + 1 :], key))

    def test_the_count_is_of_keys_and_groups(self):
        page = self.page(bucket=BUCKET, delimiter="/")
        self.assertEqual(page.key_count, 4)

    def test_the_owner_is_told_if_asked_for(self):
        for wish, told in [(None, False), (False, False), (True, True)]:
            listed = self.page(bucket=BUCKET, fetch_owner=wish).contents[0]
            self.assertEqual(listed.owner is not None, told, wish)


class ListingByMarkerV4(ListingByMarker, SdkTest):
    signature_version = "v4"


class ListingByMarkerV1(ListingByMarker, SdkTest):
    signature_version = "v1"


class ListingByTokenV4(ListingByToken, SdkTest):
    signature_version = "v4"


class ListingByTokenV1(ListingByToken, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
