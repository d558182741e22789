"""The audit's schema: every column is described, every file carries the version, and another version is refused."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from efface.runners.cli.main import main
from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.history import History
from efface.transforms.audit.miss_rate import estimate_miss_rate
from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.schemas import SCHEMA_VERSION, TABLES, VERSION_KEY, AuditVersionError, check_version
from support.corpus import minimal, saved
from support.published import VERSIONS, row, write_run


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table: str) -> None:
    for column in TABLES[table]:
        assert column.metadata[b"description"], column.name


@pytest.mark.parametrize("table", TABLES)
def test_every_file_carries_the_version_and_the_descriptions(table: str) -> None:
    schema = pq.read_schema(io.BytesIO(to_parquet(TABLES[table], [])))
    check_version(schema.metadata)
    assert all(column.metadata[b"description"] for column in schema)


@pytest.mark.parametrize("metadata", [None, {}, {VERSION_KEY: b"1"}, {VERSION_KEY: b"3"}, {VERSION_KEY: b"\xff"}])
def test_another_version_is_refused_with_what_to_do(metadata: dict[bytes, bytes] | None) -> None:
    with pytest.raises(AuditVersionError, match=f"writes version {SCHEMA_VERSION}: give the run a new output"):
        check_version(metadata)


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """An output as the first version left it."""
    output = tmp_path / "out"
    write_run(str(output), "20260101T000000Z-0000", [row("A")])
    [file] = output.rglob("*.parquet")
    table = pq.read_table(file)
    pq.write_table(pa.Table.from_arrays(table.columns, names=table.column_names), file)
    return output


def test_every_reader_of_an_audit_refuses_the_first_version(first_version: Path) -> None:
    for read in (lambda output: History(output, VERSIONS), estimate_miss_rate):
        with pytest.raises(AuditVersionError):
            read(str(first_version))
    write_run(str(first_version), "20260101T000000Z-0000", [row("B")], name="part-000001-00000")
    with pytest.raises(AuditVersionError):
        compact_audit(str(first_version))


def test_a_run_leaves_an_output_of_the_first_version_alone(
    first_version: Path, tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.dcm").write_bytes(saved(minimal()))
    before = {path: path.read_bytes() for path in first_version.rglob("*") if path.is_file()}
    arguments = ["--input", str(tmp_path / "in.dcm"), "--output", str(first_version), "--key-file", str(key_file)]
    assert main(["run", *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("efface: the audit of this output has schema version 1")
    assert {path: path.read_bytes() for path in first_version.rglob("*") if path.is_file()} == before
