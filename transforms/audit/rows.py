"""Makes rows of the audit from the records of the pipeline."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..core.errors import DicomdirError, Failure, NotDicomError, WithdrawnError
from ..core.evidence import Verdict
from ..core.pseudonyms import Pseudonyms
from ..core.published import Published
from .schemas import MODALITIES, SCHEMA_VERSION, VERSION_KEY

SKIPPED_CODES = frozenset({NotDicomError.code, DicomdirError.code, WithdrawnError.code})
"""Failures that nobody has to look at: what is no instance, and what is left out on purpose."""

PUBLISHED_VERDICTS = frozenset({"published", "unchanged"})
"""Verdicts of `instances` that say a source leads to an output; "removed" says that it does so no more."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Versions:
    """The versions that an instance was made with. Equal versions give equal outputs."""

    policy: str
    models: str
    key_id: str

    @property
    def metadata_part(self) -> str:
        """The policy's version without its last part, which is about pixels (see `Policy.version`)."""
        return self.policy.rpartition("-")[0] + "-"


def instance_row(published: Published, versions: Versions, pseudonyms: Pseudonyms) -> Row:
    """The row of a published instance in `instances`."""
    evidence, names = published.evidence, published.names
    instance = evidence.instance
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
        "transfer_syntax_in": instance.transfer_syntax_uid,
        "transfer_syntax_out": published.transfer_syntax_uid,
        "frames": instance.pixels.frames if instance.pixels else 0,
        "tiles": evidence.tiles,
        "ultrasound_regions": len(instance.regions),
        "tier": str(evidence.search.tier) if instance.pixels else None,
        "effort": str(evidence.search.effort) if instance.pixels else None,
        "boxes_redacted": redacted,
        "boxes_kept": len(evidence.findings) - redacted,
        "pixel_method": published.pixel_method,
        "carriers": sorted(published.carriers),
        "patient_ref": published.patient_ref,
        "issuer_ref": published.issuer_ref,
        "source_version": pseudonyms.version_ref(instance.source.uri, instance.source.version, instance.source.size_bytes),
        "output_bytes": published.output_bytes,
        "output_sha256": published.output_sha256,
        "policy": versions.policy,
        "models": versions.models,
        "key_id": versions.key_id,
        "ocr_msec": evidence.ocr_msec,
        "rewrite_msec": published.rewrite_msec,
    }


def removed_row(ref: str, output: str) -> Row:
    """The row of a source that leads to an output no more in `instances`."""
    return {"ref": ref, "verdict": "removed", "output": output}


def finding_rows(published: Published) -> Iterator[Row]:
    """The rows of a published instance in `findings`: every text region, drawn or kept."""
    for finding in published.evidence.findings:
        yield {
            "ref": published.ref,
            "frames": list(finding.frames),
            "overlay": finding.overlay,
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
    """The rows of a published instance in `attributes`."""
    for action in published.actions:
        yield {"ref": published.ref, "path": action.path, "action": action.action, "rule": action.rule}


def failure_row(failure: Failure) -> Row:
    """The row of an instance that is not published in `failures`."""
    verdict = "skipped" if failure.code in SKIPPED_CODES else "quarantined"
    return {"ref": failure.ref, "verdict": verdict, **asdict(failure)}


def to_parquet(schema: pa.Schema, rows: Iterable[Row]) -> bytes:
    """The rows as one Parquet file; sorted, so that a retried bundle writes the same bytes."""
    return as_parquet(pa.Table.from_pylist(sorted(rows, key=repr), schema)).getvalue()


def as_parquet(table: pa.Table) -> io.BytesIO:
    """A table as one Parquet file, with the version of the audit's schema."""
    stream = io.BytesIO()
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), VERSION_KEY: str(SCHEMA_VERSION)})
    pq.write_table(table, stream, compression="zstd")
    return stream
