"""A temporary directory with files of known content, and how much memory there is."""

import hashlib
import os
import random
import shutil
import tempfile
from pathlib import Path

_BLOCK_BYTES = 1 << 20
_SHARED_MEMORY = Path("/dev/shm")


def temporary_directory(needed_bytes):
    """A directory in memory if there is room: a disk would be what is measured."""
    parent = None
    if _SHARED_MEMORY.is_dir() and os.access(_SHARED_MEMORY, os.W_OK):
        room = min(shutil.disk_usage(_SHARED_MEMORY).free, free_memory_bytes())
        parent = _SHARED_MEMORY if room >= needed_bytes else None
    return tempfile.TemporaryDirectory(prefix="ossum-scale-", dir=parent)


def free_memory_bytes():
    """What the machine, or the group of processes that this one is in, still has."""
    limits = [_available_bytes()]
    group = Path("/sys/fs/cgroup")
    try:
        most = (group / "memory.max").read_text().strip()
        if most != "max":
            limits.append(int(most) - int((group / "memory.current").read_text()))
    except OSError:
        pass  # Not a group with limits of its own.
    return min(limits)


def _available_bytes():
    for line in Path("/proc/meminfo").read_text().splitlines():
        name, value = line.split(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    raise AssertionError("/proc/meminfo tells no MemAvailable")


def make_file(path, size):
    """Writes `size` bytes in which no part is like another; returns their SHA-256."""
    generator = random.Random(size)
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for begin in range(0, size, _BLOCK_BYTES):
            block = generator.randbytes(min(_BLOCK_BYTES, size - begin))
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def sha256(path):
    """The SHA-256 of a file; `None` if there is none."""
    if not path.exists():
        return None
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
