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
from collections.abc import Callable, Sequence
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.audit_query import query_audit
from efface.pipeline.verify_output import verify_output
from support.runs import instances
from support.samples import sample

KILLED, AFTER, CUT, FULL = "killed before", "killed after", "cut off in", "full from"
VANISHES, CHANGES = "vanishes", "changes"
QUICK = [
    (CHANGES, r"in/4\.dcm", 1),
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
    ("hangs at", r"/instances/.*\.dcm", 1),
    ("hangs at", r"audit/attributes/.*part", 1),
    ("burns", r"in/2\.dcm", 1),
    (VANISHES, r"in/2\.dcm", 1),
    (VANISHES, r"in/4\.dcm", 1),
    (CHANGES, r"in/2\.dcm", 1),
]
WITHDRAWN = [
    (AFTER, r"/instances/.*\.dcm", 1),
    (KILLED, r"/instances/.*\.dcm", 2),
    (KILLED, r"audit/marks/", 1),
    (KILLED, r"audit/runs/2.*\.json", 1),
    (CUT, r"vault/parts/refs", 1),
]


class Site:
    """A folder of sources, its output and its vault, in one place for all tests: a source is known by its path."""

    restore_sources: Callable[[], object]

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

    def start(self, *fault: object, arguments: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start the command, with a fault or without one."""
        plain = ["-c", "import sys; from efface.runners.cli.main import main; sys.exit(main(sys.argv[1:]))"]
        command = ["-m", "support.storage_faults", *map(str, fault)] if fault else plain
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        whole = [sys.executable, *command, *(arguments or self.arguments)]
        return subprocess.Popen(whole, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self, *fault: object, arguments: Sequence[str] = ()) -> int:
        """The command, with a fault or without one. Returns its exit code."""
        return self.end(self.start(*fault, arguments=arguments))

    @staticmethod
    def end(process: subprocess.Popen[str]) -> int:
        _, said = process.communicate()
        assert "Traceback" not in said
        assert not [word for word in ("P1", "P2", "P3", "1.2.3.") if word in said]
        return process.returncode

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

    one.restore_sources = lambda: shutil.copytree(root / "kept" / "in", one.folder / "in", dirs_exist_ok=True)
    return fresh


@pytest.fixture(scope="module")
def undisturbed(site: Callable[[], Site]) -> dict[str, object]:
    one = site()
    assert one.run() == 0
    return one.state()


def check(site: Callable[[], Site], undisturbed: dict[str, object], fault: tuple[str, str, int]) -> None:
    one = site()
    assert one.run(*fault) != 0, "the fault was not met"
    if fault[0] in (VANISHES, CHANGES):
        one.restore_sources()
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


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("fault", WITHDRAWN, ids=str)
def test_another_key_is_refused_and_a_withdrawal_is_whole_after_a_fault(site, undisturbed, fault) -> None:
    one = site()
    assert one.run(*fault) != 0
    (one.folder / "other_key").write_text("ff" * 32)
    other = [f"--key-file={one.folder / 'other_key'}" if "--key-file" in given else given for given in one.arguments]
    assert one.run(arguments=other) == 2
    (one.folder / "withdrawn.txt").write_text("P4\nP2\n")
    withdrawal = ["withdraw", str(one.output), str(one.folder / "withdrawn.txt"), f"--key-file={one.key_file}"]
    assert one.run(arguments=withdrawal) in (0, 3)  # No audit may know of P4 yet.
    assert len(instances(str(one.output))) <= 2
    assert verify_output(str(one.output)).is_as_recorded
    assert one.run(arguments=[*one.arguments, f"--withdrawn={one.folder / 'withdrawn.txt'}"]) == 0
    assert len(instances(str(one.output))) == 1
    assert {row["code"] for row in one.state()["audit"]["failures"]} == {"withdrawn", "not_dicom"}
    for name in ("other_key", "withdrawn.txt"):
        (one.folder / name).unlink()
    assert one.run() == 0
    assert one.state()["outputs"] == undisturbed["outputs"]


@pytest.mark.faults
@pytest.mark.timeout(1200)
def test_of_two_runs_at_once_one_is_refused_and_the_other_is_whole(site, undisturbed) -> None:
    one = site()
    started = [one.start(), one.start()]
    assert sorted(map(one.end, started)) in ([0, 1], [0, 0])  # Or one after the other.
    assert one.state() == undisturbed
    assert verify_output(str(one.output)).is_as_recorded
