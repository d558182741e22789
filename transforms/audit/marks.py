"""Commit marks: which files of the audit and of the vault hold data.

A part of a run (a batch) writes several files. A kill between two of them would leave rows of `instances` whose findings are
gone for good, since the next run takes these instances for done. So the last step of a part writes one object, its mark, which
names all of its files. What no mark names is not data: no reader sees it, and the next run does that work again and deletes it.
"""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..core.errors import SourceReadError
from ..core.instance import Source
from ..storage import storage_of
from ..storage.parallel import in_parallel
from .layout import is_mark, is_table_file, mark_uri, marks_prefix, run_of, table_file_name, table_prefix
from .schemas import SCHEMA_VERSION, TABLES

WHOLE_RUN = "whole"
"""Stands for a part in the name of the mark that replaces those of all parts of a run."""
_KEPT_MARKS = 1 << 14
"""A plan looks at all marks several times. Those that a process has read stay in its memory."""


@dataclass(frozen=True)
class Mark:
    """The content of a mark, or of all marks of a run.

    Attributes:
        audit: Files of the audit, as `layout.table_file_name` calls them.
        vault: Files of the vault that are not merged into its tables yet, as `layout.vault_file_name` calls them.
        versions: Schema versions of the writers.
    """

    audit: frozenset[str] = frozenset()
    vault: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()

    def __or__(self, other: Mark) -> Mark:
        return Mark(self.audit | other.audit, self.vault | other.vault, self.versions | other.versions)


def write_mark(
    output: str, run_id: str, part: str, audit: Iterable[str], vault: Iterable[str] = (), *, replace: bool = False
) -> None:
    """Commit a part of a run, once all of its files are written. Idempotent.

    Args:
        audit, vault: As in `Mark`.
        replace: A mark may stand there that names other files.
    """
    mark = {"schema": SCHEMA_VERSION, "audit": sorted(set(audit)), "vault": sorted(set(vault))}
    uri = mark_uri(output, run_id, part)
    storage_of(uri).write(uri, json.dumps(mark).encode() + b"\n", replace=replace)
    if replace:
        _read.cache_clear()  # Of two writes within a tick of the file system's clock, both may have one version.


def delete_mark(output: str, run_id: str, part: str) -> None:
    """Take a commit back: the files of the part are no data any more. Idempotent."""
    uri = mark_uri(output, run_id, part)
    storage_of(uri).delete(uri)


def read_marks(output: str) -> dict[str, Mark]:
    """Run id -> what the marks of a run name together."""
    found: dict[str, Mark] = {}
    sources = list(_marks(output))
    for source, mark in zip(sources, in_parallel(_read, sources), strict=True):
        run_id = run_of(source.uri)
        found[run_id] = found.get(run_id, Mark()) | mark
    return found


def read_mark(output: str, run_id: str) -> Mark:
    """What the marks of one run name together."""
    return functools.reduce(operator.or_, in_parallel(_read, _marks(output, run_id)), Mark())


def merge_marks(output: str, run_id: str) -> None:
    """Replace the marks of a run by one: readers of the audit then read one object a run. Idempotent."""
    uris, merged = [source.uri for source in _marks(output, run_id)], read_mark(output, run_id)
    write_mark(output, run_id, WHOLE_RUN, merged.audit, merged.vault, replace=True)
    for uri in uris:
        if not is_mark(uri, WHOLE_RUN):
            storage_of(uri).delete(uri)


def delete_uncommitted(output: str) -> None:
    """Delete every file below the audit's tables that no mark names."""
    storage, marks = storage_of(output), read_marks(output)
    for table in TABLES:
        for source in list(storage.list(table_prefix(output, table))):
            if not is_table_file(source.uri) or not is_named(marks, source.uri, table):
                storage.delete(source.uri)


def is_named(marks: Mapping[str, Mark], uri: str, table: str) -> bool:
    """True when a mark names this file of a table."""
    mark = marks.get(run_of(uri))
    return mark is not None and table_file_name(uri, table) in mark.audit


def _marks(output: str, run_id: str = "") -> Iterator[Source]:
    prefix = marks_prefix(output, run_id)
    return (source for source in storage_of(prefix).list(prefix) if is_mark(source.uri))


@functools.lru_cache(maxsize=_KEPT_MARKS)
def _read(listed: Source) -> Mark:
    data = storage_of(listed.uri).read(listed.uri)
    if data is None:
        raise SourceReadError("a mark of the audit is gone")
    mark = json.loads(data)
    return Mark(frozenset(mark["audit"]), frozenset(mark["vault"]), frozenset([str(mark["schema"])]))
