"""The command `ossum-ray`."""

import argparse
import json
import logging
import os
import shlex
import signal
import socket
import sys
from types import FrameType
from typing import Any, NoReturn

import ray

from ossum_ray import fleet, plan

_DONE, _SOME_FAILED, _USAGE, _NETWORK = 0, 1, 2, 5

_KNOCK_SECONDS = 10

_EXAMPLES = """\
examples:
  ossum-ray run oss://new-work/m1
  ossum-ray run oss://new-work/m1 --workers 20 --limit 2G --requests-per-second 5000
  ossum-ray run /mnt/work --address auto --num-cpus 2 -- --concurrency 32

exit codes: 0 all shards are done, 1 some failed, 2 usage, 5 there is no cluster, 130 and 143 interrupted; those of
`ossum migrate status` if that fails.
"""


class _Interrupted(BaseException):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(words: list[str] | None = None) -> int:
    """Does what was typed, and returns the exit code."""
    given = sys.argv[1:] if words is None else words
    given, options = _split(given)
    arguments = _parser().parse_args(given)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        return _run(arguments, options)
    except plan.StatusError as error:
        _tell(f"error: {error}")
        return error.code if 0 < error.code < 126 else _SOME_FAILED
    except _Interrupted as interruption:
        _tell(f"interrupted; go on with: ossum-ray {shlex.join(sys.argv[1:] if words is None else words)}")
        return 128 + interruption.number


def _split(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """What is for this command, and what is for run-shard."""
    if "--" not in words:
        return words, ()
    at = words.index("--")
    return words[:at], tuple(words[at + 1 :])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ossum-ray",
        description="Carry out the shards of an ossum migration on a Ray cluster.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="carry out all shards that are not done",
        description="Carry out all shards of a plan that are not done. Begun again after any end, it goes on.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    run.add_argument("work", metavar="WORK_URI", help="the work place, as `ossum migrate plan --work` was told it")
    run.add_argument("--address", help="the cluster, as ray.init takes it (RAY_ADDRESS, or the one of this machine)")
    run.add_argument("--ossum", default="ossum", metavar="PATH", help="the program, here and on the nodes (ossum)")
    run.add_argument(
        "--workers", type=_at_least_1, metavar="N", help="shards at a time (as many as the cluster has room for now)"
    )
    run.add_argument("--retries", type=_at_least_0, default=8, metavar="N", help="how often a shard is tried again (8)")
    run.add_argument(
        "--num-cpus", type=_amount, default=1.0, metavar="N", help="CPUs that Ray sets aside for a shard (1)"
    )
    run.add_argument(
        "--resources",
        type=_resources,
        default={},
        metavar="JSON",
        help="what else it sets aside, as ray.remote takes it: '{\"net\": 1}'",
    )
    run.add_argument("--limit", metavar="RATE", help="bytes a second, of all workers together")
    run.add_argument(
        "--requests-per-second", type=_at_least_1, metavar="N", help="requests a second to OSS, of all workers together"
    )
    return parser


def _at_least_0(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _at_least_1(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _amount(text: str) -> float:
    amount = float(text)
    if not 0 < amount < float("inf"):
        raise ValueError(text)
    return amount


def _resources(text: str) -> dict[str, float]:
    resources = json.loads(text)
    if not isinstance(resources, dict):
        raise ValueError(text)
    return {str(name): float(amount) for name, amount in resources.items()}


def _run(arguments: argparse.Namespace, options: tuple[str, ...]) -> int:
    work = arguments.work
    if "://" not in work:
        work = os.path.abspath(work)
    before = plan.read(arguments.ossum, work)
    if not before.to_do:
        return _end(work, before)
    address = arguments.address or os.environ.get("RAY_ADDRESS") or "auto"
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING)
    except (OSError, RuntimeError) as error:
        _tell(f"error: no Ray cluster at {address}: {error}")
        _tell("  hint: `ray start --head` makes one of this machine")
        return _NETWORK
    fleet.hand_over()
    ordered = fleet.Fleet(
        work=work,
        ossum=arguments.ossum,
        workers=arguments.workers or _room(arguments.num_cpus, arguments.resources),
        retries=arguments.retries,
        num_cpus=arguments.num_cpus,
        resources=arguments.resources,
        limit=arguments.limit,
        requests_per_second=arguments.requests_per_second,
        options=options,
    )
    shards = f"{len(before.to_do)} of {before.shards} shards"
    _tell(f"{shards} to do, {ordered.workers} at a time")
    became = fleet.run(ordered, before.to_do, _tell)
    _tell(f"{became.done} shards done by {became.attempts} attempts, {became.rows} rows moved")
    if became.failed:
        failed = ", ".join(str(number) for number in sorted(became.failed)[:20])
        _tell(f"error: {len(became.failed)} shards failed: {failed}")
        _tell(f"  hint: `ossum migrate audit --work {shlex.quote(work)}` tells what of them, and why")
        return _SOME_FAILED
    return _end(work, plan.read(arguments.ossum, work))


def _knock(address: str) -> None:
    """Finds that somebody is at an address, for which Ray would wait long."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host, int(port)), _KNOCK_SECONDS).close()


def _end(work: str, after: plan.Plan) -> int:
    if after.to_do:
        _tell(f"error: {len(after.to_do)} shards are not done")
        return _SOME_FAILED
    verb = "audit" if after.finished else "finish"
    print(f"all {after.shards} shards done")
    print(f"next: ossum migrate {verb} --work {shlex.quote(work)}")
    return _DONE


def _room(num_cpus: float, resources: dict[str, float]) -> int:
    """How many shards the cluster has room for at a time."""
    ask: Any = ray.cluster_resources
    has: dict[str, float] = ask()
    rooms = [has.get(name, 0.0) // amount for name, amount in {"CPU": num_cpus, **resources}.items() if amount > 0]
    room = int(min(rooms))
    if room < 1:
        _tell("the cluster has no room for a shard: it is waited until it has")
    return max(1, room)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    raise _Interrupted(number)
