"""How many requests are under way at a time where nobody says so: about as good as the best number.

A gibibyte over a line on which each connection is slow, and to a service that refuses what is more
than eight requests at a time. All of it is a question of time, of which a busy machine makes what it
likes: it is shown, and judged only where that is asked for.
"""

import command
from server import BUCKET, Server
from workspace import make_file

SIZE = 1 << 30

_LINE = ("--latency", "30ms", "--bandwidth", "12M")
_ADMITTED = 8
_FIXED = (32, 48, 64)

_MOST_TIME = 1 / 0.9
# One where times are only shown.
_ROUNDS = {True: 5, False: 1}
_WORKERS = 16
# Small ones: where all take a whole number of rounds, one part more would cost a round.
_PART_SIZE = ("--part-size", "2M")
_SLOW_CONNECTION = "[[rule]]\nnth = 5\nthen = { slow_connection = 50_000 }\n"
_MOST_TIME_SLOW = 1.1
_MOST_TIME_REFUSED = 1.1
_MOST_REFUSED_PERCENT = 5.0


def examine(table, ossum, _server, directory, judging_time):
    judge = table.at_most if judging_time else table.note
    make_file(directory / "source", SIZE)
    with Server(ossum, _place(directory, "line"), *_LINE) as server:
        _run(ossum, server, directory, _FIXED[-1])  # The first to come pays for the server's memory.
        rounds = _ROUNDS[judging_time]
        times = _quickest(rounds, ossum, server, directory)
        for way in ("upload", "download"):
            best = min(_FIXED, key=lambda fixed: times[fixed][way]["elapsed_ms"])
            what = f"slow connections, {way}, quickest of {rounds}"
            _compare(judge, what, times, way, best, _MOST_TIME)
        _slow_connection(judge, ossum, server, directory)
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
            judge(row, more, _MOST_REFUSED_PERCENT)


def _quickest(rounds, ossum, server, directory):
    """The quickest of each number, in turn: the server needs most of two cores for an upload at that
    rate, and what else they do is longer. Each round begins with another one: every second upload that
    replaces a gibibyte can take the server half as long again, whoever it comes from."""
    numbers = ("auto", *_FIXED)
    runs = []
    for first in range(rounds):
        order = [numbers[(first + n) % len(numbers)] for n in range(len(numbers))]
        runs.append({n: _run(ossum, server, directory, n) for n in order})

    def quickest(n, way):
        return min((run[n][way] for run in runs), key=lambda done: done["elapsed_ms"])

    return {n: {way: quickest(n, way) for way in ("upload", "download")} for n in runs[0]}


def _compare(judge, what, times, way, best, most):
    ratio = times["auto"][way]["elapsed_ms"] / times[best][way]["elapsed_ms"]
    judge(f"{what}: time of auto to that of {best}", ratio, most)


def _slow_connection(judge, ossum, server, directory):
    """One bad connection of sixteen, on which a part takes minutes."""
    clean = _run(ossum, server, directory, _WORKERS, *_PART_SIZE)
    for way in ("upload", "download"):
        server.obey(_SLOW_CONNECTION)
        done = _run_one(ossum, server, directory, way, _WORKERS, *_PART_SIZE)
        server.obey_none()
        what = f"one slow connection of {_WORKERS}, {way}"
        ratio = done["elapsed_ms"] / clean[way]["elapsed_ms"]
        judge(f"{what}: time to that without", ratio, _MOST_TIME_SLOW)
        judge(f"{what}: requests begun anew", done["retries"], 2)
        (directory / "target").unlink(missing_ok=True)


def _refused_percent(done):
    return 100 * done["retries"] / done["requests"]


def _place(directory, name):
    """Where a server of its own keeps its log."""
    place = directory / name
    place.mkdir()
    return place


def _run(ossum, server, directory, concurrency, *options):
    """The last lines of an upload and of a download."""
    ways = ("upload", "download")
    done = {way: _run_one(ossum, server, directory, way, concurrency, *options) for way in ways}
    (directory / "target").unlink()
    return done


def _run_one(ossum, server, directory, way, concurrency, *options):
    """The last line of one of them."""
    file, url = directory / "source", f"oss://{BUCKET}/object"
    places = (file, url) if way == "upload" else (url, directory / "target")
    words = ("--quiet", "cp", *places, "--concurrency", str(concurrency), *options)
    with command.start(ossum, server, directory, *words) as program:
        return command.last_line(command.finish(program))
