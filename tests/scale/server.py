"""An `ossum serve` of our own: what was asked of it, and what it holds back."""

import contextlib
import hashlib
import http.client
import json
import subprocess
import time
from urllib.parse import urlsplit

BUCKET = "test"

_START_SECONDS = 30
_END_SECONDS = 30
_ANSWER_SECONDS = 60


class Server:
    """A server that keeps its objects in memory, for the length of a `with` block.

    It lets everyone in: how requests are signed is judged elsewhere.
    """

    def __init__(self, ossum, directory, *options):
        self._ossum = ossum
        self._options = options
        self._ready = directory / "ready"
        self._log = directory / "server.log"
        self._process = None
        self._connection = None
        self.endpoint = None

    def __enter__(self):
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [
                    *(self._ossum, "serve", "--memory", "--no-auth", "--bucket", BUCKET),
                    *("--listen", "127.0.0.1:0", "--ready-file", self._ready),
                    *self._options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self.endpoint = self._wait_until_ready()
        except BaseException:
            self._end()
            raise
        address = urlsplit(self.endpoint)
        self._connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=_ANSWER_SECONDS
        )
        return self

    def __exit__(self, *_):
        self._connection.close()
        self._end()
        log = self._log.read_text(errors="replace")
        if "panicked at" in log:
            raise AssertionError(f"ossum serve panicked:\n{log}")

    def stats(self):
        return json.loads(self._ask("GET", "/-/ossum/stats"))

    def requests(self, *operations):
        """How many requests for `operations` there were since `count_anew`."""
        counted = self.stats()["operations"]
        return sum(counted.get(operation, {"requests": 0})["requests"] for operation in operations)

    def count_anew(self):
        self._ask("DELETE", "/-/ossum/stats")

    def obey(self, rules):
        """Puts `rules`, in TOML as docs/faults.md has it, in place of those before."""
        self._ask("POST", "/-/ossum/faults", rules)

    def obey_none(self):
        self._ask("DELETE", "/-/ossum/faults")

    def open_uploads(self):
        return self._ask("GET", f"/{BUCKET}/?uploads").count(b"<UploadId>")

    def sha256(self, key):
        """The SHA-256 of an object; `None` if there is none."""
        answer = self._answer("GET", f"/{BUCKET}/{key}")
        if answer.status == 404:
            answer.read()
            return None
        digest = hashlib.sha256()
        while chunk := answer.read(1 << 20):
            digest.update(chunk)
        return digest.hexdigest()

    def put(self, key, content):
        self._ask("PUT", f"/{BUCKET}/{key}", content)

    def delete(self, key):
        self._ask("DELETE", f"/{BUCKET}/{key}")

    def _ask(self, method, path, body=None):
        try:
            answer = self._answer(method, path, body)
        except ConnectionError:
            # It closes what stands idle for long; the next request has a new connection.
            self._connection.close()
            answer = self._answer(method, path, body)
        content = answer.read()
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer.status} {content.decode()}")
        return content

    def _answer(self, method, path, body=None):
        self._connection.request(method, path, body)
        return self._connection.getresponse()

    def _wait_until_ready(self):
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            # The file may exist before it is written.
            if self._ready.exists() and (endpoint := self._ready.read_text().strip()):
                return endpoint
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.01)
                raise AssertionError(f"ossum serve ended at once:\n{self._log.read_text()}")
        raise TimeoutError(f"ossum serve is not ready after {_START_SECONDS} s")

    def _end(self):
        # What it has is in memory: there is nothing that it could finish.
        self._process.kill()
        self._process.wait(_END_SECONDS)
