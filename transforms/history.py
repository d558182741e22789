"""What earlier runs did, read from the audit tables under the same output."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from .audit.rows import Versions
from .core.records import Source
from .storage import join_uri, storage_of


def done_before(output: str, versions: Versions) -> set[bytes]:
    """Digests of every (ref, source version) that is published already under exactly these versions.

    Twelve bytes an instance, so that a million of them fit into a small set; see `source_digest`.
    """
    done = set()
    for table in _tables(output, ["ref", "source_version", "policy", "models", "key_id"]):
        rows = table.filter(
            (pa.compute.field("policy") == versions.policy)
            & (pa.compute.field("models") == versions.models)
            & (pa.compute.field("key_id") == versions.key_id)
        )
        pairs = zip(rows["ref"].to_pylist(), rows["source_version"].to_pylist(), strict=True)
        done.update(source_digest(ref, version) for ref, version in pairs)
    return done


def source_digest(ref: str, source_version: str) -> bytes:
    """Twelve bytes that stand for one version of one source. A ref is keyed already, so a plain hash gives nothing away."""
    return hashlib.blake2b(f"{ref}\0{source_version}".encode(), digest_size=12).digest()


def digest_of(source: Source, ref: str) -> bytes:
    """`source_digest` of a listed source."""
    return source_digest(ref, source.version)


def makers_of(output: str, path: str) -> set[str]:
    """The refs of the sources that the audit names as makers of the output `path` (relative to `instances/`)."""
    return {
        ref
        for table in _tables(output, ["ref", "output"])
        for ref in table.filter(pa.compute.field("output") == path)["ref"].to_pylist()
    }


def _tables(output: str, columns: list[str]) -> Iterator[pa.Table]:
    storage = storage_of(output)
    for source in storage.list(join_uri(output, "audit", "instances")):
        data = storage.read(source.uri)
        if data is not None and source.uri.endswith(".parquet"):
            yield pq.read_table(io.BytesIO(data), columns=columns)
