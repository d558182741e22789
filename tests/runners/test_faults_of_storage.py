"""Whole runs that are killed, cut off or out of space at a write, and what the next run makes of it.

The command's own processes do a refresh over an output that stands: one source is new, one changed, one is gone, one is no
DICOM. Whatever happens in it, the run after it ends as if nothing had: outputs, audit, vault, and nothing else below them.
`make faults` runs all, `make test` a few of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.audit_query import query_audit
from efface.pipeline.verify_output import verify_output
from support.runs import instances
from support.samples import sample

KILLED, AFTER, CUT, FULL = "killed before", "killed after", "cut off in", "full from"
QUICK = [
    (KILLED, r"audit/findings|audit/attributes", 1),
    (CUT, r"vault/parts/refs", 1),
    (FULL, r"vault/", 1),
]
ALL = [
    (KILLED, r"audit/plans/.*obsolete", 1),
    (AFTER, r"audit/plans/.*obsolete", 1),
    (AFTER, r"/instances/.*\.dcm", 1),
    (KILLED, r"/instances/.*\.dcm", 2),
    (CUT, r"/instances/.*\.dcm", 1),
    (AFTER, r"audit/instances/.*part", 1),
    (AFTER, r"audit/attributes/.*part", 1),
    (AFTER, r"audit/failures/.*part", 1),
    (CUT, r"audit/failures/.*part", 1),
    (AFTER, r"vault/parts/instances", 1),
    (KILLED, r"audit/marks/", 1),
    (AFTER, r"audit/marks/", 1),
    (CUT, r"audit/marks/", 1),
    (KILLED, r"deleted\.parquet", 1),
    (AFTER, r"deleted\.parquet", 1),
    (AFTER, r"marks/.*removed", 1),
    (AFTER, r"marks/.*whole", 1),
    (KILLED, r"vault/patients\.csv", 1),
    (AFTER, r"vault/refs\.csv", 1),
    (KILLED, r"audit/runs/2.*\.json", 1),
    (AFTER, r"audit/runs/2.*\.json", 1),
    (FULL, r"/instances/.*\.dcm", 1),
    (FULL, r"audit/(instances|findings|attributes|failures)", 2),
    (FULL, r"audit/marks", 1),
]


class Site:
    """A folder of sources, its output and its vault, in one place for all tests: a source is known by its path."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        self.folder, self.key_file = folder, key_file
        self.arguments = ["run", f"--input={folder / 'in'}", f"--output={self.output}", f"--vault={folder / 'vault'}"]
        self.arguments += [f"--key-file={key_file}", f"--policy={folder / 'policy.yaml'}", "--on-removed=delete"]
        self.arguments += ["--workers=1", "--batch-size=2"]

    @property
    def output(self) -> Path:
        return self.folder / "out"

    def put(self, name: str, number: int, thickness: int) -> None:
        dataset = pydicom.dcmread(pydicom.filebase.DicomBytesIO(sample("CT_small.dcm")))
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        dataset.PatientID, dataset.SliceThickness = f"P{number}", thickness
        dataset.save_as(self.folder / "in" / name)

    def run(self, *fault: object) -> int:
        """The command, with a fault or without one. Returns its exit code."""
        plain = ["-c", "import sys; from efface.runners.cli.main import main; sys.exit(main(sys.argv[1:]))"]
        command = ["-m", "support.storage_faults", *map(str, fault)] if fault else plain
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run(
            [sys.executable, *command, *self.arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        assert not [word for word in ("P1", "P2", "P3", "1.2.3.") if word in done.stderr]
        return done.returncode

    def state(self) -> dict[str, object]:
        """What a user finds there: outputs, what the audit says that stands there, the vault, and the names of all files."""
        told = {
            "instances": "SELECT * EXCLUDE (run, verdict) FROM current_instances ORDER BY ALL",
            "attributes": "SELECT ref, count(*) FROM current_attributes GROUP BY ALL ORDER BY ALL",
            "failures": "SELECT ref, code FROM current_failures ORDER BY ALL",
        }
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.parent.name != "in"]
        return {
            "outputs": instances(str(self.output)),
            "audit": {name: query_audit(str(self.output), sql).to_pylist() for name, sql in told.items()},
            "vault": {path.name: path.read_text() for path in files if path.suffix == ".csv"},
            "strange": sorted(str(path) for path in files if path.suffix == ".tmp" or {"plans", "parts"} & {*path.parts}),
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Site]:
    """A site at whose output one run was done, and whose sources changed then."""
    root = tmp_path_factory.mktemp("faults")
    (root / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    one = Site(root / "site", root / "key")
    (one.folder / "in").mkdir(parents=True)
    (one.folder / "policy.yaml").write_text("pixels: none\n")
    for number in (1, 2, 3):
        one.put(f"{number}.dcm", number, 1)
    assert one.run() == 0
    (one.folder / "in" / "1.dcm").unlink()
    one.put("2.dcm", 2, 2)
    one.put("4.dcm", 4, 1)
    (one.folder / "in" / "notes.txt").write_text("no DICOM")
    shutil.move(one.folder, root / "kept")

    def fresh() -> Site:
        shutil.rmtree(one.folder, ignore_errors=True)
        shutil.copytree(root / "kept", one.folder)
        return one

    return fresh


@pytest.fixture(scope="module")
def undisturbed(site: Callable[[], Site]) -> dict[str, object]:
    one = site()
    assert one.run() == 0
    return one.state()


def check(site: Callable[[], Site], undisturbed: dict[str, object], fault: tuple[str, str, int]) -> None:
    one = site()
    assert one.run(*fault) != 0, "the fault was not met"
    assert one.run() == 0
    assert one.state() == undisturbed
    assert verify_output(str(one.output)).is_as_recorded


@pytest.mark.parametrize("fault", QUICK, ids=str)
def test_the_next_run_repairs_what_a_fault_left(site, undisturbed, fault) -> None:
    check(site, undisturbed, fault)


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("fault", ALL, ids=str)
def test_the_next_run_repairs_whatever_a_fault_left(site, undisturbed, fault) -> None:
    check(site, undisturbed, fault)
