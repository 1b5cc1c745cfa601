"""Killed at any point and run again, a transfer ends right, moves little twice, leaves nothing."""

from table import MIB
from transfer import CONCURRENCY, DIRECTIONS, DOWN, UNTOUCHED, UP, Transfer
from workspace import make_file

SIZE = 64 * MIB
PART_SIZE = MIB
PARTS = SIZE // PART_SIZE

_SOME = [0, 1, 2, 3, 4, 5, 7, 10, 13, 17, 21, 26, 31, 36, 41, 46, 51, 56, 60, 61, 62, 63]


def examine(table, ossum, server, directory, every_point):
    digest = make_file(directory / "source", SIZE)
    transfers = {
        direction: Transfer(ossum, server, directory, direction, SIZE, PART_SIZE)
        for direction in DIRECTIONS
    }
    # What is downloaded is what was uploaded last.
    for direction in (UP, DOWN):
        _sweep(table, transfers[direction], list(_kills(direction, every_point)), digest)


def _kills(direction, every_point):
    """How many parts are answered when it is killed, and where those under way are held."""
    ways = (UNTOUCHED, direction.half_done)
    for index, answered in enumerate(range(PARTS) if every_point else _SOME):
        yield from ((answered, how) for how in (ways if every_point else [ways[index % 2]]))
    if direction is UP:
        yield from ((PARTS, how) for how in ways)


def _sweep(table, transfer, kills, digest):
    right, files, beyond = 0, [], []
    for answered, how in kills:
        transfer.forget_result()
        try:
            moved = _moved_again(transfer, answered, how)
        except (AssertionError, TimeoutError) as error:
            at = f"killed with {answered} of {PARTS} parts answered, then {how}"
            raise AssertionError(f"{at}: {error}") from error
        right += transfer.result_sha256() == digest
        beyond.append(moved - (SIZE - answered * PART_SIZE))
        files += transfer.leftovers()
    what = f"{transfer.direction.name} killed at {len(kills)} points"
    table.exactly(f"{what}: second runs with the right SHA-256", right, len(kills))
    most = CONCURRENCY * PART_SIZE
    table.at_most(f"{what}: most bytes beyond those missing", max(beyond), most, "MiB")
    table.exactly(f"{what}: files left {' '.join(sorted(set(files)))}".rstrip(), len(files), 0)
    if transfer.direction is UP:
        table.exactly(f"{what}: uploads left open", transfer.server.open_uploads(), 0)


def _moved_again(transfer, answered, how):
    """Kills it and runs it again; how many bytes that moves."""
    if answered == PARTS:
        transfer.kill_at_completion(how)
    else:
        transfer.kill_after(answered, how)
    _, done = transfer.run()
    asked = transfer.server.requests(transfer.direction.operation)
    # What the server was asked for, and what the program tells: the larger of both counts.
    return max(asked * PART_SIZE, done["bytes_sent"])
