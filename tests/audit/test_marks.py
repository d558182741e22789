"""Only what a mark names is data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from efface.transforms.audit.marks import WHOLE_RUN, delete_mark, delete_uncommitted, merge_marks, read_marks, write_mark
from efface.transforms.audit.rows import failure_row
from efface.transforms.audit.store import AuditPart, read_table, table_files
from efface.transforms.core.errors import Failure, OutputConflictError
from efface.transforms.storage import storage_of


def write_part(output: str, part: str, run_id: str = "run-1") -> list[str]:
    rows = [failure_row(Failure(f"F{part}", "read_instances", "not_dicom"))]
    return [AuditPart(output, run_id, part).write("failures", 0, rows)[1]]


def refs(output: str) -> set[str]:
    tables = [read_table(source.uri) for source in table_files(output, "failures")]
    return {ref for table in tables if table is not None for ref in table["ref"].to_pylist()}


@pytest.fixture(params=["local", "bucket"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path) if request.param == "local" else request.getfixturevalue("bucket")


def test_a_part_without_a_mark_is_no_data_and_is_deleted(output: str) -> None:
    write_mark(output, "run-1", "a", write_part(output, "a"))
    write_part(output, "b")
    write_mark(output, "run-2", "c", write_part(output, "c", "run-2"))
    assert refs(output) == {"Fa", "Fc"}
    delete_uncommitted(output)
    write_mark(output, "run-1", "b", ["failures/part-b-00000.parquet"])  # Of a file that is gone: nothing to read.
    assert refs(output) == {"Fa", "Fc"}


def test_a_commit_can_be_repeated_and_taken_back_and_not_changed(output: str) -> None:
    for _ in range(2):
        write_mark(output, "run-1", "a", write_part(output, "a"), ["refs/x.csv"])
    with pytest.raises(OutputConflictError):
        write_mark(output, "run-1", "a", [])
    delete_mark(output, "run-1", "a")
    delete_mark(output, "run-1", "a")
    assert refs(output) == set()
    assert read_marks(output) == {}


def test_merged_marks_name_the_same_files_in_one_object(output: str) -> None:
    for part in "ab":
        write_mark(output, "run-1", part, write_part(output, part), [f"refs/{part}.csv"])
    before = read_marks(output)
    for _ in range(2):
        merge_marks(output, "run-1")
        assert read_marks(output) == before
    delete_mark(output, "run-1", WHOLE_RUN)
    assert read_marks(output) == {}


def test_a_process_reads_each_mark_once(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, read = type(storage_of(output)), type(storage_of(output)).read
    asked: list[str] = []
    monkeypatch.setattr(kind, "read", lambda storage, uri: asked.append(uri) or read(storage, uri))
    for run in range(100):
        write_mark(output, f"run-{run:03d}", WHOLE_RUN, [f"failures/{run}.parquet"])
    for _ in range(2):
        assert [mark.audit for mark in read_marks(output).values()] == [{f"failures/{run}.parquet"} for run in range(100)]
    write_mark(output, "run-new", "a", ["failures/new.parquet"])
    read_marks(output)
    assert Counter(uri for uri in asked if "/marks/" in uri) == dict.fromkeys(asked, 1)
    assert len(asked) == 101
    write_mark(output, "run-new", "a", ["failures/n3w.parquet"], replace=True)  # As long as before, and maybe as old.
    assert read_marks(output)["run-new"].audit == {"failures/n3w.parquet"}


def test_what_a_killed_writer_left_is_no_data_and_is_deleted(tmp_path: Path) -> None:
    write_mark(str(tmp_path), "run-1", "a", write_part(str(tmp_path), "a"))
    folder = tmp_path / "audit" / "failures" / "run=run-1"
    for name in (".efface-x.tmp", "part-b-00000.parquet"):
        (folder / name).write_bytes(b"PAR1 and half a file")
    (tmp_path / "audit" / "marks" / "run=run-1" / ".efface-x.tmp").write_text('{"sch')
    assert refs(str(tmp_path)) == {"Fa"}
    delete_uncommitted(str(tmp_path))
    assert [path.name for path in folder.iterdir()] == ["part-a-00000.parquet"]
