"""The same data set on every engine: the same instance files, byte for byte, and an audit that accounts for every source."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.dataset
import pytest

from efface.pipeline.demo.data import write_demo_data
from support.engines.downloads import prism
from support.engines.flink import FlinkCluster, flink_cluster
from support.engines.processes import wait_until

KEY = "00112233445566778899aabbccddeeff" * 2


class Demo:
    """The demonstration data set, and runs of the command over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources = len(write_demo_data(folder / "in"))

    def start(self, name: str, *flags: str) -> subprocess.Popen[str]:
        places = [f"--input={self.folder / 'in'}", f"--output={self.folder / name}", f"--vault={self.folder / name}-vault"]
        command = [sys.executable, "-m", "efface.runners.cli.main", "run", *places, *flags]
        return subprocess.Popen(
            command, env=os.environ | {"EFFACE_KEY": KEY}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, name: str, *flags: str) -> None:
        self.finish(self.start(name, *flags))

    def finish(self, process: subprocess.Popen[str]) -> None:
        output, _ = process.communicate(timeout=900)
        # One file of the data set is truncated and is quarantined.
        assert process.returncode == 3, output

    def instances(self, name: str) -> dict[str, bytes]:
        root = self.folder / name / "instances"
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def vault(self, name: str) -> dict[str, bytes]:
        root = self.folder / f"{name}-vault"
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def audit(self, name: str, table: str, *columns: str) -> list[tuple[object, ...]]:
        """Sorted rows of an audit table; the columns must not depend on order or time."""
        rows = pyarrow.dataset.dataset(self.folder / name / "audit" / table, format="parquet").to_table(columns=list(columns))
        return sorted((tuple(row.values()) for row in rows.to_pylist()), key=repr)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    demo = Demo(tmp_path_factory.mktemp("engines"))
    demo.run("local", "--workers=2")
    return demo


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlinkCluster]:
    with flink_cluster(tmp_path_factory.mktemp("flink"), {"EFFACE_KEY": KEY}) as cluster:
        yield cluster


def assert_same_as_local(demo: Demo, name: str) -> None:
    assert demo.instances(name) == demo.instances("local")
    assert demo.vault(name) == demo.vault("local")
    outputs = ("ref", "output", "output_sha256", "tiles", "boxes_redacted", "boxes_kept", "policy", "models", "key_id")
    assert demo.audit(name, "instances", *outputs) == demo.audit("local", "instances", *outputs)
    failure = ("ref", "verdict", "stage", "code")
    assert demo.audit(name, "failures", *failure) == demo.audit("local", "failures", *failure)
    findings, attributes = ("ref", "left", "top", "verdict", "rule"), ("ref", "tag_path", "action")
    for table, columns in (("findings", findings), ("attributes", attributes)):
        assert demo.audit(name, table, *columns) == demo.audit("local", table, *columns)
    (run,) = (demo.folder / name / "audit/runs").glob("*.json")
    counts = json.loads(run.read_text())["counts"]
    assert counts["listed"] == demo.sources
    assert counts["published"] + counts["unchanged"] == len(demo.instances("local"))
    assert counts["quarantined"] + counts["skipped"] == demo.sources - len(demo.instances("local"))


@pytest.mark.prism
def test_prism_gives_the_same(demo: Demo) -> None:
    demo.run("prism", "--runner=PrismRunner", f"--prism_location={prism()}")
    assert_same_as_local(demo, "prism")


@pytest.mark.flink
def test_a_flink_cluster_gives_the_same(demo: Demo, cluster: FlinkCluster) -> None:
    demo.run("flink", *cluster.flags)
    assert_same_as_local(demo, "flink")


@pytest.mark.flink
def test_a_killed_task_manager_costs_a_restart_and_nothing_else(demo: Demo, cluster: FlinkCluster) -> None:
    process = demo.start("killed", *cluster.flags)
    # An instance is published, so the second attempt finds what the first one left.
    wait_until(lambda: bool(demo.instances("killed")), "a first instance", seconds=600)
    cluster.kill_busy_task_manager()
    demo.finish(process)
    assert cluster.failures_of_last_job() > 0
    assert_same_as_local(demo, "killed")
