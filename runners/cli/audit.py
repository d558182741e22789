"""`efface audit`: evaluates or compacts the audit of an output."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

import click

from .command import Command, Group
from .exit_codes import ExitCode
from .options import OUTPUT_PREFIX, json_option

if TYPE_CHECKING:
    from efface.transforms.audit.miss_rate import MissRate


@click.group(
    cls=Group,
    short_help="query, evaluate, compact or migrate the audit of an output",
    examples=('efface audit query OUT/ "SELECT ref, code FROM failures"', "efface audit misses OUT/"),
)
def command() -> None:
    """Query, evaluate, compact or migrate the audit of an output."""


@command.command(
    "query",
    cls=Command,
    short_help="answer a question in SQL",
    examples=(
        'efface audit query OUT/ "SELECT count(*) FROM current_instances"',
        'efface audit query OUT/ "SELECT code, ref FROM current_failures" --csv',
    ),
)
@OUTPUT_PREFIX
@click.argument("sql", metavar="SQL")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option("one JSON object a row")
def query(output: str, sql: str, as_csv: bool, as_json: bool) -> int:
    """Print the answer to a query in DuckDB's SQL.

    PREFIX is the output of earlier runs: a folder or gs:// prefix. The tables instances, findings, attributes and
    failures hold all runs, those whose names begin with current_ what stands there now, and runs the runs.
    docs/audit.md describes each column.
    """
    from efface.pipeline.audit_query import query_audit

    from .locations import require_output
    from .tables import print_table

    require_output(output)
    found = query_audit(output, sql)
    rows = found.to_pylist()
    if as_json:
        for row in rows:
            print(json.dumps(row, default=str))
    elif as_csv:
        csv.writer(sys.stdout).writerows([found.column_names, *(row.values() for row in rows)])
    else:
        print_table([tuple(found.column_names), *(tuple(map(str, row.values())) for row in rows)])
    return ExitCode.OK


@command.command(
    "misses",
    cls=Command,
    short_help="bound the share of text that the prefilter misses",
    examples=("efface audit misses OUT/", "efface audit misses gs://bucket/out --json"),
)
@OUTPUT_PREFIX
@json_option("one JSON object; upper_share is null without a sample")
def misses(output: str, as_json: bool) -> int:
    """Print an upper limit for the share of sampled-tier instances with text that the prefilter misses.

    The limit is computed from the instances of the tier that were searched in full. PREFIX is the output of earlier
    runs: a folder or the prefix of a bucket.
    """
    from efface.transforms.audit.miss_rate import miss_rate

    from .locations import require_output

    require_output(output)
    bound = miss_rate(output)
    if as_json:
        print(json.dumps(_as_record(bound)))
    else:
        _print_misses(bound)
    return ExitCode.OK


@command.command(
    "compact",
    cls=Command,
    short_help="merge the small files of complete runs",
    examples=("efface audit compact OUT/", "efface audit compact gs://bucket/out --json"),
)
@OUTPUT_PREFIX
@json_option("one JSON object with the number of files before and after")
def compact(output: str, as_json: bool) -> int:
    """Merge the audit files of each complete run into one file per table.

    PREFIX is the output of earlier runs: a folder or the prefix of a bucket.
    """
    from efface.transforms.audit.compaction import compact_audit

    from ..run_lock import run_lock
    from .locations import require_output

    require_output(output)
    with run_lock(output, "compact"):
        before, after = compact_audit(output)
    print(json.dumps({"before": before, "after": after}) if as_json else f"{before} files before, {after} now")
    return ExitCode.OK


@command.command(
    "migrate",
    cls=Command,
    short_help="bring the audit of an earlier efface to this version",
    examples=("efface audit migrate OUT/",),
)
@OUTPUT_PREFIX
@json_option("one JSON object with the number of runs that were rewritten")
def migrate(output: str, as_json: bool) -> int:
    """Rewrite an audit of schema version 2 or 3, so that this efface can read it and add to it.

    PREFIX is the output of earlier runs: a folder or gs:// prefix. The outputs themselves stay as they are.
    """
    from efface.transforms.audit.migration import migrate_audit

    from ..run_lock import run_lock
    from .locations import require_output

    require_output(output)
    with run_lock(output, "migrate"):
        runs = migrate_audit(output)
    print(json.dumps({"runs": runs}) if as_json else f"{runs} runs rewritten")
    return ExitCode.OK


def _as_record(bound: MissRate) -> dict[str, float | None]:
    return {
        "instances": bound.instances,
        "read_in_full": bound.read_in_full,
        "missed": bound.missed,
        "confidence": bound.confidence,
        "upper_share": bound.upper_share if bound.read_in_full else None,
    }


def _print_misses(bound: MissRate) -> None:
    print(f"sampled tier: {bound.instances} instances, {bound.read_in_full} of them read in full")
    if not bound.read_in_full:
        print("no instance of the tier was read in full, so there is no limit: increase ocr.sampled_share in the policy")
        return
    print(f"instances with text that the prefilter does not see: {bound.missed} of these {bound.read_in_full}")
    print(f"with {bound.confidence:.0%} confidence, at most {bound.upper_share:.2%} of the tier")
