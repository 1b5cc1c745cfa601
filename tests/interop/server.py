"""Starts and ends `ossum serve`, each time in a process and a directory of its own."""

import contextlib
import os
import secrets
import signal
import subprocess
import tempfile
import time
from pathlib import Path

OSSUM = os.environ.get("OSSUM") or str(
    Path(__file__).resolve().parents[2] / "target" / "release" / "ossum"
)
REGION = "cn-hangzhou"
BUCKET = "test"

_START_SECONDS = 30
_END_SECONDS = 10


class Server:
    """A running `ossum serve` with one access key and the bucket `BUCKET`.

    Without `data`, a directory, it keeps its objects in memory. It runs until `end`.
    """

    def __init__(self, data=None):
        self.access_key_id = "interop-key"
        self.access_key_secret = secrets.token_urlsafe(24)
        self._data = data
        self._directory = tempfile.TemporaryDirectory(prefix="ossum-interop-")
        self._log = self._path("log")
        self._process = None
        self.endpoint = None
        self.start()

    def start(self):
        """Starts it, for the first time or again; on return it accepts connections."""
        ready = self._path("ready")
        ready.unlink(missing_ok=True)
        try:
            with open(self._log, "ab") as log:
                self._process = subprocess.Popen(
                    self._command(ready), stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            self.endpoint = self._wait_for(ready)
        except BaseException:
            self.end(signal.SIGKILL)
            raise

    def stop(self, how=signal.SIGTERM):
        """Ends the process and keeps the data, so that it can be started again."""
        self._process.send_signal(how)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"ossum serve did not end within {_END_SECONDS} s of {how!r}")

    def end(self, how=signal.SIGTERM):
        """Ends the process if it runs, and removes what it kept in memory or logged.

        A panic is a failure even if the client got an answer.
        """
        try:
            if self._process is not None and self._process.poll() is None:
                self.stop(how)
            log = self._log.read_text()
        finally:
            self._directory.cleanup()
        if "panicked at" in log:
            raise AssertionError(f"ossum serve panicked:\n{log}")

    def _command(self, ready):
        secret = self._path("secret")
        secret.touch(mode=0o600)
        secret.write_text(self.access_key_secret)
        store = ["--memory"] if self._data is None else ["--data", str(self._data)]
        return [
            *(OSSUM, "serve", *store),
            *("--listen", "127.0.0.1:0", "--ready-file", str(ready)),
            *("--access-key-id", self.access_key_id),
            *("--access-key-secret-file", str(secret)),
            *("--region", REGION, "--bucket", BUCKET),
        ]

    def _wait_for(self, ready):
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            # The file may exist before it is written.
            if ready.exists() and (endpoint := ready.read_text().strip()):
                return endpoint
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.01)
                raise AssertionError(f"ossum serve ended at once:\n{self._log.read_text()}")
        raise AssertionError(f"ossum serve is not ready after {_START_SECONDS} s")

    def _path(self, name):
        return Path(self._directory.name) / name
