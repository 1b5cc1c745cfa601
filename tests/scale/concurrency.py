"""How many requests are under way at a time where nobody says so: about as good as the best number.

A gibibyte over a line on which each connection is slow, and to a service that refuses what is more
than eight requests at a time. The bounds on time leave room for what else a machine does; that on
refusals is a count.
"""

import command
from server import BUCKET, Server
from workspace import make_file

SIZE = 1 << 30

_LINE = ("--latency", "30ms", "--bandwidth", "12M")
_ADMITTED = 8
_FIXED = (32, 48, 64)

_MOST_TIME = 1.25
_MOST_TIME_REFUSED = 1.15
_MOST_REFUSED_PERCENT = 5.0


def examine(table, ossum, _server, directory):
    make_file(directory / "source", SIZE)
    with Server(ossum, _place(directory, "line"), *_LINE) as server:
        times = {n: _run(ossum, server, directory, n) for n in ("auto", *_FIXED)}
        for way in ("upload", "download"):
            best = min(_FIXED, key=lambda fixed: times[fixed][way]["elapsed_ms"])
            _compare(table, f"slow connections, {way}", times, way, best, _MOST_TIME)
    crowd = (*_LINE, "--requests-in-flight", str(_ADMITTED))
    with Server(ossum, _place(directory, "crowd"), *crowd) as server:
        times = {n: _run(ossum, server, directory, n) for n in ("auto", _ADMITTED)}
        for way in ("upload", "download"):
            what = f"{_ADMITTED} requests admitted, {way}"
            _compare(table, what, times, way, _ADMITTED, _MOST_TIME_REFUSED)
            done = times["auto"][way]
            refused = 100 * done["retries"] / done["requests"]
            table.at_most(f"{what}: refused, percent", refused, _MOST_REFUSED_PERCENT)


def _compare(table, what, times, way, best, most):
    ratio = times["auto"][way]["elapsed_ms"] / times[best][way]["elapsed_ms"]
    table.at_most(f"{what}: time of auto to that of {best}", ratio, most)


def _place(directory, name):
    """Where a server of its own keeps its log."""
    place = directory / name
    place.mkdir()
    return place


def _run(ossum, server, directory, concurrency):
    """The last lines of an upload and of a download."""
    url = f"oss://{BUCKET}/object"
    target = directory / "target"
    done = {}
    for way, places in (("upload", (directory / "source", url)), ("download", (url, target))):
        words = ("--quiet", "cp", *places, "--concurrency", str(concurrency))
        with command.start(ossum, server, directory, *words) as program:
            done[way] = command.last_line(command.finish(program))
    target.unlink()
    return done
