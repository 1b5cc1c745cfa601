"""What runs on a node of a cluster, and its end as when power fails."""

import os
import signal
import time
from pathlib import Path


def raylet_of(node):
    return node.all_processes["raylet"][0].process.pid


def descendants(process):
    """All processes below one."""
    found = []
    for child in _children(process):
        found += [child, *descendants(child)]
    return found


def shards_under_way(process):
    """The programs below a process that carry out a shard."""
    return [child for child in descendants(process) if b"run-shard" in _command(child)]


def lose(process):
    """Kills a process and all below it, none of which can do anything more."""
    all_of_it = [process, *descendants(process)]
    for one in all_of_it:
        _signal(one, signal.SIGSTOP)
    # What was started while they were stopped.
    for one in {*all_of_it, *descendants(process)}:
        _signal(one, signal.SIGKILL)


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def is_running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _children(process):
    children = []
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children += map(int, tasks.read_text().split())
        except OSError:
            pass  # Has ended meanwhile.
    return children


def _command(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _signal(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass
