"""The actor of a cluster that has the leases of a migration's rate."""

import time
from typing import Any

import ray

from ossum_ray.leases import Leases

_NAMESPACE = "ossum"


class RateActor:
    """`Leases` by calls. It outlives drivers, and is started elsewhere if its node is lost."""

    def __init__(self) -> None:
        anew = ray.get_runtime_context().was_current_actor_reconstructed
        self._leases = Leases(time.monotonic, began_anew=anew)

    def take(self, holder: str, part_of: int) -> bool:
        return self._leases.take(holder, part_of)

    def renew(self, holder: str, part_of: int) -> bool:
        return self._leases.renew(holder, part_of)

    def give_back(self, holder: str) -> None:
        self._leases.give_back(holder)

    def count(self) -> int:
        return self._leases.count()


def actor_of(work: str) -> Any:
    """The actor of the migration in `work`, which is started if there is none."""
    actor: Any = ray.remote(RateActor)
    return actor.options(
        name=f"rate of {work}",
        namespace=_NAMESPACE,
        lifetime="detached",
        get_if_exists=True,
        num_cpus=0,
        max_restarts=-1,
        max_task_retries=-1,
    ).remote()


def dismiss(actor: Any) -> None:
    """Ends the actor, unless somebody still has a lease."""
    if ray.get(actor.count.remote()) == 0:
        ray.kill(actor)
