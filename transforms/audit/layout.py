"""The paths below an output and a vault. No other file spells these names.

<output>/instances/<OutputNames.path>                              one published instance
<output>/audit/<table>/run=<run>/part-<part>-<shard>.parquet       rows of one part of a run (a batch)
<output>/audit/instances/run=<run>/deleted.parquet                 rows of the outputs that a run removed
<output>/audit/instances/run=<run>/reviewed-<number>.parquet       rows that stay after a change of select or layout
<output>/audit/<table>/run=<run>/all.parquet                       all rows of a compacted run
<output>/audit/marks/run=<run>/<part>.json                         commit mark: the files of a part, or of a whole run
<output>/audit/plans/<run>-<name>.parquet                          plan of a run, until it is complete
<output>/audit/contested/<run>/<uid>-<sha256>.dcm                  an instance whose name another one has, until the end
<output>/audit/runs/<run>.json                                     run file: versions and counts of a complete run
<output>/audit/runs/running.json                                   lock: the run that works on the output
<vault>/<table>.csv                                                a table of the vault
<vault>/parts/<table>/<run>-part-<part>-<shard>.csv                rows that are not merged into it yet
"""

from __future__ import annotations

import functools
import zlib

from ..storage import join_uri, path_below

COMPACTED = "all.parquet"
_DELETED = "deleted.parquet"  # Sorts before the parts: a later "published" of the same run overrides its rows.
_PARQUET, _JSON, _PARTITION = ".parquet", ".json", "run="
_LOCK = "running"


def audit_prefix(output: str) -> str:
    """The prefix of the audit."""
    return join_uri(output, "audit")


def instances_prefix(output: str) -> str:
    """The prefix of all published instances."""
    return join_uri(output, "instances")


def instance_uri(output: str, path: str) -> str:
    """A published instance, by its path below `instances/`."""
    return join_uri(instances_prefix(output), path)


def instance_path(output: str, uri: str) -> str:
    """The path below `instances/` of a listed object."""
    return path_below(instances_prefix(output), uri)


def table_prefix(output: str, table: str) -> str:
    """The prefix of an audit table."""
    return join_uri(output, "audit", table)


def partition_prefix(output: str, table: str, run_id: str) -> str:
    """The prefix of one run in an audit table: a hive partition."""
    return join_uri(table_prefix(output, table), f"{_PARTITION}{run_id}")


def part_uri(output: str, table: str, run_id: str, part: str, shard: int = 0) -> str:
    """The file of a shard of an audit table that one part of a run writes."""
    return join_uri(partition_prefix(output, table, run_id), _part_name(part, shard) + _PARQUET)


def _part_name(part: str, shard: int) -> str:
    return f"part-{part}-{shard:05d}"


def deleted_uri(output: str, run_id: str) -> str:
    """The file with the rows of the outputs that a run removed."""
    return join_uri(partition_prefix(output, "instances", run_id), _DELETED)


def reviewed_uri(output: str, run_id: str, number: int) -> str:
    """A file of rows of `instances` that a run looked at again, and left as they are."""
    return join_uri(partition_prefix(output, "instances", run_id), f"reviewed-{number:05d}{_PARQUET}")


def is_table_file(uri: str) -> bool:
    """True for a file of rows."""
    return uri.endswith(_PARQUET)


def run_of(uri: str) -> str:
    """The run id in the path of a file of a table or of a mark, or of its folder."""
    return uri.rpartition(_PARTITION)[2].partition("/")[0]


def table_file_name(uri: str, table: str) -> str:
    """What the marks of its run call a file of a table: table and file name."""
    return f"{table}/{uri.rpartition('/')[2]}"


def marks_prefix(output: str, run_id: str = "") -> str:
    """The prefix of the marks of a run, or of all."""
    prefix = join_uri(output, "audit", "marks")
    return join_uri(prefix, f"{_PARTITION}{run_id}") if run_id else prefix


def mark_uri(output: str, run_id: str, part: str) -> str:
    """The mark of a part of a run, which is written after all files of the part."""
    return join_uri(marks_prefix(output, run_id), part + _JSON)


def is_mark(uri: str, part: str = "") -> bool:
    """True for a mark, of this part if it is given, among the listed objects of `marks_prefix`."""
    return uri.endswith(f"/{part}{_JSON}" if part else _JSON)


def runs_prefix(output: str) -> str:
    """The prefix of the run files and of the lock."""
    return join_uri(output, "audit", "runs")


def run_uri(output: str, run_id: str) -> str:
    """The run file, which is written last: a run that has one is complete."""
    return join_uri(runs_prefix(output), run_id + _JSON)


def run_of_run_file(uri: str) -> str | None:
    """The run id of a listed object of `runs_prefix`; None when it is no run file."""
    name = uri.rpartition("/")[2]
    run_id = name.removesuffix(_JSON)
    return run_id if run_id not in (name, _LOCK) else None


def lock_uri(output: str) -> str:
    """The lock of an output."""
    return run_uri(output, _LOCK)


def plans_prefix(output: str) -> str:
    """The prefix of the plans of runs that are not complete."""
    return join_uri(output, "audit", "plans")


def plan_uri(output: str, run_id: str, name: str) -> str:
    """One table of the plan of a run."""
    return join_uri(plans_prefix(output), f"{run_id}-{name}{_PARQUET}")


def run_of_plan(uri: str, name: str) -> str | None:
    """The run id of a listed table of a plan; None when the table has another name."""
    file, ending = uri.rpartition("/")[2], f"-{name}{_PARQUET}"
    return file.removesuffix(ending) if file.endswith(ending) else None


def contested_prefix(output: str, run_id: str) -> str:
    """The prefix of the instances that a run put aside, since others have their names."""
    return join_uri(output, "audit", "contested", run_id)


def contested_uri(output: str, run_id: str, uid: str, sha256: str) -> str:
    """An instance that was put aside: its pseudonymous SOP Instance UID and its digest."""
    return join_uri(contested_prefix(output, run_id), f"{uid}-{sha256}.dcm")


def uid_of_contested(uri: str) -> str:
    """The UID in the name of an instance that was put aside."""
    return uri.rpartition("/")[2].partition("-")[0]


def vault_uri(vault: str, table: str) -> str:
    """A table of the vault."""
    return join_uri(vault, f"{table}.csv")


def vault_parts_prefix(vault: str, table: str) -> str:
    """The prefix of the rows that are not merged into a table of the vault yet."""
    return join_uri(vault, "parts", table)


def vault_file_name(run_id: str, part: str, shard: int = 0) -> str:
    """The name of a file of rows that are not merged into a table of the vault yet."""
    return f"{run_id}-{_part_name(part, shard)}.csv"


def vault_part_uri(vault: str, table: str, name: str) -> str:
    """One file of rows that are not merged into a table of the vault yet."""
    return join_uri(vault_parts_prefix(vault, table), name)


@functools.lru_cache(maxsize=16)  # The rows of one instance come in a row.
def shard_of(value: str, shards: int) -> int:
    """The shard of a row, 0 to `shards` - 1, by a checksum of its first value."""
    return zlib.crc32(value.encode("utf-8", "surrogatepass")) % shards
