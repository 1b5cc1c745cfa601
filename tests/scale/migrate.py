"""A migration of a million objects: little memory, and hardly longer to plan than to list.

Nothing is moved: what is measured is planning, and the audit and the status of a migration that is done, whose
ledgers are written here as workers would write them.
"""

import csv
import gzip
import json
import shutil
import time

import command
from keys import ETAG, PREFIX, SIZE, Keys
from server import BUCKET
from table import MIB

MANY = 1_000_000

_PEAK = 256 * MIB
_TIMES_THE_LISTING = 1.2
# Once where the time is only shown.
_ROUNDS = {True: 3, False: 1}
_RUN_SECONDS = 600
_CHUNK = 1000

_URL = f"oss://{BUCKET}/{PREFIX}"


# Cases: 114.
def examine(table, ossum, server, directory, judging_time):
    del server  # The keys have one of their own.
    rounds = _ROUNDS[judging_time]
    work = directory / "work"
    with Keys(MANY) as source, Keys(MANY) as there:
        listing = min(_seconds(ossum, source, directory, "du", _URL)[0] for _ in range(rounds))
        seconds, peak = _plan(rounds, ossum, source, there, work, directory)
        table.at_most(f"migrate plan, {MANY:,} objects: peak RSS", peak, _PEAK, "MiB")
        what = f"migrate plan, {MANY:,} objects: time, of that of du ({listing:.1f} s)"
        judge = table.at_most if judging_time else table.note
        judge(what, seconds / listing, _TIMES_THE_LISTING)
        _write_ledgers(work)
        words = ("migrate", "status", "--work", work)
        ended, seconds = _timed(ossum, there, directory, *words)
        _expect(ended, "rows_done", MANY)
        what = f"migrate status, {MANY:,} objects done in {seconds:.1f} s: peak RSS"
        table.at_most(what, ended.peak_bytes, _PEAK, "MiB")
        ended, seconds = _timed(ossum, there, directory, "migrate", "audit", "--work", work)
        _expect(ended, "sound", MANY)
        what = f"migrate audit, {MANY:,} objects in {seconds:.1f} s: peak RSS"
        table.at_most(what, ended.peak_bytes, _PEAK, "MiB")


def _plan(rounds, ossum, source, there, work, directory):
    """The shortest time of a few, in seconds, and the highest peak."""
    all_seconds, peaks = [], []
    for _ in range(rounds):
        shutil.rmtree(work, ignore_errors=True)
        words = ["plan", _URL, _URL, "--source-endpoint", source.endpoint, "--work", work]
        ended, seconds = _timed(ossum, there, directory, "migrate", *words)
        _expect(ended, "objects", MANY)
        all_seconds.append(seconds)
        peaks.append(ended.peak_bytes)
    return min(all_seconds), max(peaks)


def _seconds(ossum, keys, directory, *words):
    ended, seconds = _timed(ossum, keys, directory, *words)
    return seconds, ended.peak_bytes


def _timed(ossum, keys, directory, *words):
    began = time.monotonic()
    with command.start(ossum, keys, directory, "--quiet", *words) as program:
        ended = command.finish(program, _RUN_SECONDS)
    return ended, time.monotonic() - began


def _expect(ended, member, count):
    found = command.last_line(ended)[member]
    if found != count:
        raise AssertionError(f"{member} is {found}, and not {count}: {ended.stdout[-2000:]}")


def _write_ledgers(work):
    """What workers leave that have done all of it."""
    (work / "done").mkdir()
    for shard in sorted((work / "shards").iterdir()):
        number = shard.name.partition(".")[0]
        ledger = work / "ledger" / number
        ledger.mkdir(parents=True)
        with gzip.open(shard, "rt", newline="", encoding="utf-8") as file:
            lines = [_line(row) for row in csv.DictReader(file)]
        for at in range(0, len(lines), _CHUNK):
            chunk = ledger / f"20261127T200036Z-00000001-{at // _CHUNK:06}.jsonl"
            chunk.write_text("".join(lines[at : at + _CHUNK]))
        done = {"rows": len(lines), "bytes": len(lines) * SIZE, "failed": 0, **_ATTEMPT}
        (work / "done" / f"{number}.json").write_text(json.dumps(done))


_ATTEMPT = {"attempt": "20261127T200036Z-00000001", "time": "2026-11-27T20:00:36Z"}


def _line(row):
    line = {
        "row": int(row["row"]),
        "key": row["key"],
        "size": SIZE,
        "outcome": "done",
        "source_etag": row["etag"],
        "destination_etag": ETAG,
        "crc64": "1",
        "worker": "scale",
        "bytes_moved": SIZE,
        "elapsed_ms": 5,
        **_ATTEMPT,
    }
    return json.dumps(line) + "\n"
