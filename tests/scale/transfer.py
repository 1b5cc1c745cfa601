"""An `ossum cp` of one file or object, up or down, that is held, killed and run again."""

from dataclasses import dataclass
from pathlib import Path

import command
from program import wait_until
from server import BUCKET
from workspace import sha256

CONCURRENCY = 4

_KEY = "object"


@dataclass(frozen=True)
class Direction:
    """What is particular to moving bytes this way."""

    name: str
    # The operation that moves a part.
    operation: str
    # How a request is held that the server has answered in part, or carried out without saying so.
    half_done: str


UP = Direction("upload", "UploadPart", "stall = {}")
DOWN = Direction("download", "GetObject", "stall = { after_bytes = 50000 }")
DIRECTIONS = (UP, DOWN)

# Held before the server does anything, and for longer than any wait here: who waits is killed.
UNTOUCHED = 'delay = "1h"'


class Transfer:
    """One object of `size` bytes in parts of `part_size`.

    An upload takes `source` as it is; a download needs the object to be there, and leaves the file
    `target`.
    """

    def __init__(self, ossum, server, directory, direction, size, part_size):
        self.server = server
        self.direction = direction
        self.parts = -(-size // part_size)
        self._directory = directory
        self.source = directory / "source"
        self.target = directory / "target"
        url = f"oss://{BUCKET}/{_KEY}"
        local, places = {
            UP: (self.source, [self.source, url]),
            DOWN: (self.target, [url, self.target]),
        }[direction]
        self.checkpoint = Path(f"{local}.cp")
        self._ossum = ossum
        self._words = [
            *("--quiet", "cp", *places),
            *("--part-size", str(part_size), "--concurrency", str(CONCURRENCY)),
        ]

    def start(self):
        """Begins to run it, or goes on. What the server counts, it counts from here."""
        self.server.count_anew()
        return command.start(self._ossum, self.server, self._directory, *self._words)

    def run(self):
        """Runs it to its end, which has to be good; returns how it ended and its last line."""
        with self.start() as program:
            return self.finish(program)

    def finish(self, program):
        """Waits for the good end of `program`."""
        ended = command.finish(program)
        return ended, command.last_line(ended)

    def kill_after(self, answered, how=UNTOUCHED):
        """Runs it until `answered` parts were answered and the server holds all that are asked for
        then, and kills it; returns how it ended.
        """
        operation = self.direction.operation
        self.server.obey(
            f'[[rule]]\noperation = "{operation}"\nfrom = {answered + 1}\nthen = {{ {how} }}\n'
        )
        # A download asks for one part first, which tells about the object.
        held = min(CONCURRENCY, self.parts - answered) if answered else 1
        return self._kill_when(operation, answered + held)

    def kill_at_completion(self, how):
        """The same once all parts of an upload were answered and it is being completed."""
        operation = "CompleteMultipartUpload"
        self.server.obey(f'[[rule]]\noperation = "{operation}"\nthen = {{ {how} }}\n')
        return self._kill_when(operation, 1)

    def _kill_when(self, operation, requests):
        with self.start() as program:
            wait_until(
                lambda: self.server.requests(operation) >= requests,
                program,
                f"{requests} requests for {operation}",
            )
            ended = program.kill()
        self.server.obey_none()
        return ended

    def result_sha256(self):
        """The SHA-256 of what has arrived; `None` if nothing has."""
        return self.server.sha256(_KEY) if self.direction is UP else sha256(self.target)

    def forget_result(self):
        """Removes what has arrived."""
        if self.direction is UP:
            self.server.delete(_KEY)
        else:
            self.target.unlink(missing_ok=True)

    def leftovers(self):
        """What lies around besides the two files: of a transfer that is done, nothing should."""
        expected = {self.source, self.target, self._directory / "server.log"}
        expected.add(self._directory / "ready")
        return sorted(
            str(path.relative_to(self._directory))
            for path in self._directory.rglob("*")
            if path.is_file() and path not in expected
        )
