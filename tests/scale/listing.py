"""What lists a million keys takes no more memory than what lists ten thousand.

A run that is gone on with holds 16 bytes for each item that it has copied, and nothing else.
"""

import secrets

import command
from keys import PREFIX, Keys
from program import wait_until
from server import BUCKET
from table import MIB

FEW = 10_000
MANY = 1_000_000

_GROWTH = 2 * MIB
_RECORDED_BYTES = 16

_URL = f"oss://{BUCKET}/{PREFIX}"
_OTHER_URL = f"oss://{BUCKET}-2/{PREFIX}"
_COMMANDS = {
    "ls -r": ["ls", "-r", _URL],
    "du": ["du", _URL],
    "rm -r --dry-run": ["rm", "-r", "--dry-run", _URL],
    "cp -r --dry-run, down": ["cp", "-r", "--dry-run", _URL, "target"],
    "cp -r --dry-run, across": [
        *("cp", "-r", "--dry-run", "--if-exists", "skip"),
        *(_URL, _OTHER_URL),
    ],
}


# Cases: 114.
def examine(table, ossum, server, directory):
    for name, words in _COMMANDS.items():
        few, many = (_peak_bytes(ossum, directory, words, count) for count in (FEW, MANY))
        _judge(table, name, few, many, _GROWTH)
    _examine_record(table, ossum, directory, server)


def _judge(table, name, few, many, growth):
    what = f"{name}: peak RSS, {MANY:,} more than {FEW:,} ({few / MIB:.1f} MiB)"
    table.at_most(what, many - few, growth, "MiB")


def _peak_bytes(ossum, directory, words, count):
    """What it takes at its peak; it has to have seen every key."""
    output = directory / "output"
    with Keys(count) as keys:
        ended = command.run(ossum, keys, directory, *words, stdout=output)
    lines = output.read_bytes().count(b"\n")
    output.unlink()
    listed = keys.pages * 1000 >= count
    told = lines >= (count if words[0] != "du" else count // 5000)
    if not (listed and told):
        raise AssertionError(f"{words[0]} of {count} keys: {keys.pages} pages, {lines} lines")
    return ended.peak_bytes


def _examine_record(table, ossum, directory, server):
    """A run with a record of so many items that it has copied."""
    words = ["cp", "-r", "source", _URL]
    (directory / "source").mkdir()
    for name in ("copied", "held"):
        (directory / "source" / name).write_text(name)
    server.obey('[[rule]]\noperation = "PutObject"\nfrom = 2\nthen = { delay = "1h" }\n')
    with command.start(ossum, server, directory, *words) as program:
        wait_until(lambda: server.requests("PutObject") >= 2, program, "2 requests")
        program.kill()
    server.obey_none()
    [record] = directory.rglob("done")
    few, many = (
        _peak_with(record, count, lambda: command.run(ossum, server, directory, *words, "-n"))
        for count in (FEW, MANY)
    )
    _judge(table, "cp -r, gone on with", few, many, MANY * _RECORDED_BYTES + _GROWTH)


def _peak_with(record, lines, run):
    marks = (secrets.token_hex(_RECORDED_BYTES) for _ in range(lines))
    record.write_text("".join(f"{mark} 4096\n" for mark in marks))
    ended = run()
    if not command.last_line(ended)["resumed"]:
        raise AssertionError(f"{ended.stdout}: nothing of the record was read")
    return ended.peak_bytes
