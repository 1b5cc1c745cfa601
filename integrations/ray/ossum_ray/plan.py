"""What of a plan is still to be done, as `ossum migrate status` tells it."""

import json
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How far a migration is."""

    shards: int
    # The numbers of those that are not done, in the order in which they are best carried out.
    to_do: list[int]
    # Whether huge objects are completed, or there are none.
    finished: bool


class StatusError(Exception):
    """`ossum migrate status` failed; its exit code says how."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read(ossum: str, work: str) -> Plan:
    """Asks how far the migration in the work place is."""
    command = [ossum, "migrate", "status", "--work", work, "--json"]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise StatusError(2, f"{ossum}: {error.strerror}") from error
    lines = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    last = lines[-1] if lines else {}
    if ended.returncode != 0:
        message = last.get("message") or ended.stderr.strip() or "ossum migrate status failed"
        raise StatusError(ended.returncode, str(message))
    if "shards_to_do" not in last:
        raise StatusError(2, f"{ossum} is too old: its status does not tell which shards are to be done")
    return Plan(
        shards=int(last["shards"]),
        to_do=[int(number) for number in last["shards_to_do"]],
        finished=bool(last["finished"]),
    )
