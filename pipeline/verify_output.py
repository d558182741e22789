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
    recorded = recorded_outputs(output)
    paths = recorded["output"].combine_chunks()
    result = Verified(recorded=len(paths), incomplete_runs=incomplete_runs(output))
    is_there = np.zeros(len(paths), bool)
    surplus: list[Source] = []
    done = 0
    with ThreadPoolExecutor(_READERS if is_local(output) else _READERS_OF_BUCKETS) as pool:
        for sources in _in_parts(storage_of(output).list(instances_prefix(output))):
            names = [instance_path(output, source.uri) for source in sources]
            rows = pc.fill_null(pc.index_in(pa.array(names, pa.string()), paths), -1).to_numpy(zero_copy_only=False)
            surplus += [source for source, row in zip(sources, rows, strict=True) if row < 0]
            known = [(source, name) for source, name, row in zip(sources, names, rows, strict=True) if row >= 0]
            is_there[rows[rows >= 0]] = True
            expected = recorded.take(pa.array(rows[rows >= 0]))
            sizes, digests = expected["output_bytes"].to_pylist(), expected["output_sha256"].to_pylist()
            for (source, name), verdict in zip(
                known, pool.map(_compare, (one[0] for one in known), sizes, digests), strict=True
            ):
                done += 1
                result.bytes += source.size_bytes
                if verdict:
                    getattr(result, verdict).append(name)
            on_progress(done, len(paths))
        missing = recorded.filter(pa.array(~is_there)).select(["output", "output_bytes", "output_sha256"])
        by_content = {(size, digest): path for path, size, digest in zip(*missing.to_pydict().values(), strict=True)}
        sizes = {size for size, _ in by_content}
        candidates = [source for source in surplus if source.size_bytes in sizes]
        for source, digest in zip(candidates, pool.map(_checksum, candidates), strict=True):
            if path := by_content.pop((source.size_bytes, digest), ""):
                result.renamed[path] = instance_path(output, source.uri)
    names_there = frozenset(result.renamed.values())
    result.missing = [path for path in missing["output"].to_pylist() if path not in result.renamed]
    result.surplus = [name for source in surplus if (name := instance_path(output, source.uri)) not in names_there]
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


def _in_parts(sources: Iterable[Source]) -> Iterator[list[Source]]:
    listed = iter(sources)
    while part := list(islice(listed, _AT_ONCE)):
        yield part
