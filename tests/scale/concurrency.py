"""How many requests are under way at a time where nobody says so: about as good as the best number.

A gibibyte over a line on which each connection is slow, and to a service that refuses what is more
than eight requests at a time. Refusals are counted; time, which a busy machine makes of it what it
likes, is judged only where that is asked for.
"""

import command
from server import BUCKET, Server
from workspace import make_file

SIZE = 1 << 30

_LINE = ("--latency", "30ms", "--bandwidth", "12M")
_ADMITTED = 8
_FIXED = (32, 48, 64)

_MOST_TIME = 1 / 0.9
_MOST_TIME_REFUSED = 1.1
_MOST_REFUSED_PERCENT = 5.0


def examine(table, ossum, _server, directory, judging_time):
    judge = table.at_most if judging_time else table.note
    make_file(directory / "source", SIZE)
    with Server(ossum, _place(directory, "line"), *_LINE) as server:
        times = {n: _run(ossum, server, directory, n) for n in ("auto", *_FIXED)}
        for way in ("upload", "download"):
            best = min(_FIXED, key=lambda fixed: times[fixed][way]["elapsed_ms"])
            _compare(judge, f"slow connections, {way}", times, way, best, _MOST_TIME)
    crowd = (*_LINE, "--requests-in-flight", str(_ADMITTED))
    with Server(ossum, _place(directory, "crowd"), *crowd) as server:
        times = {n: _run(ossum, server, directory, n) for n in ("auto", _ADMITTED)}
        for way in ("upload", "download"):
            what = f"{_ADMITTED} requests admitted, {way}"
            _compare(judge, what, times, way, _ADMITTED, _MOST_TIME_REFUSED)
            # A server that is slow to see that a request has ended refuses the next one of eight, too.
            refused = _refused_percent(times["auto"][way])
            more = refused - _refused_percent(times[_ADMITTED][way])
            row = f"{what}: refused more than of {_ADMITTED}, percent"
            table.at_most(row, more, _MOST_REFUSED_PERCENT)


def _compare(judge, what, times, way, best, most):
    ratio = times["auto"][way]["elapsed_ms"] / times[best][way]["elapsed_ms"]
    judge(f"{what}: time of auto to that of {best}", ratio, most)


def _refused_percent(done):
    return 100 * done["retries"] / done["requests"]


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
