"""A migration by three workers that are killed at random, between servers that fail now and then: whole, and not dear."""

import hashlib
import json
import queue
import random
import threading
import time
from urllib.parse import quote

import command
from server import BUCKET, Server
from table import MIB

# Cut short in CI; the whole of it is for --long.
_FEW = {"objects": 2_000, "in a shard": 100, "large": (64 * MIB,)}
_MANY = {"objects": 20_000, "in a shard": 500, "large": (64 * MIB,) * 4}
_SPLIT = "16M"

_WORKERS = 3
# So many processes of a hundred are killed, at any moment of the time that one usually takes.
_DOOMED = 0.25
_FAULTS = 0.02
_CPU_RATIO = 1.3
_MOST_ATTEMPTS = 60
_RUN_SECONDS = 900

_FROM = "from/"
_TO = "to/"

# What is awkward for somebody: in a path, a query, XML, a listing's order, a file system.
_AWKWARD = [
    *("/", "//", "a//b", "dir/", "dir/.", "dir/..", "a b", "a+b", "a%2Fb", "a?b#c", "a&b=c"),
    *("ünï", "中文/名", "\U0001f600", "a\tb", "a\nb", "<a>&amp;", "'a'", '"a"', "a\\b", "~", "*?[x]"),
    *("x" * 900, "é", "e\u0301", "con", "-rf", "$(a)", "a;b|c", "\u202ea"),
]

# At each server two requests in a hundred: refused, not answered, answered in vain, or cut off.
_RULES = """
[[rule]]
probability = {each}
seed = {seed}
then = {{ reset = "before_answer" }}

[[rule]]
probability = {each}
seed = {next}
then = {{ answer = {{ status = 503, code = "ServiceUnavailable" }} }}

[[rule]]
operation = ["PutObject", "UploadPart", "InitiateMultipartUpload", "CompleteMultipartUpload"]
probability = {twice}
seed = {seed}
then = {{ reset = "after_commit" }}

[[rule]]
operation = "GetObject"
probability = {twice}
seed = {seed}
then = {{ close = {{ after_response_bytes = 700 }} }}
"""


# Cases: 69, 71, 72.
def examine(table, ossum, server, directory, whole):
    size = _MANY if whole else _FEW
    with Server(ossum, _made(directory / "old")) as old:
        objects = _put_objects(old, size)
        disturbed = _disturbed(table, ossum, server, old, directory, size)
        _judge(table, ossum, server, directory, objects)
        with Server(ossum, _made(directory / "other")) as other:
            undisturbed = _undisturbed(ossum, other, old, directory, size)
        what = f"migration of {len(objects):,}: CPU, disturbed to undisturbed"
        ratio = disturbed / undisturbed
        # What a process costs to start weighs more, the less it has to do.
        judge = table.at_most if whole else table.note
        judge(what, round(ratio, 2), _CPU_RATIO)


def _made(path):
    path.mkdir()
    return path


def _put_objects(old, size):
    """Puts what is migrated; returns the SHA-256 of each by its key below the prefix."""
    dice = random.Random(size["objects"])
    keys = [key for key in _AWKWARD if key.strip("/") != ""] + ["a//", "//a"]
    keys += [f"{dice.randrange(40):02}/{number:05}" for number in range(size["objects"] - len(keys))]
    sizes = [_size(dice) for _ in keys]
    sizes[-len(size["large"]) :] = size["large"]
    objects = {}
    for key, length in zip(keys, sizes, strict=True):
        content = dice.randbytes(length)
        objects[key] = hashlib.sha256(content).hexdigest()
        old.put(quote(f"{_FROM}{key}"), content)
    return objects


def _size(dice):
    """Most are small, some have no byte, and one in a hundred goes in parts."""
    kind = dice.random()
    if kind < 0.05:
        return 0
    if kind < 0.99:
        return dice.randrange(1, 16 << 10)
    return dice.randrange(9 * MIB, 12 * MIB) if kind > 0.998 else dice.randrange(1, 2 * MIB)


def _plan(ossum, server, old, directory, size):
    source = f"oss://{BUCKET}/{_FROM}"
    words = ["migrate", "plan", source, f"oss://{BUCKET}/{_TO}", "--work", _work(directory)]
    words += ["--source-endpoint", old.endpoint, "--shard-objects", str(size["in a shard"])]
    words += ["--split", _SPLIT, "--part-size", "1M"]
    with command.start(ossum, server, directory, *words) as program:
        # What no object can be made of is left out, and told.
        ended = program.wait(_RUN_SECONDS)
    planned = command.last_line(ended)
    if planned.get("event") != "migration_planned" or planned["left_out"]:
        raise AssertionError(f"{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return planned["shards"]


def _work(directory):
    return str(directory / "work")


def _undisturbed(ossum, server, old, directory, size):
    """The CPU seconds of one process that nothing happens to."""
    old.obey_none()
    directory = _made(directory / "undisturbed")
    _plan(ossum, server, old, directory, size)
    words = ["migrate", "run", "--work", _work(directory), "--finish"]
    with command.start(ossum, server, directory, "--quiet", *words) as program:
        return command.finish(program, _RUN_SECONDS).cpu_seconds


def _disturbed(table, ossum, server, old, directory, size):
    """The CPU seconds of all processes that it took, those that were killed among them."""
    shards = _plan(ossum, server, old, directory, size)
    for number, one in enumerate((server, old)):
        one.obey(
            _RULES.format(each=_FAULTS / 4, twice=_FAULTS / 2, seed=number, next=number + 2)
        )
    fleet = _Fleet(ossum, server, directory, shards)
    fleet.work()
    server.obey_none()
    old.obey_none()
    what = f"migration by {_WORKERS} workers"
    if not fleet.killed:
        raise AssertionError(f"{what}: none was killed")
    table.exactly(f"{what}: shards of {shards} done, {fleet.killed} kills", fleet.done, shards)
    return fleet.cpu_seconds


class _Fleet:
    """Gives shards to workers until all are done, as an engine does, and kills now and then."""

    def __init__(self, ossum, server, directory, shards):
        self._ossum = ossum
        self._server = server
        self._directory = directory
        self._shards = queue.Queue()
        for shard in range(shards):
            self._shards.put((shard, 1))
        self._dice = random.Random(shards)
        self._lock = threading.Lock()
        self._failures = []
        self.cpu_seconds = 0.0
        self.killed = 0
        self.done = 0
        self._left = shards
        # As long as the last shard took that was carried out undisturbed.
        self._usual_seconds = 1.0

    def work(self):
        threads = [threading.Thread(target=self._worker) for _ in range(_WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._finish()
        if self._failures:
            raise AssertionError("; ".join(self._failures[:3]))

    def _worker(self):
        while self._left and not self._failures:
            try:
                shard, attempt = self._shards.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                code = self._attempt("run-shard", f"{_work(self._directory)}#{shard}")
            except (AssertionError, OSError) as error:
                code = str(error)
            with self._lock:
                if code == 0:
                    self.done += 1
                    self._left -= 1
                elif code in (75, -9) and attempt < _MOST_ATTEMPTS:
                    self._shards.put((shard, attempt + 1))
                else:
                    self._failures.append(f"shard {shard}, attempt {attempt}: {code}")

    def _finish(self):
        for attempt in range(1, _MOST_ATTEMPTS):
            words = ["finish", "--work", _work(self._directory)]
            if self._failures or self._attempt(*words) == 0:
                return
        self._failures.append("it does not finish")

    def _attempt(self, *words):
        """The exit code of one process, which lives as long as the dice say."""
        with self._lock:
            is_doomed = self._dice.random() < _DOOMED
            lifetime = self._dice.uniform(0, self._usual_seconds)
        words = ["--quiet", "migrate", *words]
        began = time.monotonic()
        with command.start(self._ossum, self._server, self._directory, *words) as program:
            if is_doomed:
                time.sleep(lifetime)
                ended = program.kill()
            else:
                ended = program.wait(_RUN_SECONDS)
        with self._lock:
            self.cpu_seconds += ended.cpu_seconds
            self.killed += ended.code == -9
            if ended.code == 0 and "run-shard" in words:
                self._usual_seconds = time.monotonic() - began
            if ended.code not in (0, 75, -9):
                self._failures.append(f"{words}: {ended.stdout[-1500:]}{ended.stderr[-1500:]}")
        return ended.code


def _judge(table, ossum, server, directory, objects):
    words = ["migrate", "audit", "--work", _work(directory)]
    with command.start(ossum, server, directory, *words) as program:
        ended = program.wait(_RUN_SECONDS)
    if ended.code != 0:
        raise AssertionError(f"audit: {ended.stdout[-3000:]}{ended.stderr[-2000:]}")
    audited = json.loads(ended.stdout.splitlines()[-1])
    table.exactly("migration: findings of the audit", audited["findings"], 0)
    table.exactly("migration: uploads left open", server.open_uploads(), 0)
    wrong = [
        key
        for key, digest in objects.items()
        if server.sha256(quote(f"{_TO}{key}")) != digest
    ]
    table.exactly(f"migration: objects of {len(objects):,} with other bytes", len(wrong), 0)
