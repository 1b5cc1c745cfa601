"""`--memory` is a hard cap: what the program occupies is that, and a little for itself.

Each way of moving moves more than its largest cap, with more requests at a time than the smallest
has room for.
"""

import os
import shutil
import subprocess
import time
from functools import partial

import command
from many_files import make_files
from server import BUCKET
from table import MIB
from workspace import make_file

SIZE = 400 * MIB
CAPS = (32, 64, 256)
CONCURRENCY = 64
FILES = 100

_BESIDES = 24 * MIB
_URL = f"oss://{BUCKET}"
# So long nothing more is asked for: all there is room for is full.
_STILL_SECONDS = 0.5


def examine(table, ossum, server, directory):
    make_file(directory / "source", SIZE)
    make_files(directory / "sources", FILES, SIZE // FILES)
    os.mkfifo(directory / "pipe")
    for cap in CAPS:
        ways = _Ways(ossum, server, directory, cap)
        for name, move in ways.all().items():
            table.at_most(
                f"--memory {cap}M, {name}: peak RSS",
                move().peak_bytes,
                cap * MIB + _BESIDES,
                "MiB",
            )


class _Ways:
    """All ways of moving, with a cap in MiB."""

    def __init__(self, ossum, server, directory, cap):
        self._start = partial(command.start, ossum, server, directory, "--quiet")
        self._server = server
        self._directory = directory
        self._pipe = directory / "pipe"
        self._options = ["--memory", f"{cap}M", "--concurrency", str(CONCURRENCY)]

    def all(self):
        cp = partial(self._run, "cp")
        return {
            "file to object": partial(cp, "source", f"{_URL}/object"),
            "object to file": partial(self._to_new, "target", "cp", f"{_URL}/object"),
            "cp -r up": partial(cp, "-r", "sources", f"{_URL}/objects/"),
            "cp -r down": partial(self._to_new, "targets", "cp", "-r", f"{_URL}/objects/"),
            "pipe to object": self._from_pipe,
            "object to pipe": partial(self._to_pipe, "cp", f"{_URL}/object", "-"),
            "cat to pipe": partial(self._to_pipe, "cat", f"{_URL}/object"),
            "object to a pipe that stands still": self._to_standing_pipe,
        }

    def _run(self, name, *places, **streams):
        with self._start(name, *self._options, *places, **streams) as program:
            return command.finish(program)

    def _to_new(self, target, *words):
        ended = self._run(*words, target)
        path = self._directory / target
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return ended

    def _from_pipe(self):
        source = self._directory / "source"
        with subprocess.Popen(["/bin/sh", "-c", 'cat "$0" >"$1"', source, self._pipe]):
            return self._run("cp", "-", f"{_URL}/in", stdin=self._pipe)

    def _to_pipe(self, *words):
        with subprocess.Popen(["cat", self._pipe], stdout=subprocess.DEVNULL):
            return self._run(*words, stdout=self._pipe)

    def _to_standing_pipe(self):
        words = ["cp", *self._options, f"{_URL}/object", "-"]
        self._server.count_anew()
        # Without waiting for who writes, who waits for us.
        with open(os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as pipe:
            os.set_blocking(pipe.fileno(), True)
            with self._start(*words, stdout=self._pipe) as program:
                self._wait_until_still()
                while pipe.read(MIB):
                    pass
                return command.finish(program)

    def _wait_until_still(self):
        asked = None
        while asked != (now := self._server.requests("GetObject")) or not now:
            asked = now
            time.sleep(_STILL_SECONDS)
