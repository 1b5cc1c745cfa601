"""The recipe for Kubernetes, as what reads YAML has it."""

import subprocess
from pathlib import Path

import yaml
from ends import OSSUM

_MANIFEST = Path(__file__).parents[2] / "integrations/ray/kuberay.yaml"


def test_the_manifest_for_kuberay_is_a_job_of_a_cluster():
    job = yaml.safe_load(_MANIFEST.read_text())
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    cluster = job["spec"]["rayClusterSpec"]
    pinned = (_MANIFEST.parents[2] / "tests/ray/requirements.txt").read_text()
    assert f"ray=={cluster['rayVersion']}" in pinned
    assert cluster["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    (workers,) = cluster["workerGroupSpecs"]
    images = [group["template"]["spec"]["containers"][0]["image"] for group in (cluster["headGroupSpec"], workers)]
    assert images[0] == images[1]


def test_the_recipe_for_kubernetes_is_an_indexed_job(migration):
    migration.put_objects([1, 2, 3])
    migration.plan("--shard-objects", "1")
    words = ("migrate", "recipe", "k8s", "--work", migration.work, "--workers", "2", "--limit", "08:00,1M 20:00,off")
    text = subprocess.run([OSSUM, *words], check=True, capture_output=True, text=True).stdout
    job = yaml.safe_load(text)
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    spec = job["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 3, 2)
    assert spec["backoffLimitPerIndex"] == 10 and "backoffLimit" not in spec
    never = spec["podFailurePolicy"]["rules"][0]
    assert never["action"] == "FailIndex" and 42 in never["onExitCodes"]["values"]
    assert 75 not in never["onExitCodes"]["values"]
    pod = spec["template"]["spec"]
    # A policy for failures of pods asks for it.
    assert pod["restartPolicy"] == "Never"
    (container,) = pod["containers"]
    assert container["name"] == never["onExitCodes"]["containerName"]
    shard = f"{migration.work}#$(JOB_COMPLETION_INDEX)"
    limits = ["--limit", "08:00,1M 20:00,off", "--workers", "2"]
    assert container["args"] == ["migrate", "run-shard", shard, *limits]
    assert container["volumeMounts"][0]["mountPath"] == str(migration.work)
    assert pod["volumes"][0]["name"] == container["volumeMounts"][0]["name"]
