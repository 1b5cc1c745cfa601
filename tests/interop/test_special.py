"""Versions, copies, appending, tags, ACLs, links, restoring."""

import base64
import http.server
import json
import threading
import unittest
import urllib.parse

import alibabacloud_oss_v2 as oss

from sdk_test import SdkTest
from server import BUCKET
from server_test import KIB, some_bytes


class Special:
    def call(self, operation, key=None, **request):
        """Calls an operation of the SDK by its name."""
        words = operation.replace("_", " ").title().replace(" ", "")
        if key is not None:
            request["key"] = key
        request = getattr(oss, f"{words}Request")(bucket=BUCKET, **request)
        return getattr(self.client, operation)(request)

    def test_a_copy_is_its_source(self):
        put = self.put("source", some_bytes(1000), metadata={"a": "1"}, tagging="t=1")
        for key in ("copy", "dir/ü +%.bin"):
            copy = self.call("copy_object", key, source_bucket=BUCKET, source_key="source")
            self.assertEqual(copy.etag, put.etag)
            got, body = self.get(key)
            self.assertTrue(body == some_bytes(1000))
            self.assertEqual((got.metadata, got.tagging_count), ({"a": "1"}, 1))
        again = self.call("copy_object", "copy", source_bucket=BUCKET, source_key="dir/ü +%.bin",
                          metadata_directive="REPLACE", metadata={"b": "2"})
        self.assertEqual(again.status_code, 200)
        self.assertEqual(self.head("copy").metadata, {"b": "2"})
        with self.refused(412, "PreconditionFailed"):
            self.call("copy_object", "copy", source_bucket=BUCKET, source_key="source",
                      if_match='"0"')

    def test_parts_are_copied(self):
        content = some_bytes(300 * KIB)
        self.put("source", content)
        upload = self.call("initiate_multipart_upload", "parts").upload_id
        parts = []
        for number, source_range in ((1, "bytes=0-204799"), (2, "bytes=204800-")):
            part = self.call("upload_part_copy", "parts", upload_id=upload, part_number=number,
                             source_bucket=BUCKET, source_key="source", source_range=source_range)
            parts.append(oss.UploadPart(part_number=number, etag=part.etag))
        done = oss.CompleteMultipartUpload(parts=parts)
        self.call("complete_multipart_upload", "parts", upload_id=upload,
                  complete_multipart_upload=done)
        self.assertTrue(self.get("parts")[1] == content)

    def test_the_copier_copies_with_any_part_size(self):
        content = some_bytes(1000 * KIB)
        self.put("source", content)
        for part_size in (100 * KIB, 333 * KIB):
            copier = self.client.copier(part_size=part_size, multipart_copy_threshold=1)
            request = oss.CopyObjectRequest(bucket=BUCKET, key="copied", source_bucket=BUCKET,
                                            source_key="source")
            copier.copy(request)
            self.assertTrue(self.get("copied")[1] == content)

    def test_an_object_grows(self):
        self.call("delete_object", "log")
        position, content = 0, b""
        for line in (b"one\n", b"two\n", b"three\n"):
            done = self.call("append_object", "log", position=position, body=line)
            content += line
            position = done.next_position
            self.assertEqual(position, len(content))
        self.assertEqual(self.get("log")[1], content)
        self.assertEqual(self.head("log").object_type, "Appendable")
        with self.refused(409, "PositionNotEqualToLength"):
            self.call("append_object", "log", position=1, body=b"x")
        self.put("plain")
        with self.refused(409, "ObjectNotAppendable"):
            self.call("append_object", "plain", position=0, body=b"x")

    def test_the_sdks_file_appends(self):
        self.call("delete_object", "file")
        with self.client.append_file(bucket=BUCKET, key="file") as file:
            file.write(b"hello ")
            file.write(b"world")
        self.assertEqual(self.get("file")[1], b"hello world")

    def test_tags_and_acls_are_told_as_they_were_put(self):
        self.put("tagged")
        tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="k 1", value="v/ü")]))
        self.call("put_object_tagging", "tagged", tagging=tags)
        told = self.call("get_object_tagging", "tagged").tag_set.tags
        self.assertEqual([(tag.key, tag.value) for tag in told], [("k 1", "v/ü")])
        self.call("delete_object_tagging", "tagged")
        self.assertFalse(self.call("get_object_tagging", "tagged").tag_set.tags)
        self.assertEqual(self.call("get_object_acl", "tagged").acl, "default")
        self.call("put_object_acl", "tagged", acl="public-read")
        self.assertEqual(self.call("get_object_acl", "tagged").acl, "public-read")

    def test_a_link_leads_to_its_target(self):
        self.put("dir/target ü", b"target")
        # The SDK sends the target as it is given.
        target = urllib.parse.quote("dir/target ü")
        self.call("put_symlink", "link", target=target)
        self.assertEqual(self.get("link")[1], b"target")
        self.assertEqual(self.head("link").object_type, "Symlink")
        self.assertEqual(self.call("get_symlink", "link").target, target)

    def test_what_is_archived_has_to_be_restored(self):
        self.put("cold", storage_class="ColdArchive")
        with self.refused(403, "InvalidObjectState"):
            self.get("cold")
        request = oss.RestoreRequest(days=3, tier="Expedited")
        self.assertEqual(
            self.call("restore_object", "cold", restore_request=request).status_code, 202)
        self.assertEqual(self.head("cold").restore, 'ongoing-request="true"')
        with self.refused(409, "RestoreAlreadyInProgress"):
            self.call("restore_object", "cold", restore_request=request)

    def test_a_callback_reaches_the_application(self):
        asked = []

        class Application(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                answer = b'{"ok":true}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args):
                pass

        application = http.server.HTTPServer(("127.0.0.1", 0), Application)
        self.addCleanup(application.server_close)
        thread = threading.Thread(target=application.handle_request)
        thread.start()
        callback = json.dumps({
            "callbackUrl": f"http://127.0.0.1:{application.server_port}/",
            "callbackBody": "object=${object}&size=${size}&mine=${x:mine}",
        })
        put = self.put("told", b"12345", callback=base64.b64encode(callback.encode()).decode(),
                       callback_var=base64.b64encode(b'{"x:mine":"a b"}').decode())
        thread.join()
        self.assertEqual(asked, ["object=told&size=5&mine=a%20b"])
        self.assertEqual(json.loads(put.callback_result), {"ok": True})


class Versions:
    def setUp(self):
        configuration = oss.VersioningConfiguration(status="Enabled")
        self.client.put_bucket_versioning(
            oss.PutBucketVersioningRequest(bucket=BUCKET, versioning_configuration=configuration))

    def test_versions_are_kept_listed_and_deleted(self):
        status = self.client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=BUCKET))
        self.assertEqual(status.version_status, "Enabled")
        ids = [self.put("key ü", body).version_id for body in (b"1", b"2")]
        deleted = self.client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="key ü"))
        self.assertTrue(deleted.delete_marker)
        with self.refused(404, "NoSuchKey"):
            self.get("key ü")
        for version_id, body in zip(ids, (b"1", b"2")):
            self.assertEqual(self.get("key ü", version_id=version_id)[1], body)
        listed = self.client.list_object_versions(
            oss.ListObjectVersionsRequest(bucket=BUCKET, max_keys=1000))
        self.assertEqual([(v.key, v.version_id) for v in listed.version],
                         [("key ü", version_id) for version_id in reversed(ids)])
        marker = listed.delete_marker[0]
        self.assertEqual(marker.version_id, deleted.version_id)
        self.assertTrue(marker.is_latest)
        doomed = [oss.DeleteObject(key="key ü", version_id=version_id)
                  for version_id in (*ids, marker.version_id)]
        self.client.delete_multiple_objects(
            oss.DeleteMultipleObjectsRequest(bucket=BUCKET, objects=doomed))
        listed = self.client.list_object_versions(oss.ListObjectVersionsRequest(bucket=BUCKET))
        self.assertFalse(listed.version or listed.delete_marker)


class SpecialV4(Special, SdkTest):
    signature_version = "v4"


class SpecialV1(Special, SdkTest):
    signature_version = "v1"


class VersionsV4(Versions, SdkTest):
    signature_version = "v4"


class VersionsV1(Versions, SdkTest):
    signature_version = "v1"


if __name__ == "__main__":
    unittest.main()
