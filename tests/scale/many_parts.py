"""10,000 parts: how large the checkpoint becomes, what is asked for again, what memory it takes.

The same file is moved in 10,000 parts and in 10, each time killed half-way and run again.
"""

from dataclasses import dataclass

from program import wait_until
from table import MIB
from transfer import CONCURRENCY, DIRECTIONS, DOWN, UP, Transfer
from workspace import make_file

SIZE = 1_024_000_000
MANY = 10_000
FEW = 10

_CHECKPOINT_BYTES = 1_500_000
_MEMORY_GROWTH = 8 * MIB
# What is asked about the object and at the end, however many parts there are.
_OTHER_REQUESTS = 2

# Long enough to look at the checkpoint while its transfer waits for the last answer.
_HELD = 'delay = "4s"'


@dataclass(frozen=True)
class Measured:
    """What it cost to move the file, with a kill in the middle."""

    checkpoint_bytes: int
    requests: int
    requests_needed: int
    peak_bytes: int


# Cases: 113.
def examine(table, ossum, server, directory):
    digest = make_file(directory / "source", SIZE)
    for direction in DIRECTIONS:
        if direction is DOWN:
            (directory / "source").unlink()
        in_few, in_many = (
            Transfer(ossum, server, directory, direction, SIZE, SIZE // parts)
            for parts in (FEW, MANY)
        )
        few = _kill_and_resume(in_few)
        in_few.forget_result()
        many = _kill_and_resume(in_many)
        what = f"{direction.name} in {MANY:,} parts"
        _judge(table, what, few, many)
        table.exactly(f"{what}: SHA-256", in_many.result_sha256()[:8], digest[:8])


def _judge(table, what, few, many):
    table.at_most(f"{what}: checkpoint, bytes", many.checkpoint_bytes, _CHECKPOINT_BYTES)
    table.at_most(f"{what}: requests of the second run", many.requests, many.requests_needed)
    growth = many.peak_bytes - few.peak_bytes
    more = f"{what}: peak RSS more than in {FEW} ({few.peak_bytes / MIB:.1f} MiB)"
    table.at_most(more, growth, _MEMORY_GROWTH, "MiB")


def _kill_and_resume(transfer):
    answered = transfer.parts // 2
    missing = transfer.parts - answered
    killed = transfer.kill_after(answered)
    _hold_last_request(transfer, missing)
    with transfer.start() as program:
        checkpoint_bytes = _size_at_the_end(transfer, program, missing)
        ended, done = transfer.finish(program)
    listings = transfer.server.requests("ListParts")
    transfer.server.obey_none()
    return Measured(
        checkpoint_bytes=checkpoint_bytes,
        requests=done["requests"],
        requests_needed=missing + listings + CONCURRENCY + _OTHER_REQUESTS,
        peak_bytes=max(killed.peak_bytes, ended.peak_bytes),
    )


def _hold_last_request(transfer, missing):
    operation, nth = _last_request(transfer, missing)
    transfer.server.obey(
        f'[[rule]]\noperation = "{operation}"\nnth = {nth}\nthen = {{ {_HELD} }}\n'
    )


def _last_request(transfer, missing):
    """Which request is the last of a transfer: the completion of an upload, a part otherwise."""
    if transfer.direction is UP:
        return "CompleteMultipartUpload", 1
    return transfer.direction.operation, missing


def _size_at_the_end(transfer, program, missing):
    """How large the checkpoint is with all parts in it; it is only appended to until it goes."""
    operation, nth = _last_request(transfer, missing)
    wait_until(
        lambda: transfer.server.requests(operation) >= nth,
        program,
        f"{nth} requests for {operation}",
    )
    lines = transfer.checkpoint.read_bytes().splitlines(keepends=True)
    parts = [line for line in lines if line.startswith(b'{"part":')]
    # A download's last parts are not there yet: as long as the longest, at most.
    absent = transfer.parts - len({line.split(b",")[0] for line in parts})
    if absent > 2 * CONCURRENCY:
        raise AssertionError(f"{absent} of {transfer.parts} parts are not in the checkpoint")
    return sum(map(len, lines)) + absent * max(map(len, parts), default=0)
