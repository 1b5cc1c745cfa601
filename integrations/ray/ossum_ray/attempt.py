"""What Ray runs on a node: one attempt at one shard."""

import time
import uuid
from typing import Any

import ray

from ossum_ray import shard
from ossum_ray.leases import RENEW_SECONDS

# Asked in vain, the child is told to end, and does so before the lease is over.
_ANSWER_SECONDS = 10.0


def attempt(command: list[str], rate: Any | None, workers: int) -> shard.Result:
    """Carries out a shard, with a share of the rate if there is one to keep to."""
    if rate is None:
        return shard.carry_out(command, lambda: True, RENEW_SECONDS)
    holder = uuid.uuid4().hex
    while not ray.get(rate.take.remote(holder, workers)):
        time.sleep(1)
    try:
        return shard.carry_out(command, lambda: _may_go_on(rate, holder, workers), RENEW_SECONDS)
    finally:
        rate.give_back.remote(holder)


def _may_go_on(rate: Any, holder: str, workers: int) -> bool:
    try:
        return bool(ray.get(rate.renew.remote(holder, workers), timeout=_ANSWER_SECONDS))
    except ray.exceptions.RayError:
        return False
