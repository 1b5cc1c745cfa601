"""One shard: `ossum migrate run-shard` as a child that does not outlive this process."""

import ctypes
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

DONE = 0
TRY_AGAIN = 75
NEVER = 42

# Linux: the signal that a process gets when the thread that started it ends.
_PR_SET_PDEATHSIG = 1

# A child that is told to end needs much less for its ledger.
_END_SECONDS = 10


@dataclass(frozen=True)
class Result:
    """How one attempt at a shard ended."""

    # As run-shard's exit code, or negative if a signal ended it.
    code: int
    # Of this attempt.
    rows: int = 0
    message: str = ""


def carry_out(command: list[str], keep_on: Callable[[], bool], look_seconds: float) -> Result:
    """Runs `command`, which is a run-shard with `--json -q`.

    `keep_on` is asked every `look_seconds` whether it may go on. If not, it is told to end, and then what it has moved
    is in the ledger.
    """
    with tempfile.TemporaryFile() as output:
        try:
            child = _start(command, output)
        except OSError as error:
            # Another node may have it.
            return Result(TRY_AGAIN, message=f"{command[0]}: {error.strerror}")
        try:
            code = _wait(child, keep_on, look_seconds)
        except BaseException:
            _end(child)
            raise
        output.seek(0)
        return _result(code, output.read().decode(errors="replace"))


def _start(command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def die_with_parent() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(TRY_AGAIN)

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent,
    )


def _wait(child: subprocess.Popen[bytes], keep_on: Callable[[], bool], look_seconds: float) -> int:
    while True:
        try:
            return child.wait(look_seconds)
        except subprocess.TimeoutExpired:
            if not keep_on():
                _end(child)
                return TRY_AGAIN


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _result(code: int, output: str) -> Result:
    """What the lines of a run-shard say of its end."""
    lines = output.splitlines()
    events = [event for event in map(_event, lines) if event is not None]
    rows = sum(int(event["rows_done"]) for event in events if event.get("event") == "shard")
    errors = [str(event["message"]) for event in events if event.get("event") == "error"]
    others = [line for line in lines if line.strip()]
    message = "" if code == DONE else (errors or others or ["it said nothing"])[-1]
    return Result(code, rows, message)


def _event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
