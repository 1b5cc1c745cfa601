"""The whole way on a real cluster: what is lost with a node or with the driver is made up for."""

import subprocess
import time

from conftest import OSSUM_RAY
from ends import OSSUM
from nodes import is_running, lose, raylet_of, shards_under_way, wait_until

_MIB = 1 << 20
# Of objects of up to 1 MiB and of ranges of one of 8 MiB; a shard has at most 2 MiB.
_SIZES = [0, 1, 100_000, _MIB, 300_000] * 12 + [8 * _MIB]
_PLAN = ("--shard-size", "2M", "--split", "2M", "--part-size", "1M")
_SHARD_BYTES = 3 * _MIB  # of which one object may be more than is left
_SLOWLY = ("--", "--concurrency", "1")


def _begun(migration):
    """Some shards are done, and most are not."""
    done = migration.work / "done"
    return done.exists() and len(list(done.iterdir())) >= 3


def _under_way(nodes):
    return [child for node in nodes for child in shards_under_way(node)]


def _finish(migration):
    assert migration.status()["shards_to_do"] == []
    migration.ossum("migrate", "finish", "--work", str(migration.work))
    migration.ossum("migrate", "audit", "--work", str(migration.work))
    migration.check()


def test_a_node_that_is_killed_costs_what_was_under_way_on_it(migration, cluster, drive):
    migration.put_objects(_SIZES)
    migration.plan(*_PLAN)
    driver = drive(*_SLOWLY)
    victim = raylet_of(cluster.workers[0])
    wait_until(lambda: _begun(migration) and shards_under_way(victim), "shards are carried out")
    assert len(migration.status()["shards_to_do"]) > 4
    lost = len(shards_under_way(victim))
    lose(victim)
    assert driver.wait(120) == 0, driver.said()
    assert "lost: " in driver.said() and "next: ossum migrate finish" in driver.said()
    _finish(migration)
    # Beyond the objects: what was lost, and what requests are made of.
    overhead = 1000 * len(migration.digests) + _MIB
    assert migration.destination.received_bytes() <= migration.total_bytes + max(lost, 2) * _SHARD_BYTES + overhead


def test_where_a_driver_was_killed_another_goes_on(migration, cluster, drive):
    migration.put_objects(_SIZES)
    migration.plan(*_PLAN)
    driver = drive(*_SLOWLY)
    nodes = [raylet_of(node) for node in cluster.workers]
    wait_until(lambda: _begun(migration) and _under_way(nodes), "shards are carried out")
    orphans = _under_way(nodes)
    lose(driver.pid)
    wait_until(lambda: not any(map(is_running, orphans)), "what it had begun ends")
    left = migration.status()["shards_to_do"]
    assert len(left) > 2
    another = drive(*_SLOWLY)
    assert another.wait(120) == 0, another.said()
    assert f"{len(left)} of {migration.status()['shards']} shards to do" in another.said()
    assert f"{len(left)} shards done by {len(left)} attempts" in another.said()
    _finish(migration)
    overhead = 1000 * len(migration.digests) + _MIB
    assert migration.destination.received_bytes() <= migration.total_bytes + 4 * _SHARD_BYTES + overhead


def test_all_workers_together_keep_to_a_rate_and_what_never_passes_is_not_tried_again(migration, drive):
    migration.put_objects([500_000] * 16)
    migration.plan("--shard-objects", "2")
    migration.source.ask("DELETE", "/test/from/0003%20%C3%A9%2B%25")
    began = time.monotonic()
    driver = drive("--limit", "1M:off", "--workers", "4", "--requests-per-second", "200")
    assert driver.wait(120) == 1, driver.said()
    seconds = time.monotonic() - began
    assert "7 shards done by 8 attempts" in driver.said()
    assert "failed with 42" in driver.said() and "migrate audit" in driver.said()
    # What may be moved at once to begin with is not counted.
    assert seconds > (15 * 500_000 - 2 * _MIB) / _MIB
    assert migration.destination.count() == 15


def test_a_cluster_that_is_not_there_is_said_to_be(migration, monkeypatch):
    for name, value in migration.environment.items():
        monkeypatch.setenv(name, value)

    def run():
        command = [*(OSSUM_RAY, "run", migration.work, "--ossum", OSSUM, "--address", "127.0.0.1:1")]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    nothing = run()
    assert nothing.returncode == 2 and "has no whole plan" in nothing.stderr, nothing.stderr
    migration.put_objects([1])
    migration.plan()
    nobody = run()
    assert nobody.returncode == 5 and "no Ray cluster at 127.0.0.1:1" in nobody.stderr, nobody.stderr
