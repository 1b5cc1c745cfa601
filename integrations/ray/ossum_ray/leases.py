"""Shares of the rate that a fleet may have together.

A worker moves as fast as its share allows, and may only run while it has a lease on it. So however many drivers there
are, and whatever a driver that was lost has left running, all together keep to the rate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

# A lease that nobody has renewed for so long is over. Who cannot renew it has stopped by then: after the time between
# renewals, the time in which the actor has to answer, and the time that the worker has to end.
LEASE_SECONDS = 30.0
RENEW_SECONDS = 5.0


@dataclass
class _Lease:
    share: Fraction
    ends: float


class Leases:
    """Who has which share. All shares together are never more than the whole.

    `began_anew` says that others may have leases of which this knows nothing. Then it lets them renew theirs, and gives
    none before all that were not renewed are over.
    """

    def __init__(self, clock: Callable[[], float], began_anew: bool) -> None:
        self._clock = clock
        self._leases: dict[str, _Lease] = {}
        now = clock()
        self._gives_from = now + LEASE_SECONDS if began_anew else now

    def take(self, holder: str, part_of: int) -> bool:
        """Gives one of `part_of` shares, if so much is left."""
        now = self._clock()
        if now < self._gives_from:
            return False
        self._forget_what_is_over(now)
        share = Fraction(1, part_of)
        if self._given() + share > 1:
            return False
        self._leases[holder] = _Lease(share, now + LEASE_SECONDS)
        return True

    def renew(self, holder: str, part_of: int) -> bool:
        """Makes a lease last longer; false if it is over."""
        now = self._clock()
        self._forget_what_is_over(now)
        if holder not in self._leases:
            if now >= self._gives_from:
                return False
            self._leases[holder] = _Lease(Fraction(1, part_of), 0)
        self._leases[holder].ends = now + LEASE_SECONDS
        return True

    def give_back(self, holder: str) -> None:
        """Ends a lease; there need not be one."""
        self._leases.pop(holder, None)

    def count(self) -> int:
        """How many there are."""
        self._forget_what_is_over(self._clock())
        return len(self._leases)

    def _given(self) -> Fraction:
        return sum((lease.share for lease in self._leases.values()), Fraction())

    def _forget_what_is_over(self, now: float) -> None:
        self._leases = {holder: lease for holder, lease in self._leases.items() if lease.ends > now}
