"""The audit of an earlier schema version becomes one of this version, and says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from efface.pipeline.audit_query import query_audit
from efface.runners.cli.main import main
from efface.transforms.audit.history import History
from efface.transforms.audit.marks import read_marks, write_mark
from efface.transforms.audit.migration import migrate_audit
from efface.transforms.audit.run_plan import RunPlan, write_run_plan
from efface.transforms.audit.store import SchemaVersionError, require_schema_version
from support.published import VERSIONS, row, write_run

DEVICE = ("manufacturer", "manufacturer_model_name", "image_type", "rows", "columns")


def make_version_2(output: Path) -> None:
    """What version 2 had otherwise: columns of times, no marks, and its number everywhere."""
    for file in output.rglob("*.parquet"):
        table = pq.read_table(file, partitioning=None)
        if "frames" in table.column_names:
            table = table.append_column("ocr_msec", pa.array([7] * len(table), pa.int64()))
        pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"efface.schema": b"2"}), file)
    for file in (output / "audit").glob("runs/*.json"):
        file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": 2}))
    for file in (output / "audit" / "marks").rglob("*.json"):
        file.unlink()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """One merged run with a part that an interrupted compaction left, one complete run, and one that was cut off."""
    write_run(str(tmp_path), "1", [row("A"), row("B")], name="all")
    write_run(str(tmp_path), "1", [row("A")], name="part-000000-00000")
    write_run(str(tmp_path), "2", [row("C")])
    write_run(str(tmp_path), "3", [row("D")], is_complete=False)
    write_run_plan(str(tmp_path), "3", VERSIONS.key_id, RunPlan())
    make_version_2(tmp_path)
    return tmp_path


def test_every_command_says_how_to_migrate(output: Path) -> None:
    with pytest.raises(SchemaVersionError, match=r"version 2, .* run `efface audit migrate`"):
        require_schema_version(str(output))


def test_a_migrated_audit_says_the_same_without_what_was_cut_off(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "migrate", str(output), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"runs": 2}
    require_schema_version(str(output))
    assert sorted(History(str(output), VERSIONS).claims["ref"].to_pylist()) == ["A", "B", "C"]
    assert read_marks(str(output))["1"].audit == {"instances/all.parquet"}
    assert "ocr_msec" not in pq.read_table(output / "audit" / "instances" / "run=2").column_names
    assert migrate_audit(str(output)) == 0


def test_an_interrupted_migration_is_completed(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("efface.transforms.audit.migration.complete_runs", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            migrate_audit(str(output))
    with pytest.raises(SchemaVersionError, match="version 2"):
        require_schema_version(str(output))
    migrate_audit(str(output))
    require_schema_version(str(output))
    assert History(str(output), VERSIONS).claims.num_rows == 3


def test_an_unknown_version_is_refused_and_stays(output: Path) -> None:
    file = output / "audit" / "runs" / "1.json"
    file.write_text(json.dumps({"schema": 9}))
    with pytest.raises(SchemaVersionError, match="version 9"):
        migrate_audit(str(output))
    assert read_marks(str(output)) == {}


def make_version_3(output: Path) -> None:
    """What version 3 had otherwise: no columns of the device, and its number everywhere."""
    for file in output.rglob("*.parquet"):
        table = pq.read_table(file, partitioning=None)
        table = table.select([name for name in table.column_names if name not in DEVICE])
        pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"efface.schema": b"3"}), file)
    for file in (output / "audit").rglob("*.json"):
        file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": 3}))


@pytest.fixture
def output_of_version_3(tmp_path: Path) -> Path:
    """One complete run, and one that was cut off after its first part."""
    write_run(str(tmp_path), "1", [row("A")])
    write_run(str(tmp_path), "2", [row("B")], is_complete=False)
    write_run_plan(str(tmp_path), "2", VERSIONS.key_id, RunPlan())
    write_mark(str(tmp_path), "2", "other", [], ["2-part-other-00000.csv"])
    make_version_3(tmp_path)
    return tmp_path


def test_version_3_gets_the_columns_of_the_device_and_keeps_what_was_committed(output_of_version_3: Path) -> None:
    output = str(output_of_version_3)
    with pytest.raises(SchemaVersionError, match=r"version 3, .* run `efface audit migrate`"):
        require_schema_version(output)
    before = {run_id: (mark.audit, mark.vault) for run_id, mark in read_marks(output).items()}
    assert migrate_audit(output) == 2
    require_schema_version(output)
    assert {run_id: (mark.audit, mark.vault) for run_id, mark in read_marks(output).items()} == before
    [current] = query_audit(output, f"SELECT {', '.join(DEVICE)} FROM current_instances WHERE ref = 'A'").to_pylist()
    assert set(current.values()) == {None}
    assert sorted(History(output, VERSIONS).claims["ref"].to_pylist()) == ["A", "B"]
    assert migrate_audit(output) == 0


def test_an_interrupted_migration_of_version_3_is_completed(output_of_version_3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = str(output_of_version_3)
    with monkeypatch.context() as patch:
        patch.setattr("efface.transforms.audit.migration.merge_marks", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            migrate_audit(output)
    with pytest.raises(SchemaVersionError, match="version 3"):
        require_schema_version(output)
    assert migrate_audit(output) == 2
    require_schema_version(output)
    assert sorted(History(output, VERSIONS).claims["ref"].to_pylist()) == ["A", "B"]
