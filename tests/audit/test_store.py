"""Another schema version is refused before any work; the audit names its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from efface.runners.cli.main import main
from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.layout import run_uri
from efface.transforms.audit.miss_rate import miss_rate
from efface.transforms.audit.rows import failure_row
from efface.transforms.audit.run_plan import RunPlan, write_run_plan
from efface.transforms.audit.schemas import SCHEMA_VERSION
from efface.transforms.audit.store import AuditPart, SchemaVersionError, require_schema_version
from efface.transforms.core.errors import Failure
from efface.transforms.storage import storage_of
from support.published import row, write_run
from support.samples import sample

FAILURE = Failure("F", "read_instances", "not_dicom")


def without_version(folder: Path) -> None:
    """Make the audit one of version 1, which names no version and has no marks."""
    for mark in (folder / "audit").rglob("marks/*/*.json"):
        mark.unlink()
    for file in folder.rglob("*.parquet"):
        pq.write_table(pq.read_table(file, partitioning=None).replace_schema_metadata(None), file)
    for file in (folder / "audit").rglob("runs/*.json"):
        run = json.loads(file.read_text())
        del run["schema"]
        file.write_text(json.dumps(run))


def complete_run(output: str) -> None:
    write_run(output, "1", [row("A")])


def incomplete_run(output: str) -> None:
    write_run(output, "1", [row("A")], is_complete=False)


def failures_alone(output: str) -> None:
    AuditPart(output, "1", "000000").write("failures", 0, [failure_row(FAILURE)])


def plan_alone(output: str) -> None:
    write_run_plan(output, "1", "KEY", RunPlan())


AUDITS = (complete_run, incomplete_run, failures_alone, plan_alone)


@pytest.mark.parametrize("write", AUDITS)
def test_audit_names_its_version(write: Callable[[str], None], tmp_path: Path) -> None:
    write(str(tmp_path))
    require_schema_version(str(tmp_path))


@pytest.mark.parametrize("is_complete", [False, True])
def test_version_is_checked_in_a_bucket(bucket: str, is_complete: bool) -> None:
    write_run(bucket, "1", [row("A")], is_complete=is_complete)
    require_schema_version(bucket)
    storage_of(bucket).write(run_uri(bucket, "0"), b"{}")
    with pytest.raises(SchemaVersionError, match="version 1"):
        require_schema_version(bucket)


def test_output_without_audit_is_accepted(tmp_path: Path) -> None:
    require_schema_version(str(tmp_path / "out"))


@pytest.mark.parametrize("write", AUDITS)
def test_version_1_is_refused(write: Callable[[str], None], tmp_path: Path) -> None:
    write(str(tmp_path))
    without_version(tmp_path)
    with pytest.raises(SchemaVersionError, match="version 1, and this efface writes version 4: use a new output prefix"):
        require_schema_version(str(tmp_path))


@pytest.mark.parametrize("read", [compact_audit, miss_rate])
def test_later_version_is_refused_by_every_reader(read: Callable[[str], object], tmp_path: Path) -> None:
    write_run(str(tmp_path), "1", [row("A")])
    Path(run_uri(str(tmp_path), "1")).write_text(json.dumps({"schema": SCHEMA_VERSION + 1}))
    with pytest.raises(SchemaVersionError, match=f"schema version {SCHEMA_VERSION + 1}"):
        read(str(tmp_path))


@pytest.mark.parametrize("command", ["run", "audit compact", "audit misses"])
@pytest.mark.parametrize("write", AUDITS)
def test_commands_refuse_version_1_and_change_nothing(
    command: str, write: Callable[[str], None], tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    write(str(output))
    without_version(output)
    (output / "instances").mkdir()
    (output / "instances" / "old.dcm").write_bytes(b"x")
    before = all_files(output)
    (tmp_path / "in.dcm").write_bytes(sample("CT_small.dcm"))
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    options = [f"--input={tmp_path}/in.dcm", f"--key-file={key_file}", f"--policy={tmp_path}/policy.yaml"]
    places = [*options, f"--output={output}"] if command == "run" else [str(output)]
    assert main([*command.split(), *places]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "schema version 1" in line
    assert all_files(output) == before


def all_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
