"""Where everything lies below an output and a vault. No other file spells these names.

<output>/instances/<Names.path>                                    one published instance
<output>/audit/<table>/run=<run>/part-<part>-<shard>.parquet       rows that one part of a run (a batch) wrote
<output>/audit/instances/run=<run>/deleted.parquet                 rows of what a run took away
<output>/audit/<table>/run=<run>/all.parquet                       all rows of a run, once it is compacted
<output>/audit/plans/<run>-<name>.parquet                          what a run is about to do, while it is under way
<output>/audit/runs/<run>.json                                     what ran; where it stands, the run is complete
<output>/audit/runs/running.json                                   who is at work on the output
<vault>/<table>.csv                                                a table of the vault
<vault>/parts/<table>/<name>.csv                                   rows that are not united with it yet
"""

from __future__ import annotations

import zlib
from pathlib import Path

from ..storage import is_local, join_uri

COMPACTED = "all.parquet"
_DELETED = "deleted.parquet"  # It sorts before the parts: a row of the same run that says "published" comes later and counts.
_PARQUET, _RUN_END, _PARTITION = ".parquet", ".json", "run="


def instances_prefix(output: str) -> str:
    """The prefix of all published instances."""
    return join_uri(output, "instances")


def audit_prefix(output: str) -> str:
    """The prefix of the audit."""
    return join_uri(output, "audit")


def instance_uri(output: str, path: str) -> str:
    """A published instance, by its place below `instances/`."""
    return join_uri(instances_prefix(output), path)


def instance_path(output: str, uri: str) -> str:
    """The place of a listed object below `instances/`; a listing names a folder without "./" and "//"."""
    folder = instances_prefix(output)
    return uri.removeprefix(f"{Path(folder) if is_local(folder) else folder}/")


def table_prefix(output: str, table: str) -> str:
    """The prefix of all rows of an audit table."""
    return join_uri(output, "audit", table)


def partition_prefix(output: str, table: str, run_id: str) -> str:
    """The prefix of the rows of one run in an audit table: a hive partition."""
    return join_uri(table_prefix(output, table), f"{_PARTITION}{run_id}")


def part_name(part: str, shard: int) -> str:
    """The name of a file that one part of a run writes, without its ending."""
    return f"part-{part}-{shard:05d}"


def part_uri(output: str, table: str, run_id: str, part: str, shard: int = 0) -> str:
    """Where one part of a run writes a shard of an audit table."""
    return join_uri(partition_prefix(output, table, run_id), part_name(part, shard) + _PARQUET)


def deleted_uri(output: str, run_id: str) -> str:
    """Where a run writes the rows of what it took away."""
    return join_uri(partition_prefix(output, "instances", run_id), _DELETED)


def is_table_file(uri: str) -> bool:
    """Whether a listed object holds rows of a table."""
    return uri.endswith(_PARQUET)


def run_of(uri: str) -> str:
    """The run whose rows a listed file of a table, or its folder, holds."""
    return uri.rpartition(_PARTITION)[2].partition("/")[0]


def runs_prefix(output: str) -> str:
    """The prefix of what is said about whole runs."""
    return join_uri(output, "audit", "runs")


def run_uri(output: str, run_id: str) -> str:
    """Where it says what ran."""
    return join_uri(runs_prefix(output), run_id + _RUN_END)


def run_of_end(uri: str) -> str:
    """The run that a listed object of `runs_prefix` is about."""
    return uri.rpartition("/")[2].removesuffix(_RUN_END)


def lock_uri(output: str) -> str:
    """Where it says who is at work on the output."""
    return run_uri(output, "running")


def plans_prefix(output: str) -> str:
    """The prefix of the plans of runs that are under way, or were cut off."""
    return join_uri(output, "audit", "plans")


def plan_uri(output: str, run_id: str, name: str) -> str:
    """Where one table of a run's plan lies."""
    return join_uri(plans_prefix(output), f"{run_id}-{name}{_PARQUET}")


def run_of_plan(uri: str, name: str) -> str | None:
    """The run whose plan's table of that name a listed object is; None when it is another one."""
    file, ending = uri.rpartition("/")[2], f"-{name}{_PARQUET}"
    return file.removesuffix(ending) if file.endswith(ending) else None


def vault_uri(vault: str, table: str) -> str:
    """A table of the vault."""
    return join_uri(vault, f"{table}.csv")


def vault_parts_prefix(vault: str, table: str) -> str:
    """The prefix of rows that are not united with a table of the vault yet."""
    return join_uri(vault, "parts", table)


def vault_part_uri(vault: str, table: str, name: str) -> str:
    """One file of such rows."""
    return join_uri(vault_parts_prefix(vault, table), f"{name}.csv")


def shard_of(value: str, shards: int) -> int:
    """Which of the files of a part holds a row, by a checksum of its first value."""
    return zlib.crc32(value.encode("utf-8", "surrogatepass")) % shards
