"""SQL over an audit: the history, and what stands there now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from efface.pipeline.audit_query import CURRENT, RUNS, QueryError, query_audit
from efface.runners.cli.main import main
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.rows import failure_row
from efface.transforms.audit.schemas import TABLES
from efface.transforms.audit.store import AuditPart
from efface.transforms.core.errors import Failure
from support.published import row, write_run


def write_rows(output: str, run: str, table: str, rows: list[dict]) -> None:
    part = AuditPart(output, run, "0")
    write_mark(output, run, table, [part.write(table, 0, rows)[1]])


@pytest.fixture(params=["local", "bucket"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Two runs: the second published A anew, removed B, published D under the name of C, and could not publish E."""
    output = str(tmp_path / "it's [a] *folder") if request.param == "local" else request.getfixturevalue("bucket")
    write_run(output, "01", [row("A", "1"), row("B"), row("C", output="P/same.dcm"), row("E")])
    write_rows(output, "01", "findings", [{"ref": ref, "verdict": "keep", "reason": "lexicon"} for ref in "AABC"])
    write_rows(output, "01", "failures", [failure_row(Failure(ref, "read_instances", "structure")) for ref in "DF"])
    removed = [row("B", verdict="removed"), row("E", verdict="removed")]
    write_run(output, "02", removed, name="deleted")
    write_run(output, "02", [row("A", "2"), row("D", output="P/same.dcm")])
    write_rows(output, "02", "findings", [{"ref": "A", "verdict": "redact", "reason": "unknown_text"}])
    write_rows(output, "02", "failures", [failure_row(Failure("E", "read_instances", "structure"))])
    AuditPart(output, "02", "killed").write("failures", 0, [failure_row(Failure("A", "read_instances", "structure"))])
    return output


def column(output: str, sql: str) -> list:
    [column] = query_audit(output, sql).to_pydict().values()
    return column


def test_current_tables_hold_what_stands_there_now(output: str) -> None:
    assert column(output, "SELECT ref FROM current_instances ORDER BY ref") == ["A", "D"]
    assert column(output, "SELECT run FROM current_instances ORDER BY ref") == ["02", "02"]
    assert column(output, "SELECT reason FROM current_findings") == ["unknown_text"]
    assert column(output, "SELECT ref || run FROM current_failures ORDER BY ref") == ["E02", "F01"]


def test_what_a_run_only_left_as_it_is_keeps_the_findings_of_the_run_that_made_it(tmp_path: Path) -> None:
    write_run(str(tmp_path), "01", [row("A")])
    write_rows(str(tmp_path), "01", "findings", [{"ref": "A", "verdict": "keep", "reason": "lexicon"}])
    write_run(str(tmp_path), "02", [row("A", verdict="unchanged") | {"made_by_run": "01"}])
    assert column(str(tmp_path), "SELECT run FROM current_instances") == ["02"]
    assert column(str(tmp_path), "SELECT reason FROM current_findings") == ["lexicon"]


def test_tables_hold_the_history_without_what_no_mark_names(output: str) -> None:
    assert column(output, "SELECT count(*) FROM instances") == [8]
    assert column(output, "SELECT count(*) FROM failures") == [3]
    assert column(output, "SELECT run FROM runs ORDER BY run") == ["01", "02"]


@pytest.mark.parametrize("table", [*TABLES, *CURRENT, "runs"])
def test_every_table_has_its_columns_also_when_it_is_empty(tmp_path: Path, table: str) -> None:
    write_run(str(tmp_path), "1", [])
    expected = RUNS.names if table == "runs" else [*TABLES[table.removeprefix("current_")].names, "run"]
    found = query_audit(str(tmp_path), f"SELECT * FROM {table}")
    assert found.column_names == expected
    assert found.num_rows == (table == "runs")


@pytest.mark.parametrize("sql", ["SELECT nothing FROM instances", "SELEC", "SELECT * FROM read_parquet('none')"])
def test_a_wrong_query_is_told_in_one_line(tmp_path: Path, sql: str) -> None:
    write_run(str(tmp_path), "1", [])
    with pytest.raises(QueryError) as told:
        query_audit(str(tmp_path), sql)
    assert "\n" not in str(told.value)


def test_the_command_prints_a_table_csv_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(str(tmp_path), "1", [row("A")])
    sql = "SELECT ref, frames FROM current_instances"
    for options, printed in (((), "ref  frames\nA    1\n"), (("--csv",), "ref,frames\r\nA,1\r\n")):
        assert main(["audit", "query", str(tmp_path), sql, *options]) == 0
        assert capsys.readouterr().out == printed
    assert main(["audit", "query", str(tmp_path), sql, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ref": "A", "frames": 1}
    assert main(["audit", "query", str(tmp_path), "SELEC"]) == 2
    assert "Parser Error" in capsys.readouterr().err
