"""Two servers, one for each end of a migration, and the objects between them."""

import hashlib
import http.client
import json
import os
import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

OSSUM = os.environ["OSSUM"]
BUCKET = "test"
_START_SECONDS = 30


class Server:
    """An `ossum serve` that keeps its objects in memory, for the length of a `with` block."""

    def __init__(self, directory, *options):
        self._directory = directory
        self._options = options

    def __enter__(self):
        self._directory.mkdir()
        ready = self._directory / "ready"
        with open(self._directory / "log", "wb") as log:
            self._process = subprocess.Popen(
                [
                    *(OSSUM, "serve", "--memory", "--no-auth", "--bucket", BUCKET),
                    *("--listen", "127.0.0.1:0", "--ready-file", ready, *self._options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not (ready.exists() and ready.read_text().strip()):
            assert time.monotonic() < deadline and self._process.poll() is None, "ossum serve does not start"
            time.sleep(0.01)
        self.endpoint = ready.read_text().strip()
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def ask(self, method, path, body=None):
        address = urlsplit(self.endpoint)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status < 300, f"{method} {path}: {answer.status} {content[:500]!r}"
        return content

    def put(self, key, content):
        self.ask("PUT", f"/{BUCKET}/{quote(key)}", content)

    def digest(self, key):
        return hashlib.sha256(self.ask("GET", f"/{BUCKET}/{quote(key)}")).hexdigest()

    def count(self):
        """How many objects it has."""
        return self.ask("GET", f"/{BUCKET}/?list-type=2&max-keys=1000").count(b"<Key>")

    def open_uploads(self):
        return self.ask("GET", f"/{BUCKET}/?uploads").count(b"<UploadId>")

    def received_bytes(self):
        return json.loads(self.ask("GET", "/-/ossum/stats"))["bytes_in"]


@dataclass
class Migration:
    """A plan, and the servers of its ends."""

    directory: Path
    source: Server
    destination: Server
    # Of all objects, by key.
    digests: dict
    total_bytes: int

    @property
    def work(self):
        return self.directory / "work"

    @property
    def environment(self):
        """As `ossum` has to have it, here and on nodes."""
        return {
            "OSS_ENDPOINT": self.destination.endpoint,
            "OSS_REGION": "cn-hangzhou",
            "OSS_ACCESS_KEY_ID": "test",
            "OSS_ACCESS_KEY_SECRET": "test",
            "XDG_STATE_HOME": str(self.directory / "state"),
        }

    def ossum(self, *words):
        """Runs it, and returns the last thing that it says."""
        ended = subprocess.run(
            [OSSUM, *words, "--json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
        )
        assert ended.returncode == 0, f"{words}: {ended.returncode} {ended.stdout} {ended.stderr}"
        return json.loads(ended.stdout.splitlines()[-1])

    def status(self):
        return self.ossum("migrate", "status", "--work", str(self.work))

    def plan(self, *options):
        self.ossum(
            *("migrate", "plan", f"oss://{BUCKET}/from", f"oss://{BUCKET}/to", "--work", str(self.work)),
            *("--source-endpoint", self.source.endpoint, *options),
        )

    def put_objects(self, sizes):
        """Objects of these sizes at the source, no two of which are alike."""
        dice = random.Random(7)
        for number, size in enumerate(sizes):
            content = dice.randbytes(size)
            key = f"{number:04d} é+%"
            self.source.put(f"from/{key}", content)
            self.digests[key] = hashlib.sha256(content).hexdigest()
            self.total_bytes += size

    def check(self):
        """Every object is right, none is missing, and nothing else is there."""
        for key, digest in self.digests.items():
            assert self.destination.digest(f"to/{key}") == digest, key
        assert self.destination.count() == len(self.digests)
        assert self.destination.open_uploads() == 0
