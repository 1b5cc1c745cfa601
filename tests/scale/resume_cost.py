"""What it costs to go on with a transfer that lacks its last part grows as its parts do, not more.

Compared is the CPU time of the second run, divided by the number of parts.
"""

from transfer import CONCURRENCY, DIRECTIONS, Transfer
from workspace import make_file

PART_SIZE = 100 << 10
FEW = 2_500
MANY = 10_000

_RATIO = 2


# Cases: 113.
def examine(table, ossum, server, directory):
    few = _cpu_seconds(FEW, ossum, server, directory)
    many = _cpu_seconds(MANY, ossum, server, directory)
    for direction in DIRECTIONS:
        ratio = (many[direction] / MANY) / (few[direction] / FEW)
        seconds = f"{many[direction]:.2f} s of {MANY:,} : {few[direction]:.2f} s of {FEW:,}"
        table.at_most(f"{direction.name} but for a part: CPU, {seconds}", ratio, _RATIO)


def _cpu_seconds(parts, ossum, server, directory):
    """The CPU time of the second run, in each direction."""
    size = parts * PART_SIZE
    make_file(directory / "source", size)
    costs = {}
    transfers = [
        Transfer(ossum, server, directory, direction, size, PART_SIZE) for direction in DIRECTIONS
    ]
    for transfer in transfers:
        transfer.kill_after(parts - 1)
        ended, done = transfer.run()
        # Those under way when it was killed may move again.
        if done["parts_reused"] < parts - 1 - CONCURRENCY:
            raise AssertionError(
                f"{transfer.direction.name}: {done['parts_reused']} of {parts - 1} parts reused"
            )
        costs[transfer.direction] = ended.cpu_seconds
    for transfer in transfers:
        transfer.forget_result()
    return costs
