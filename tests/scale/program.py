"""Runs a program and tells what it cost: peak memory and CPU time of this one process."""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# The process that was started stays ours when the shell that started it has ended.
_PR_SET_CHILD_SUBREAPER = 36

# Linux counts what the parent occupied at the start to the child's peak, and Python occupies more
# than ossum does. So a shell, which is small, starts the program and steps aside.
# What it starts in the background would read nothing, but for the detour.
_LAUNCH = 'exec 3>&1 4<"$1" >"$2" 2>"$3"; shift 3; "$@" <&4 4<&- 3>&- & echo $! >&3'

# Of what a process writes, its end is kept.
_KEPT_BYTES = 64 << 10


@dataclass(frozen=True)
class Ended:
    """What became of a process."""

    # As in os.waitstatus_to_exitcode: negative if a signal ended it.
    code: int
    peak_bytes: int
    cpu_seconds: float
    # The end of each.
    stdout: str
    stderr: str


class Program:
    """A process that runs. Leaving the `with` block kills it.

    `stdin` and `stdout` are paths, be they of pipes: then this waits for who is at the other end.
    What goes elsewhere is not in what is told of its end.
    """

    def __init__(self, words, environment, directory, stdin=os.devnull, stdout=None):
        _adopt_orphans()
        self.shown = " ".join(str(word) for word in words[1:])
        # Several may run in a directory.
        self._outputs = [_new_file(directory) for _ in ("stdout", "stderr")]
        places = [stdin, stdout or self._outputs[0], self._outputs[1]]
        launched = subprocess.run(
            ["/bin/sh", "-c", _LAUNCH, "sh", *places, *words],
            env=environment,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        )
        self.process_id = int(launched.stdout)
        self._process = os.pidfd_open(self.process_id)
        self._ended = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.kill()
        finally:
            os.close(self._process)

    def has_ended(self):
        """Whether it has ended by itself or by `kill`."""
        return self._ended is not None or self._ends_within(0)

    def wait(self, seconds):
        """Waits for its end; one that takes longer is an error."""
        if self._ended is None:
            if not self._ends_within(seconds):
                raise TimeoutError(f"{self.shown}: still runs after {seconds} s")
            _, status, usage = os.wait4(self.process_id, 0)
            stdout, stderr = (_end_of(output) for output in self._outputs)
            self._ended = Ended(
                code=os.waitstatus_to_exitcode(status),
                peak_bytes=usage.ru_maxrss * 1024,
                cpu_seconds=usage.ru_utime + usage.ru_stime,
                stdout=stdout,
                stderr=stderr,
            )
            for output in self._outputs:
                output.unlink()
        return self._ended

    def kill(self):
        """Kills it with SIGKILL if it runs, and waits for its end."""
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        return self.wait(30)

    def _ends_within(self, seconds):
        readable, _, _ = select.select([self._process], [], [], seconds)
        return bool(readable)


def wait_until(condition, program, what, seconds=60):
    """Waits until `condition()` is true, which `program` has to bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if program.has_ended():
            ended = program.wait(0)
            raise AssertionError(
                f"{program.shown}: ended with {ended.code} before {what}\n"
                f"{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
            )
        if time.monotonic() > deadline:
            raise TimeoutError(f"{program.shown}: {what} did not happen within {seconds} s")
        time.sleep(0.003)


def _new_file(directory):
    descriptor, path = tempfile.mkstemp(prefix=".output-", dir=directory)
    os.close(descriptor)
    return Path(path)


def _end_of(path):
    with open(path, "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _KEPT_BYTES))
        return file.read().decode(errors="replace")


def _adopt_orphans():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
