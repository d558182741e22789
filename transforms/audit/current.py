"""What the audit says of the instances that stand in an output, and of the sources that are not published, as of now.

The same rows as the views `current_findings` and `current_failures` of `efface audit query`, without DuckDB.
"""

from __future__ import annotations

import functools

import pyarrow as pa
import pyarrow.compute as pc

from .layout import run_of
from .schemas import FAILURES, FINDINGS
from .store import require_table, table_files


def current_findings(output: str, claims: pa.Table) -> pa.Table:
    """The findings of each output that stands there, from the run that made it.

    Args:
        output: The output prefix.
        claims: `ref`, `run` and `made_by_run` of these outputs (`history.recorded_outputs`).
    """
    made_by_run = pc.coalesce(claims["made_by_run"], claims["run"])

    @functools.lru_cache(maxsize=1)  # The files of one run follow each other.
    def refs_of(run: str) -> pa.ChunkedArray:
        return claims["ref"].filter(pc.equal(made_by_run, run))

    found = [FINDINGS.empty_table()]
    for source in table_files(output, "findings"):
        rows = require_table(source.uri, FINDINGS)
        found.append(rows.filter(pc.is_in(rows["ref"], refs_of(run_of(source.uri)))))
    return pa.concat_tables(found)


def current_failures(output: str, claims: pa.Table) -> pa.Table:
    """The newest failure of each source that has not been published since.

    Args:
        output: The output prefix.
        claims: `ref` and `run` of the outputs that stand there (`history.recorded_outputs`).
    """
    published = dict(zip(claims["ref"].to_pylist(), claims["run"].to_pylist(), strict=True))
    newest = {}
    for source in table_files(output, "failures"):  # In order of the runs.
        run = run_of(source.uri)
        for row in require_table(source.uri, FAILURES).to_pylist():
            if run > published.get(row["ref"], ""):
                newest[row["ref"]] = row
    return pa.Table.from_pylist([newest[ref] for ref in sorted(newest)], FAILURES)
