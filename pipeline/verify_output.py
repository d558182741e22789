"""Compares the instances of an output with its audit. Needs neither the key nor the policy: for whoever received the output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import instance_path, instances_prefix
from efface.transforms.audit.run_plan import incomplete_runs
from efface.transforms.audit.store import require_schema_version
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.instance import Source
from efface.transforms.storage import is_local, storage_of

_AT_ONCE = 4096
"""Listed objects that are compared in one step, and whose digests are under way together."""
_READERS, _READERS_OF_BUCKETS = 4, 16
"""Objects that are read at the same time."""

RECORDED = ("path", "bytes", "sha256")
"""The columns of what is recorded of objects."""

Progress = Callable[[int, int], None]
"""Gets the number of objects that are compared, and of all that the audit records."""


@dataclass
class Verified:
    """The result.

    Attributes:
        recorded: Number of instances that the audit records.
        bytes: Bytes that were read.
        missing: Paths below `instances/` that the audit records, and where nothing stands.
        renamed: Of the missing ones, those whose content stands under a name that the audit does not record: path -> that name.
            Neither is in `missing` or `surplus`.
        changed: Paths of instances that are not the recorded ones.
        unreadable: Paths of instances that cannot be read.
        surplus: Paths of objects that the audit does not record.
        incomplete_runs: Runs that are under way or were interrupted: their instances may be missing in the audit.
    """

    recorded: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    incomplete_runs: list[str] = field(default_factory=list)

    @property
    def is_as_recorded(self) -> bool:
        """Whether the output is just what its audit says."""
        return not (self.missing or self.renamed or self.changed or self.unreadable or self.surplus or self.incomplete_runs)


def verify_output(output: str, on_progress: Progress = lambda done, total: None) -> Verified:
    """Read every instance of an output, and compare its size and SHA-256 with the audit.

    Args:
        output: Prefix of the output, local or in a bucket.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    recorded = recorded_outputs(output).select(["output", "output_bytes", "output_sha256"]).rename_columns(RECORDED)
    listed = ((instance_path(output, source.uri), source) for source in storage_of(output).list(instances_prefix(output)))
    found = compare_objects(recorded, listed, on_progress, readers=readers_of(output))
    found.incomplete_runs = incomplete_runs(output)
    return found


def readers_of(prefix: str) -> int:
    """How many objects below a prefix are read at the same time."""
    return _READERS if is_local(prefix) else _READERS_OF_BUCKETS


def compare_objects(
    recorded: pa.Table, listed: Iterable[tuple[str, Source]], on_progress: Progress = lambda done, total: None, *, readers: int
) -> Verified:
    """Read every listed object, and compare its size and SHA-256 with what is recorded.

    Args:
        recorded: The columns `RECORDED` of each object.
        listed: (path, object) of all that stand there.
        readers: Objects that are read at the same time.
    """
    paths = recorded["path"].combine_chunks()
    result = Verified(recorded=len(paths))
    is_there = np.zeros(len(paths), bool)
    surplus: list[tuple[str, Source]] = []
    done = 0
    with ThreadPoolExecutor(readers) as pool:
        for part in _in_parts(listed):
            rows = pc.index_in(pa.array([name for name, _ in part], pa.string()), paths)
            rows = pc.fill_null(rows, -1).to_numpy(zero_copy_only=False)
            surplus += [one for one, row in zip(part, rows, strict=True) if row < 0]
            known = [one for one, row in zip(part, rows, strict=True) if row >= 0]
            is_there[rows[rows >= 0]] = True
            expected = recorded.take(pa.array(rows[rows >= 0]))
            sizes, digests = expected["bytes"].to_pylist(), expected["sha256"].to_pylist()
            verdicts = pool.map(_compare, (source for _, source in known), sizes, digests)
            for (name, source), verdict in zip(known, verdicts, strict=True):
                done += 1
                result.bytes += source.size_bytes
                if verdict:
                    getattr(result, verdict).append(name)
            on_progress(done, len(paths))
        missing = recorded.filter(pa.array(~is_there))
        by_content = {(size, digest): path for path, size, digest in zip(*missing.to_pydict().values(), strict=True)}
        sizes = {size for size, _ in by_content}
        candidates = [one for one in surplus if one[1].size_bytes in sizes]
        for (name, source), digest in zip(candidates, pool.map(_checksum, (source for _, source in candidates)), strict=True):
            if path := by_content.pop((source.size_bytes, digest), ""):
                result.renamed[path] = name
    names_there = frozenset(result.renamed.values())
    result.missing = [path for path in missing["path"].to_pylist() if path not in result.renamed]
    result.surplus = [name for name, _ in surplus if name not in names_there]
    return result


def _checksum(source: Source) -> str | None:
    try:
        return storage_of(source.uri).checksum(source.uri)
    except EffaceError:
        return None


def _compare(source: Source, size_bytes: int | None, sha256: str | None) -> str:
    """The field of `Verified` for an object; "" for one that is the recorded one."""
    if size_bytes != source.size_bytes:
        return "changed"
    try:
        return "" if storage_of(source.uri).checksum(source.uri) == sha256 else "changed"
    except EffaceError:
        return "unreadable"


def _in_parts(listed: Iterable[tuple[str, Source]]) -> Iterator[list[tuple[str, Source]]]:
    remaining = iter(listed)
    while part := list(islice(remaining, _AT_ONCE)):
        yield part
