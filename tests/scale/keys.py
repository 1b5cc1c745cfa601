"""A server that has any number of keys and holds none: each page of a listing is made when asked for."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from server import BUCKET

PREFIX = "keys/"
SIZE = 4096
ETAG = "0" * 32

_PAGE = 1000
_IN_A_DIRECTORY = 5000
_NO_UPLOADS = (
    "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"
)
_TIME = "2026-01-02T03:04:05.000Z"


class Keys:
    """Answers the listings of `count` objects for the length of a `with` block; there are no uploads."""

    def __init__(self, count, modified=_TIME):
        self.count = count
        self._modified = modified
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self._server.keys = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.pages = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, query):
        """The page of a listing that `query` asks for."""
        self.pages += 1
        directory = query["prefix"].removeprefix(PREFIX)
        if "delimiter" in query and not directory:
            return self._level()
        first, last = 0, self.count
        if directory:
            first = int(directory.rstrip("/")) * _IN_A_DIRECTORY
            last = min(first + _IN_A_DIRECTORY, self.count)
        first = int(query.get("continuation-token", first))
        if after := query.get("start-after"):
            first = max(first, int(after.rpartition("/")[2]) + 1)
        end = min(first + _PAGE, last)
        objects = "".join(self._object(number) for number in range(first, end))
        more = f"<NextContinuationToken>{end}</NextContinuationToken>" if end < last else ""
        return _answer(more, max(end - first, 0), objects)

    def _level(self):
        """The directories, of which there are fewer than a page tells of."""
        directories = range(-(-self.count // _IN_A_DIRECTORY))
        entries = "".join(
            f"<CommonPrefixes><Prefix>{PREFIX}{directory:06}/</Prefix></CommonPrefixes>"
            for directory in directories
        )
        return _answer("", len(directories), entries)

    def _object(self, number):
        return (
            f"<Contents><Key>{PREFIX}{name(number)}</Key><LastModified>{self._modified}</LastModified>"
            f"<ETag>&quot;{ETAG}&quot;</ETag><Type>Normal</Type><Size>{SIZE}</Size>"
            "<StorageClass>Standard</StorageClass></Contents>"
        )


def _answer(more, count, entries):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>'
        f"<Name>{BUCKET}</Name><Prefix>{PREFIX}</Prefix><MaxKeys>{_PAGE}</MaxKeys>"
        f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{more}"
        f"<KeyCount>{count}</KeyCount>{entries}</ListBucketResult>"
    )


def name(number):
    """The name of a key below the prefix."""
    return f"{number // _IN_A_DIRECTORY:06}/{number:012}"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        query = dict(parse_qsl(urlsplit(self.path).query))
        if not query.get("prefix", "").startswith(PREFIX):
            self._answer(404, "")
        elif query.get("list-type") == "2":
            self._answer(200, self.server.keys.page(query))
        else:
            self._answer(200, _NO_UPLOADS)

    def _answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("x-oss-request-id", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
