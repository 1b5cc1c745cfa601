"""Which shard is begun next: the order of the plan, and for those that failed, later.

Pure: no cluster, and no clock but the times that it is told.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field

from ossum_ray.shard import DONE, NEVER, Result

_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 300.0

# run-shard's own codes apart: what was typed makes no sense, and will not make any.
_USAGE = 2


@dataclass
class Schedule:
    """The shards that are to be done, and what became of those that were tried."""

    shards: deque[int]
    # How often a shard is tried again.
    retries: int
    done: int = 0
    rows: int = 0
    attempts: int = 0
    # Why the last attempt at a shard failed, after which it is not tried again.
    failed: dict[int, Result] = field(default_factory=dict)
    _later: list[tuple[float, int]] = field(default_factory=list)
    _tries: dict[int, int] = field(default_factory=dict)

    def next(self, now: float) -> int | None:
        """The shard to begin now."""
        if self._later and self._later[0][0] <= now:
            number = heapq.heappop(self._later)[1]
        elif self.shards:
            number = self.shards.popleft()
        else:
            return None
        self.attempts += 1
        self._tries[number] = self._tries.get(number, 0) + 1
        return number

    def ended(self, number: int, result: Result, now: float) -> bool:
        """Notes how an attempt ended; true if the shard is tried again."""
        self.rows += result.rows
        if result.code == DONE:
            self.done += 1
            return False
        tries = self._tries[number]
        if result.code in (NEVER, _USAGE) or tries > self.retries:
            self.failed[number] = result
            return False
        wait = min(_FIRST_WAIT_SECONDS * 2 ** min(tries - 1, 16), _LONGEST_WAIT_SECONDS)
        heapq.heappush(self._later, (now + wait, number))
        return True

    @property
    def waiting(self) -> int:
        """How many shards wait until they are tried again."""
        return len(self._later)

    def seconds_to_next(self, now: float) -> float | None:
        """How long it is until a shard can be begun; `None` if none is left to begin."""
        if self.shards:
            return 0.0
        return max(0.0, self._later[0][0] - now) if self._later else None
