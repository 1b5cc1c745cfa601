"""Many small files: one request each, and neither memory nor much CPU for how many they are."""

import random

import command
from server import BUCKET
from table import MIB

FEW = 1_000
MANY = 10_000
SIZE = 4096

_GROWTH = 2 * MIB
_CPU_SECONDS = {"up": 3.0, "down": 4.0}
_PAGE = 1000

_URL = f"oss://{BUCKET}/files"


# Cases: 117.
def examine(table, ossum, server, directory):
    for count in (FEW, MANY):
        make_files(directory / f"source-{count}", count)
    for way in ("up", "down"):
        peaks = {}
        for count in (FEW, MANY):
            ended = _copy(ossum, server, directory, way, count)
            peaks[count] = ended.peak_bytes
        _judge_requests(table, server, way)
        what = f"cp -r {way}, {MANY:,} x 4 KiB"
        table.at_most(f"{what}: CPU seconds", ended.cpu_seconds, _CPU_SECONDS[way])
        more = f"{what}: peak RSS more than {FEW:,} ({peaks[FEW] / MIB:.1f} MiB)"
        table.at_most(more, peaks[MANY] - peaks[FEW], _GROWTH, "MiB")
    _judge_content(directory)


def make_files(directory, count, size=SIZE):
    """`count` files of `size` bytes, a hundred in each directory, none like another."""
    generator = random.Random(count)
    for number in range(count):
        path = directory / f"{number // 100:04}" / f"{number:06}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.randbytes(size))


def _copy(ossum, server, directory, way, count):
    server.count_anew()
    places = [f"source-{count}", f"{_URL}-{count}/"]
    if way == "down":
        places = [places[1], f"target-{count}"]
    ended = command.run(ossum, server, directory, "--quiet", "cp", "-r", *places)
    files = command.last_line(ended)["files"]
    if files != count:
        raise AssertionError(f"cp -r {way}: {files} of {count} files")
    return ended


def _judge_requests(table, server, way):
    """The last run's requests: one a file, and those of the listing."""
    moving = {"up": "PutObject", "down": "GetObject"}[way]
    operations = server.stats()["operations"]
    others = {name: counted["requests"] for name, counted in operations.items() if name != moving}
    what = f"cp -r {way}, {MANY:,} x 4 KiB"
    table.exactly(f"{what}: requests for {moving}", server.requests(moving), MANY)
    pages = 0 if way == "up" else MANY // _PAGE
    shown = " ".join(sorted(others))
    table.at_most(f"{what}: other requests {shown}".rstrip(), sum(others.values()), pages)


def _judge_content(directory):
    """What came back is what went away."""
    for path in (directory / f"source-{MANY}").rglob("*.bin"):
        came = directory / f"target-{MANY}" / path.relative_to(directory / f"source-{MANY}")
        if came.read_bytes() != path.read_bytes():
            raise AssertionError(f"{came} is not {path}")
