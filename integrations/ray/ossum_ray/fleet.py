"""The driver: hands shards to Ray, a bounded number at a time, until none is left that may still be done."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ray

from ossum_ray import attempt as attempts
from ossum_ray import leases, rate, shard
from ossum_ray.schedule import Schedule
from ossum_ray.shard import TRY_AGAIN, Result

_PROGRESS_SECONDS = 10.0


@dataclass(frozen=True)
class Fleet:
    """How shards are carried out."""

    work: str
    # As it is called on the nodes.
    ossum: str
    workers: int
    retries: int
    num_cpus: float
    resources: dict[str, float] = field(default_factory=dict)
    # Of all workers together, as run-shard takes them.
    limit: str | None = None
    requests_per_second: int | None = None
    # More options for run-shard.
    options: tuple[str, ...] = ()

    @property
    def is_bounded(self) -> bool:
        """Whether there is a rate to keep to."""
        return self.limit is not None or self.requests_per_second is not None

    def command(self, number: int) -> list[str]:
        """The run-shard of one shard."""
        words = [self.ossum, "migrate", "run-shard", f"{self.work}#{number}", "--json", "-q"]
        if self.limit is not None:
            words += ["--limit", self.limit]
        if self.requests_per_second is not None:
            words += ["--requests-per-second", str(self.requests_per_second)]
        if self.is_bounded:
            words += ["--workers", str(self.workers)]
        return [*words, *self.options]


def hand_over() -> None:
    """Has nodes get this package's code with each task, so that they need not have it installed."""
    by_value: Any = ray.cloudpickle.register_pickle_by_value
    for module in (attempts, leases, rate, shard):
        by_value(module)


def run(fleet: Fleet, shards: list[int], tell: Callable[[str], None]) -> Schedule:
    """Carries out `shards` on the cluster to which this process is connected."""
    plan = Schedule(deque(shards), fleet.retries)
    actor = rate.actor_of(fleet.work) if fleet.is_bounded else None
    remote: Any = ray.remote(attempts.attempt)
    # Whatever fails is tried again from here, so that there is one count.
    task = remote.options(num_cpus=fleet.num_cpus, resources=fleet.resources, max_retries=0)
    running: dict[Any, int] = {}
    told = time.monotonic()
    while True:
        now = time.monotonic()
        while len(running) < fleet.workers and (number := plan.next(now)) is not None:
            reference = task.remote(fleet.command(number), actor, fleet.workers)
            running[reference] = number
        if not running and plan.seconds_to_next(now) is None:
            break
        for reference in _ended(running, plan.seconds_to_next(now), len(running) < fleet.workers):
            number = running.pop(reference)
            result = _result(reference)
            again = plan.ended(number, result, time.monotonic())
            if result.code != shard.DONE:
                what = "tried again later" if again else f"failed with {result.code}"
                tell(f"shard {number}: {result.message}; {what}")
        if time.monotonic() - told >= _PROGRESS_SECONDS:
            told = time.monotonic()
            tell(_progress(plan, len(shards), len(running)))
    if actor is not None:
        rate.dismiss(actor)
    return plan


def _ended(running: dict[Any, int], next_seconds: float | None, has_room: bool) -> list[Any]:
    """Waits until an attempt has ended, or there is something else to do."""
    timeout = _PROGRESS_SECONDS
    if has_room and next_seconds is not None:
        timeout = min(timeout, next_seconds)
    if not running:
        time.sleep(timeout)
        return []
    ended, _ = ray.wait(list(running), num_returns=1, timeout=timeout)
    return list(ended)


def _result(reference: Any) -> Result:
    try:
        result = ray.get(reference)
    except ray.exceptions.RayError as error:
        # The node, the process or the memory of it is gone, and the ledger has what was done until then.
        lines = str(error).strip().splitlines() or [type(error).__name__]
        # Behind the first sentence comes advice.
        return Result(TRY_AGAIN, message=f"lost: {lines[0].split('. ')[0]}")
    # Its class came by value, and is another than this one.
    return Result(result.code, result.rows, result.message)


def _progress(plan: Schedule, shards: int, running: int) -> str:
    words = f"{plan.done} of {shards} shards done, {running} under way"
    if plan.waiting:
        words += f", {plan.waiting} to be tried again"
    if plan.failed:
        words += f", {len(plan.failed)} failed"
    return f"{words}; {plan.rows} rows moved"
