"""Whole runs in a bucket whose store refuses, resets, cuts, flips or crawls, and what the next run makes of it.

A proxy stands before the emulator. `make faults` runs all, `make test` a few.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.audit_query import query_audit
from efface.pipeline.verify_output import verify_output
from efface.transforms.storage import join_uri, storage_of
from support.proxy import FAULTS, Proxy, proxy
from support.runs import instances
from support.samples import sample

STAGES = {
    "read": {"gs": r"GET /download/.*/o/in/2\.dcm", "s3": r"GET /[^/]+/in/2\.dcm"},
    "write": {"gs": r"POST /upload/", "s3": r"PUT /[^/]+/out/(audit|instances)"},
    "list": {"gs": r"GET /storage/v1/b/[^/]+/o\?", "s3": r"GET /[^/]+/?\?"},
}
"""What reads the content of one source, writes any object, or lists."""
ALWAYS = 99
QUICK = [("gs", "truncated", "read", ALWAYS), ("s3", "503", "read", 1)]
ALL = [
    *((store, fault, "read", ALWAYS) for store in ("gs", "s3") for fault in FAULTS),
    *((store, fault, "read", 1) for store in ("gs", "s3") for fault in ("429", "500", "503", "reset", "truncated")),
    *((store, fault, "write", times) for store in ("gs", "s3") for fault in ("503", "reset") for times in (1, ALWAYS)),
    *((store, fault, "list", ALWAYS) for store in ("gs", "s3") for fault in ("500", "slow")),
]


class Site:
    """A bucket with sources and an output."""

    def __init__(self, place: str, server: str, folder: Path, key_file: Path) -> None:
        self.place, self.server, self.output = place, server, join_uri(place, "out")
        (folder / "policy.yaml").write_text("pixels: none\n")
        self.arguments = ["run", f"--input={join_uri(place, 'in')}", f"--output={self.output}", f"--key-file={key_file}"]
        self.arguments += [f"--policy={folder / 'policy.yaml'}", "--workers=1"]
        for number in (1, 2, 3):
            dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
            dataset.PatientID = f"Quistberg{number}"
            data = io.BytesIO()
            dataset.save_as(data)
            storage_of(place).write(join_uri(place, "in", f"{number}.dcm"), data.getvalue())

    def run(self, server: str) -> int:
        """The command, whose clients go to a server. Returns its exit code."""
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        environment |= {"STORAGE_EMULATOR_HOST": server, "AWS_ENDPOINT_URL": server}
        command = [sys.executable, "-m", "support.impatient", *self.arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        assert not [word for word in ("Quistberg", "1.2.3.", "http") if word in done.stderr]
        self.said = done.stderr
        return done.returncode

    def accounted(self) -> Counter[str]:
        """ref of each source -> the number of rows that say what stands there now or why not."""
        tables = ("current_instances", "current_failures")
        return Counter(row["ref"] for table in tables for row in query_audit(self.output, f"FROM {table}").to_pylist())


@pytest.fixture
def between(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, Proxy]]:
    """(place, server, proxy before it) of the store that the test names."""
    store = request.getfixturevalue("store")
    place = request.getfixturevalue({"gs": "bucket", "s3": "s3_bucket"}[store])
    server = request.getfixturevalue({"gs": "gcs", "s3": "s3"}[store])
    with proxy(server) as running:
        yield place, server, running


def check(between: tuple[str, str, Proxy], tmp_path: Path, key_file: Path, fault: str, stage: str, times: int) -> None:
    place, server, running = between
    one, left, counting = Site(place, server, tmp_path, key_file), [times], threading.Lock()

    def fault_of(request: str) -> str:
        with counting:
            if not re.match(stage, request) or left[0] == 0:
                return ""
            left[0] -= 1
            return fault

    running.fault = fault_of
    code = one.run(running.url)
    assert left[0] < times, "the fault was not met"
    assert code == 0 if times == 1 else code in (1, 2, 3), one.said
    if code in (0, 3):
        assert sorted(one.accounted().values()) == [1, 1, 1]
        assert verify_output(one.output).is_as_recorded
    assert one.run(server) == 0
    assert list(one.accounted().values()) == [1, 1, 1]
    assert len(instances(one.output)) == 3
    assert verify_output(one.output).is_as_recorded
    names = [source.uri for source in storage_of(place).list(one.output)]
    assert not [name for name in names if "/plans/" in name or "running" in name or name.endswith(".tmp")]


@pytest.mark.parametrize(("store", "fault", "stage", "times"), QUICK)
def test_a_store_that_fails_loses_nothing(between, tmp_path, key_file, store, fault, stage, times) -> None:
    check(between, tmp_path, key_file, fault, STAGES[stage][store], times)


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("store", "fault", "stage", "times"), ALL)
def test_a_store_that_fails_in_any_way_loses_nothing(between, tmp_path, key_file, store, fault, stage, times) -> None:
    check(between, tmp_path, key_file, fault, STAGES[stage][store], times)
