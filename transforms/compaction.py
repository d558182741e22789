"""Fewer, larger files in the audit: a run leaves one file a table and batch, and a reader opens each of them."""

from __future__ import annotations

import io
from collections import defaultdict

import pyarrow as pa
import pyarrow.parquet as pq

from .audit.schemas import TABLES
from .storage import join_uri, storage_of

_COMPACT = "all.parquet"


def compact_audit(output: str) -> tuple[int, int]:
    """Unite the files of each table and complete run, in order, and delete the parts.

    The united file is written before the parts are deleted, so nothing is ever missing; who reads in between may see rows
    twice. A run that did not end is left as it is. Doing it twice, or again after it was interrupted, changes nothing more.

    Returns:
        Number of files before and after.
    """
    storage = storage_of(output)
    runs = {source.uri.rpartition("/")[2].removesuffix(".json") for source in storage.list(join_uri(output, "audit", "runs"))}
    before = after = 0
    for table, schema in TABLES.items():
        files = defaultdict(list)
        for source in storage.list(join_uri(output, "audit", table)):
            folder, _, name = source.uri.rpartition("/")
            files[folder].append(name)
        for folder, names in files.items():
            before += len(names)
            if folder.rpartition("run=")[2] not in runs or len(names) < 2:
                after += len(names)
                continue
            if _COMPACT not in names:
                parts = [storage.read(f"{folder}/{name}") or b"" for name in sorted(names)]
                united = pa.concat_tables([pq.read_table(io.BytesIO(part), schema=schema) for part in parts])
                buffer = io.BytesIO()
                pq.write_table(united, buffer, compression="zstd")
                storage.write(f"{folder}/{_COMPACT}", buffer.getvalue())
            for name in names:
                if name != _COMPACT:
                    storage.delete(f"{folder}/{name}")
            after += 1
    return before, after
