"""A million files that are the same on both sides: little memory, and hardly longer than the listing.

Nothing is to be copied, so what is measured is listing, walking and comparing.
"""

import shutil
import time

import command
from keys import PREFIX, SIZE, Keys, name
from server import BUCKET
from table import MIB

FEW = 10_000
MANY = 1_000_000

_PEAK = 256 * MIB
_TIMES_THE_LISTING = 1.2
# Once where the time is only shown.
_ROUNDS = {True: 3, False: 1}
_RUN_SECONDS = 600

_URL = f"oss://{BUCKET}/{PREFIX}"
# Younger than any file: what is younger than the file is of it, and no more is asked.
_LATER = "2999-01-02T03:04:05.000Z"


# Cases: 114.
def examine(table, ossum, server, directory, judging_time):
    del server  # The keys have one of their own.
    _examine_flat(table, ossum, directory)
    _make_files(directory / "source", MANY)
    with Keys(MANY, modified=_LATER) as keys:
        rounds = _ROUNDS[judging_time]
        listing = _quickest(rounds, ossum, keys, directory, "du", _URL)[0]
        words = ("sync", "--delete", "source", _URL)
        seconds, peak = _quickest(rounds, ossum, keys, directory, *words)
        table.at_most(f"sync, {MANY:,} the same: peak RSS", peak, _PEAK, "MiB")
        what = f"sync, {MANY:,} the same: time, of that of du ({listing:.1f} s)"
        judge = table.at_most if judging_time else table.note
        judge(what, seconds / listing, _TIMES_THE_LISTING)


def _examine_flat(table, ossum, directory):
    """One directory of so many files, of which nothing is there."""
    flat = directory / "flat"
    flat.mkdir()
    for number in range(MANY):
        _make_file(flat / f"{number:012}")
    with Keys(0, modified=_LATER) as keys:
        words = ["--quiet", "sync", "--plan", "plan", "flat", _URL]
        ended = _run(ossum, keys, directory, *words)
    planned = command.last_line(ended)["files"]
    if planned != MANY:
        raise AssertionError(f"{planned} of {MANY} files are planned")
    shutil.rmtree(flat)
    what = f"sync --plan, {MANY:,} of one directory: peak RSS"
    table.at_most(what, ended.peak_bytes, _PEAK, "MiB")


def _quickest(rounds, ossum, keys, directory, *words):
    """The shortest time of a few, in seconds, and the highest peak."""
    seconds, peaks = [], []
    for _ in range(rounds):
        began = time.monotonic()
        ended = _run(ossum, keys, directory, "--quiet", *words)
        seconds.append(time.monotonic() - began)
        peaks.append(ended.peak_bytes)
        if words[0] == "sync" and command.last_line(ended)["kept"] != MANY:
            raise AssertionError(f"{ended.stdout}: not all are the same")
    return min(seconds), max(peaks)


def _run(ossum, keys, directory, *words):
    with command.start(ossum, keys, directory, *words) as program:
        return command.finish(program, _RUN_SECONDS)


def _make_files(directory, count):
    for number in range(count):
        path = directory / name(number)
        if number % 5000 == 0:
            path.parent.mkdir(parents=True)
        _make_file(path)


def _make_file(path):
    """One that takes no room."""
    with open(path, "wb") as file:
        file.truncate(SIZE)
