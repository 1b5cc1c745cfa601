"""A server that answers like Amazon S3: moto, from PyPI."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path

BUCKET = "old"

_REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
_INSTALL_SECONDS = 300
_START_SECONDS = 60
_ANSWER_SECONDS = 60

# It says on which port it listens once it does.
_SERVE = """
import sys
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app
application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


def python_with_moto(target):
    """A Python that has it, made below `target` if it is not there; `None` where it cannot be had."""
    venv = target / "scale" / "venv"
    # It says in a file what it was made from, written last: a torn one is made anew.
    made_from = venv / "made-from"
    wanted = f"{sys.version}\n{_REQUIREMENTS.read_text()}"
    python = venv / "bin" / "python"
    if made_from.exists() and made_from.read_text() == wanted:
        return python
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [
        [sys.executable, "-m", "venv", "--clear", venv],
        [*install, "--no-deps", "--requirement", _REQUIREMENTS],
    ]
    try:
        for words in steps:
            subprocess.run(
                words, stdin=subprocess.DEVNULL, check=True, timeout=_INSTALL_SECONDS
            )
    except (OSError, subprocess.SubprocessError):
        return None
    made_from.write_text(wanted)
    return python


class S3:
    """A server with a bucket in memory, for the length of a `with` block. It lets everyone in."""

    def __init__(self, python, directory):
        self._python = python
        self._log = directory / "s3.log"
        self._process = None
        self._port = None
        self.endpoint = None

    def __enter__(self):
        environment = {"PATH": os.defpath, "HOME": str(self._log.parent)}
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [self._python, "-c", _SERVE],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
            )
        try:
            self._port = int(self._process.stdout.readline())
            self.endpoint = f"http://127.0.0.1:{self._port}"
            self._ask("PUT", f"/{BUCKET}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def put(self, key, content):
        self._ask("PUT", f"/{BUCKET}/{key}", content)

    def _ask(self, method, path, body=None):
        deadline = time.monotonic() + _START_SECONDS
        while True:
            # It closes each connection.
            connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=_ANSWER_SECONDS
            )
            try:
                connection.request(method, path, body)
                answer = connection.getresponse()
                content = answer.read()
            except ConnectionError:
                if time.monotonic() > deadline:
                    raise
                continue
            finally:
                connection.close()
            if answer.status >= 300:
                raise AssertionError(f"{method} {path}: {answer.status} {content[:500]}")
            return
