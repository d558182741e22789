"""Makes rows and files of the audit from the records of the pipeline."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..core.errors import (
    DicomdirError,
    Failure,
    NotDicomError,
    NotSelectedError,
    RejectedError,
    SupersededError,
    WithdrawnError,
)
from ..core.evidence import Verdict
from ..core.pseudonyms import Pseudonyms
from ..core.published import Published, Versions
from .schemas import DESCRIPTION, MODALITIES, SCHEMA_VERSION

_SKIPPED_CODES = (NotDicomError.code, DicomdirError.code, WithdrawnError.code, SupersededError.code, RejectedError.code)
"""Failures that need no attention: the source is no instance, its patient withdrew, a newer one is published, or a person
decided that it is not."""
_QUARANTINED = "quarantined"
_VERDICTS = {**dict.fromkeys(_SKIPPED_CODES, "skipped"), NotSelectedError.code: "not_selected"}
FAILURE_VERDICTS = (_QUARANTINED, *dict.fromkeys(_VERDICTS.values()))
"""Every verdict of `failures`."""

PUBLISHED = frozenset({"published", "unchanged"})
"""Status in `instances` of a source that leads to an output."""

_VERSION_KEY, _COLUMNS_KEY = b"efface.schema", b"efface.columns"
"""File metadata: the schema version, and the descriptions as JSON for readers without access to the metadata of fields."""

Row = dict[str, Any]


def instance_row(published: Published, versions: Versions, pseudonyms: Pseudonyms) -> Row:
    """The row of `instances` for a published instance."""
    evidence, names = published.evidence, published.names
    instance, source = evidence.instance, evidence.instance.source
    redacted = sum(finding.verdict is Verdict.REDACT for finding in evidence.findings)
    return {
        "ref": instance.ref,
        "verdict": "unchanged" if published.already_existed else "published",
        "output": names.path,
        "patient_id": names.patient_id,
        "study_instance_uid": names.study_instance_uid,
        "series_instance_uid": names.series_instance_uid,
        "sop_instance_uid": names.sop_instance_uid,
        "sop_class_uid": instance.sop_class_uid,
        "modality": instance.modality if instance.modality in MODALITIES else None,
        **asdict(published.device),
        "source_transfer_syntax_uid": instance.transfer_syntax_uid,
        "output_transfer_syntax_uid": published.transfer_syntax_uid,
        "frames": instance.pixels.frames if instance.pixels else 0,
        "tiles": evidence.tiles,
        "ultrasound_regions": len(instance.regions),
        "search_tier": str(evidence.search.tier) if instance.pixels else None,
        "search_effort": str(evidence.search.effort) if instance.pixels else None,
        "boxes_redacted": redacted,
        "boxes_kept": len(evidence.findings) - redacted,
        "pixel_method": published.pixel_method,
        "carriers": sorted(published.carriers),
        "patient_ref": published.patient_ref,
        "issuer_ref": published.issuer_ref,
        "patient_id_ref": published.patient_id_ref,
        "mapping_ref": published.mapping_ref,
        "device_ref": instance.device_ref,
        "device_type_ref": instance.device_type_ref,
        "decisions_ref": instance.decided.ref,
        "decisions_not_applied": evidence.decisions_not_applied,
        **asdict(published.person),
        "source_version_ref": pseudonyms.version_ref(source.uri, source.version, source.size_bytes),
        "output_bytes": published.output_bytes,
        "output_sha256": published.output_sha256,
        "policy": versions.policy,
        "models": versions.models,
        "selection": versions.selection,
        "layout": versions.layout,
        "key_id": versions.key_id,
    }


def removed_row(ref: str, output: str) -> Row:
    """The row of `instances` for a source that no longer leads to an output."""
    return {"ref": ref, "verdict": "removed", "output": output}


def finding_rows(published: Published) -> Iterator[Row]:
    """The rows of `findings` for a published instance."""
    for finding in published.evidence.findings:
        yield {
            "ref": published.ref,
            "frame_indices": list(finding.frames),
            "overlay_group": finding.overlay,
            **finding.box._asdict(),
            "verdict": str(finding.verdict),
            "reason": str(finding.reason),
            "rule": finding.rule,
            "score": finding.score,
            "engine": finding.engine,
            "rendering": finding.rendering,
            "prefilter_score": finding.prefilter_score,
        }


def attribute_rows(published: Published) -> Iterator[Row]:
    """The rows of `attributes` for a published instance."""
    for action in published.actions:
        yield {"ref": published.ref, "tag_path": action.path, "action": action.action, "rule": action.rule}


def failure_row(failure: Failure) -> Row:
    """The row of `failures` for a source that is not published."""
    uid = failure.sop_instance_uid or None
    return {"ref": failure.ref, "verdict": verdict_of(failure.code), **asdict(failure), "sop_instance_uid": uid}


def verdict_of(code: str) -> str:
    """What a failure means for its source: "quarantined", or "skipped" and "not_selected", which need no attention."""
    return _VERDICTS.get(code, _QUARANTINED)


def to_parquet(schema: pa.Schema, rows: Iterable[Row]) -> bytes:
    """The rows as one Parquet file, sorted: a retried bundle writes the same bytes."""
    return as_parquet(pa.Table.from_pylist(sorted(rows, key=repr), schema)).getvalue()


def as_parquet(table: pa.Table) -> io.BytesIO:
    """A table as one Parquet file that names its schema version and describes its columns."""
    descriptions = {field.name: field.metadata[DESCRIPTION].decode() for field in table.schema}
    metadata = {_VERSION_KEY: str(SCHEMA_VERSION), _COLUMNS_KEY: json.dumps(descriptions)}
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata((table.schema.metadata or {}) | metadata), stream, compression="zstd")
    return stream


def schema_version_of(schema: pa.Schema) -> str:
    """The version of the audit that wrote a Parquet file; files of version 1 do not name it."""
    return bytes((schema.metadata or {}).get(_VERSION_KEY, b"1")).decode("ascii", "replace")
