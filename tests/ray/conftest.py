import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ends import OSSUM, Migration, Server
from ray.cluster_utils import Cluster

# No connection moves more in a second, so that there is time to lose something.
_BANDWIDTH = "1M"

OSSUM_RAY = Path(sys.executable).parent / "ossum-ray"


@pytest.fixture
def migration(tmp_path):
    with Server(tmp_path / "source") as source, Server(tmp_path / "destination", "--bandwidth", _BANDWIDTH) as other:
        yield Migration(tmp_path, source, other, {}, 0)


@pytest.fixture(scope="session", autouse=True)
def _directory_of_ray():
    """The same for all clusters, as Ray asks once in a process. Paths of sockets are short."""
    with tempfile.TemporaryDirectory(prefix="ossum-ray-", dir="/tmp", ignore_cleanup_errors=True) as directory:
        os.environ["RAY_TMPDIR"] = directory
        yield


@pytest.fixture
def cluster(migration, monkeypatch):
    """A cluster of three nodes, on the first of which nothing is carried out. Nodes have this environment."""
    for name, value in migration.environment.items():
        monkeypatch.setenv(name, value)
    memory = {"object_store_memory": 80 << 20}
    noticed_soon = {"health_check_period_ms": 500, "health_check_failure_threshold": 4}
    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 0, "include_dashboard": False, "_system_config": noticed_soon, **memory},
    )
    try:
        made.workers = [made.add_node(num_cpus=2, **memory) for _ in range(2)]
        yield made
    finally:
        made.shutdown()


@pytest.fixture
def drive(cluster, migration):
    """Begins `ossum-ray run`."""
    drivers = []

    def begin(*options):
        said = migration.directory / f"driver-{len(drivers)}"
        with open(said, "wb") as output:
            driver = subprocess.Popen(
                [
                    *(OSSUM_RAY, "run", str(migration.work)),
                    *("--address", cluster.address, "--ossum", OSSUM, *options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ,
            )
        driver.said = said.read_text
        drivers.append(driver)
        return driver

    yield begin
    for driver in drivers:
        driver.kill()
        driver.wait()
