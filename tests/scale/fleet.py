"""A migration by three workers that are killed at random, between servers that fail now and then: whole, and not dear."""

import hashlib
import queue
import random
import threading
import time
from urllib.parse import quote

import command
import s3
from server import BUCKET, Server
from table import MIB

# Cut short in CI; the whole of it is for --long.
_FEW = {
    **{"objects": 2_000, "in a shard": 100, "large": (64 * MIB,)},
    "from S3": {"objects": 300, "in a shard": 50, "large": (40 * MIB,)},
}
_MANY = {
    **{"objects": 20_000, "in a shard": 500, "large": (64 * MIB,) * 4},
    "from S3": {"objects": 20_000, "in a shard": 500, "large": (64 * MIB,)},
}
_SPLIT = "16M"

_WORKERS = 3
# So many processes of a hundred are killed, at any moment of the time that one usually takes.
_DOOMED = 0.15
_FAULTS = 0.02
_CPU_RATIO = 1.3
_MOST_ATTEMPTS = 60
_RUN_SECONDS = 900

_FROM = "from/"
_TO = "to/"

# What is awkward for somebody: in a path, a query, XML, a listing's order, a file system.
_AWKWARD = [
    *("a//b", "a//", "//a", "dir/", "dir/.", "dir/..", "a b", "a+b", "a%2Fb", "a?b#c", "a&b=c"),
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
def examine(table, ossum, server, directory, target, whole):
    size = _MANY if whole else _FEW
    _examine_from(table, ossum, directory, _FromOss(ossum), size, whole)
    if python := s3.python_with_moto(target):
        _examine_from(table, ossum, directory, _FromS3(python), size["from S3"], whole)
    else:
        table.skip("migration from S3", "moto cannot be had from PyPI")


def _examine_from(table, ossum, directory, source, size, whole):
    directory = _made(directory / source.name)
    with (
        source.serve(_made(directory / "old")) as old,
        Server(ossum, _made(directory / "new")) as new,
        Server(ossum, _made(directory / "other")) as other,
    ):
        objects = _put_objects(old, source, size)
        migration = _Migration(table, ossum, source, old, size)
        disturbed = migration.disturbed(new, directory)
        migration.judge(new, directory, objects)
        undisturbed = migration.undisturbed(other, _made(directory / "undisturbed"))
        what = f"{source.name}, {len(objects):,} objects: CPU, disturbed to undisturbed"
        # What a process costs to start weighs more, the less it has to do.
        judge = table.at_most if whole else table.note
        judge(what, round(disturbed / undisturbed, 2), _CPU_RATIO)


class _FromOss:
    """Objects at another endpoint, which fails as often as the destination does."""

    name = "migration from OSS"
    url = f"oss://{BUCKET}/{_FROM}"
    cannot_have = ()

    def __init__(self, ossum):
        self._ossum = ossum

    def serve(self, directory):
        return Server(self._ossum, directory)

    def disturb(self, old):
        old.obey(_rules(1))

    def leave_alone(self, old):
        old.obey_none()


class _FromS3:
    """Objects of S3, as moto has it, which does not fail."""

    name = "migration from S3"
    url = f"s3://{s3.BUCKET}/{_FROM}"
    # Such paths are not signed as they are sent, or moto does not know them.
    cannot_have = ("dir/.", "dir/..", "a\nb")

    def __init__(self, python):
        self._python = python

    def serve(self, directory):
        return s3.S3(self._python, directory)

    def disturb(self, old):
        pass

    def leave_alone(self, old):
        pass


def _made(path):
    path.mkdir()
    return path


def _rules(seed):
    return _RULES.format(each=_FAULTS / 4, twice=_FAULTS / 2, seed=seed, next=seed + 2)


def _put_objects(old, source, size):
    """Puts what is migrated; returns the SHA-256 of each by its key below the prefix."""
    dice = random.Random(size["objects"])
    keys = [key for key in _AWKWARD if key not in source.cannot_have]
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


def _work(directory):
    return str(directory / "work")


class _Migration:
    """The same migration, to one destination or another."""

    def __init__(self, table, ossum, source, old, size):
        self._table = table
        self._ossum = ossum
        self._source = source
        self._old = old
        self._size = size

    def undisturbed(self, server, directory):
        """The CPU seconds of one process that nothing happens to."""
        self._plan(server, directory)
        words = ["--quiet", "migrate", "run", "--work", _work(directory), "--finish"]
        with command.start(self._ossum, server, directory, *words) as program:
            return command.finish(program, _RUN_SECONDS).cpu_seconds

    def disturbed(self, server, directory):
        """The CPU seconds of all processes that it took, those that were killed among them."""
        shards = self._plan(server, directory)
        server.obey(_rules(0))
        self._source.disturb(self._old)
        fleet = _Fleet(self._ossum, server, directory, shards)
        fleet.work()
        server.obey_none()
        self._source.leave_alone(self._old)
        what = f"{self._source.name} by {_WORKERS} workers"
        if not fleet.killed:
            raise AssertionError(f"{what}: none was killed")
        what = f"{what}: shards done, {fleet.killed} kills"
        self._table.exactly(what, fleet.done, shards)
        return fleet.cpu_seconds

    def judge(self, server, directory, objects):
        """Finds that all is there, and nothing is left."""
        words = ["migrate", "audit", "--work", _work(directory)]
        with command.start(self._ossum, server, directory, *words) as program:
            ended = program.wait(_RUN_SECONDS)
        if ended.code != 0:
            raise AssertionError(f"audit: {ended.stdout[-3000:]}{ended.stderr[-2000:]}")
        name, findings = self._source.name, command.last_line(ended)["findings"]
        self._table.exactly(f"{name}: findings of the audit", findings, 0)
        self._table.exactly(f"{name}: uploads left open", server.open_uploads(), 0)
        wrong = [
            key
            for key, digest in objects.items()
            if server.sha256(quote(f"{_TO}{key}")) != digest
        ]
        self._table.exactly(f"{name}: objects with other bytes", len(wrong), 0)

    def _plan(self, server, directory):
        words = ["migrate", "plan", self._source.url, f"oss://{BUCKET}/{_TO}"]
        words += ["--work", _work(directory), "--source-endpoint", self._old.endpoint]
        words += ["--shard-objects", str(self._size["in a shard"])]
        words += ["--split", _SPLIT, "--part-size", "1M"]
        with command.start(self._ossum, server, directory, *words) as program:
            planned = command.last_line(command.finish(program, _RUN_SECONDS))
        return planned["shards"]


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
