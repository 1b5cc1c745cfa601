"""Symbolic links, to targets whatever their names."""

import unittest
from urllib.parse import quote, unquote

import alibabacloud_oss_v2 as oss

from awkward_keys import AWKWARD_KEYS
from sdk_test import SdkTest
from server import BUCKET


class Symlinks:
    def symlink(self, key, target):
        # The SDK leaves it to its caller to encode the target, and to decode it again.
        target = quote(target, safe="")
        self.client.put_symlink(oss.PutSymlinkRequest(bucket=BUCKET, key=key, target=target))

    def target(self, key):
        request = oss.GetSymlinkRequest(bucket=BUCKET, key=key)
        return unquote(self.client.get_symlink(request).target)

    def test_a_symlink_leads_to_its_target(self):
        for target in AWKWARD_KEYS:
            with self.subTest(target=target):
                self.put(target, target.encode())
                self.symlink("link", target)
                self.assertEqual(self.get("link")[1], target.encode())
                self.assertEqual(self.target("link"), target)

    def test_a_symlink_to_nothing_is_told(self):
        self.symlink("dangling", "never there")
        with self.refused(404, "SymlinkTargetNotExist"):
            self.get("dangling")
        self.put("no link")
        with self.refused(400, "NotSymlink"):
            self.target("no link")


class SymlinksV4(Symlinks, SdkTest):
    signature_version = "v4"


class SymlinksV1(Symlinks, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
