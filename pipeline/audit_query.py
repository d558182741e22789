"""SQL over the audit of an output: its history, and what stands there now."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import part_uri, partition_prefix, run_of, table_prefix
from efface.transforms.audit.rows import FAILURE_VERDICTS, PUBLISHED
from efface.transforms.audit.schemas import TABLES
from efface.transforms.audit.store import complete_runs, read_reports, require_schema_version, table_files, write_table
from efface.transforms.storage import is_local, storage_of

_PUBLISHED = ", ".join(f"'{verdict}'" for verdict in sorted(PUBLISHED))
CURRENT = {
    "current_instances": f"""
        SELECT i.* FROM instances i SEMI JOIN standing s ON (i.run, i.ref, i.output) = (s.run, s.ref, s.output)
        WHERE i.verdict IN ({_PUBLISHED})
    """,
    "current_findings": "SELECT f.* FROM findings f SEMI JOIN standing s ON (f.run, f.ref) = (s.made_by_run, s.ref)",
    "current_attributes": "SELECT a.* FROM attributes a SEMI JOIN standing s ON (a.run, a.ref) = (s.made_by_run, s.ref)",
    "current_failures": """
        SELECT f.* FROM failures f ANTI JOIN standing s ON f.ref = s.ref AND f.run <= s.run
        QUALIFY row_number() OVER (PARTITION BY f.ref ORDER BY f.run DESC) = 1
    """,
}
"""View -> its definition, by the tables of all runs and by `standing`: what stands there, by its newest row."""

RUNS = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("run", "started", "ended", "efface", "policy", "models", "key_id")),
        *(pa.field(name, pa.int64()) for name in ("listed", "published", "unchanged", "removed", *FAILURE_VERDICTS)),
        pa.field("heads_not_defaced", pa.int64()),
    ]
)
"""Columns of the table `runs`, from the run files."""


class QueryError(ValueError):
    """The query cannot be answered. The message says why."""


def query_audit(output: str, sql: str) -> pa.Table:
    """The result of a query in DuckDB's SQL.

    Tables `instances`, `findings`, `attributes` and `failures` hold the rows of all runs, with a column `run`. Those that begin
    with `current_` hold what stands there now: the newest row of each source. `runs` has one row for each complete run.

    Args:
        output: Prefix of the output, local or in a bucket. Files of a bucket are fetched, for the tables that the query names.

    Raises:
        QueryError: DuckDB is not installed, or the query is wrong.
        SchemaVersionError: Another version of efface wrote the audit.
    """
    try:
        import duckdb
    except ImportError:
        raise QueryError('queries need DuckDB: pip install "efface[query]"') from None
    require_schema_version(output)
    wanted = set(re.findall(r"\w+", sql.lower()))
    with tempfile.TemporaryDirectory(prefix="efface-") as folder, duckdb.connect() as connection:
        try:
            for table in TABLES:
                if {table, f"current_{table}"} & wanted:
                    _collect(output, table, folder)
                    connection.execute(_view(table, table_prefix(folder, table)))
            if CURRENT.keys() & wanted:
                connection.register("standing", _standing(output))
            for view in CURRENT.keys() & wanted:
                connection.execute(f"CREATE VIEW {view} AS {CURRENT[view]}")
            if "runs" in wanted:
                connection.register("runs", pa.Table.from_pylist(list(_runs(output)), RUNS))
            result = connection.sql(sql)
            if result is None:
                raise QueryError("the statement has no result")
            return result.to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(" ".join(str(error).split())) from None


def _standing(output: str) -> pa.Table:
    claims = recorded_outputs(output, ["made_by_run"])
    made_by_run = pc.coalesce(claims["made_by_run"], claims["run"])
    return claims.select(["run", "ref", "output"]).append_column("made_by_run", made_by_run)


def _view(table: str, folder: str) -> str:
    files = str(Path(folder, "*", "*.parquet")).replace("'", "''")
    options = "union_by_name = true, hive_partitioning = true, hive_types_autocast = false"
    return f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files}', {options})"


def _collect(output: str, table: str, folder: str) -> None:
    """Put the committed files of a table alone below a folder, and an empty one, so that no column is missing."""
    write_table(part_uri(folder, table, "", ""), TABLES[table].empty_table())
    for source in table_files(output, table):
        file = Path(partition_prefix(folder, table, run_of(source.uri)), source.uri.rpartition("/")[2])
        file.parent.mkdir(exist_ok=True)
        if is_local(source.uri):
            file.symlink_to(Path(source.uri).absolute())
        else:
            file.write_bytes(storage_of(source.uri).read(source.uri) or b"")


def _runs(output: str) -> Iterator[dict[str, Any]]:
    complete = complete_runs(output)
    for run_id, report in zip(complete, read_reports(complete.values()), strict=True):
        yield report | report.get("counts", {}) | {"run": run_id}
