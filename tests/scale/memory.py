"""Peak memory does not depend on how much is moved: 2 GiB, with the checkpoint that is usual."""

from table import MIB
from transfer import CONCURRENCY, DIRECTIONS, DOWN, Transfer
from workspace import free_memory_bytes, make_file

_GIB = 1 << 30

SIZE = 2 * _GIB
PART_SIZE = 8 * MIB
# The file, the object, and what is neither.
NEEDED_BYTES = 6 * _GIB

_PEAK = 32 * MIB


def examine(table, ossum, server, directory):
    free = free_memory_bytes()
    if free < NEEDED_BYTES:
        why = f"{free / _GIB:.1f} GiB of memory free, {NEEDED_BYTES // _GIB} needed"
        table.skip("2 GiB, up and down: peak RSS", why)
        return
    digest = make_file(directory / "source", SIZE)
    for direction in DIRECTIONS:
        if direction is DOWN:
            (directory / "source").unlink()
        transfer = Transfer(ossum, server, directory, direction, SIZE, PART_SIZE)
        ended, _ = transfer.run()
        what = f"{direction.name} of 2 GiB, 8 MiB x {CONCURRENCY}"
        table.at_most(f"{what}: peak RSS", ended.peak_bytes, _PEAK, "MiB")
        table.exactly(f"{what}: SHA-256", transfer.result_sha256()[:8], digest[:8])
