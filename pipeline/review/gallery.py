"""What there is to look at: every published instance and every quarantined source, by the audit of an output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from efface.transforms.audit.current import current_failures, current_findings
from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.store import require_schema_version
from efface.transforms.core.box import Box
from efface.transforms.core.errors import RejectedError
from efface.transforms.core.evidence import Verdict

_QUARANTINED = "quarantined"
_SHOWN_CODES = frozenset({RejectedError.code})
"""Codes of what is not in quarantine, and to be seen all the same: a person may take the rejection back."""
_COLUMNS = (
    "study_instance_uid",
    "modality",
    "manufacturer",
    "manufacturer_model_name",
    "image_type",
    "rows",
    "columns",
    "frames",
    "pixel_method",
    "carriers",
    "policy",
    "models",
    "made_by_run",
    "device_ref",
    "device_type_ref",
    "decisions_ref",
    "decisions_not_applied",
)
_FACTS = ("run", "policy", "models", "pixel_method", "decisions_not_applied")


@dataclass(frozen=True, slots=True)
class Region:
    """A box that a run redacted or kept: one row of `findings`.

    Attributes:
        frames: The Frames that show it, counted from 0.
        overlay_group: Group of the overlay plane that shows it; 0 for the pixel data.
    """

    frames: tuple[int, ...]
    overlay_group: int
    box: Box
    verdict: str
    reason: str
    rule: str
    score: float

    @property
    def is_kept(self) -> bool:
        return self.verdict == Verdict.KEEP


@dataclass(frozen=True, slots=True)
class Entry:
    """A published instance, or a source that is quarantined or rejected. Holds pseudonyms, codes and sizes, and no identifier.

    Attributes:
        ref: Keyed hash of the source's URI.
        path: Of the output below `instances/`; "" where nothing is published.
        sop_instance_uid, series_instance_uid, study_instance_uid, patient_id: Pseudonyms; "" where the audit lacks them.
        output_bytes, output_sha256: Of the output.
        image_type: The values of Image Type.
        rows, columns, frames: 0 without pixel data.
        device_ref, device_type_ref: Keyed hashes of the device, without and with Image Type; "" for none.
        decisions_ref: Keyed hash of what was decided when the output was made.
        facts: What else the audit tells of the instance: name and value.
        regions: In order of their places.
        code, stage, detail: Why nothing is published; "" where it is.
    """

    ref: str
    path: str = ""
    sop_instance_uid: str = ""
    series_instance_uid: str = ""
    study_instance_uid: str = ""
    patient_id: str = ""
    output_bytes: int = 0
    output_sha256: str = ""
    modality: str = ""
    manufacturer: str = ""
    model: str = ""
    image_type: tuple[str, ...] = ()
    rows: int = 0
    columns: int = 0
    frames: int = 0
    device_ref: str = ""
    device_type_ref: str = ""
    decisions_ref: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    regions: tuple[Region, ...] = ()
    code: str = ""
    stage: str = ""
    detail: str = ""

    @property
    def is_published(self) -> bool:
        return bool(self.path)

    @property
    def device(self) -> str:
        """Maker, model and size of the Frames; "" where the output tells none of them."""
        names = " ".join(name for name in (self.manufacturer, self.model) if name)
        size = f"{self.columns} x {self.rows}" if self.rows and self.columns else ""
        return ", ".join(part for part in (names, size) if part)


def read_entries(output: str) -> list[Entry]:
    """Everything to look at: quarantined and rejected sources by their codes, then published instances by their paths.

    Args:
        output: The output prefix.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    claims = recorded_outputs(output, _COLUMNS)
    regions = _regions(current_findings(output, claims))
    failures = (
        row
        for row in current_failures(output, claims).to_pylist()
        if row["verdict"] == _QUARANTINED or row["code"] in _SHOWN_CODES
    )
    published = [_published(row, regions.get(row["ref"], [])) for row in claims.to_pylist()]
    stopped = sorted(map(_quarantined, failures), key=lambda entry: (entry.code, entry.ref))
    return [*stopped, *sorted(published, key=lambda entry: entry.path)]


def index_of(entries: Sequence[Entry]) -> dict[str, Any]:
    """What the gallery filters by, one list a column, so that it stays small: texts are numbers of `words`.

    Returns:
        Values of JSON.
    """
    words: dict[str, int] = {}

    def number(word: str) -> int:
        return words.setdefault(word, len(words))

    columns: dict[str, Any] = {
        "published": [int(entry.is_published) for entry in entries],
        "modality": [number(entry.modality) for entry in entries],
        "device": [number(entry.device) for entry in entries],
        "reasons": [[number(reason) for reason in _reasons(entry)] for entry in entries],
        "score": [min((round(region.score, 3) for region in entry.regions), default=None) for entry in entries],
        "frames": [entry.frames for entry in entries],
        "redacted": [sum(not region.is_kept for region in entry.regions) for entry in entries],
        "kept": [sum(region.is_kept for region in entry.regions) for entry in entries],
        "name": [short_name(entry) for entry in entries],
    }
    return columns | {"count": len(entries), "words": list(words)}


def short_name(entry: Entry) -> str:
    """The end of the pseudonym of an instance, or the beginning of the ref of a source."""
    return entry.sop_instance_uid[-8:] if entry.is_published else entry.ref[:8]


def _reasons(entry: Entry) -> Iterable[str]:
    return [entry.code] if entry.code else dict.fromkeys(region.reason for region in entry.regions)


def _regions(findings: pa.Table) -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for row in findings.to_pylist():
        found.setdefault(row["ref"], []).append(
            Region(
                tuple(row["frame_indices"] or ()),
                row["overlay_group"] or 0,
                Box(row["left"], row["top"], row["right"], row["bottom"]),
                row["verdict"],
                row["reason"] or "",
                row["rule"] or "",
                row["score"] or 0.0,
            )
        )
    for regions in found.values():
        regions.sort(key=lambda region: (region.frames[:1], region.box.top, region.box.left))
    return found


def _published(row: dict[str, Any], regions: Sequence[Region]) -> Entry:
    told = {name: str(row[name] or "") for name in _FACTS}
    return Entry(
        row["ref"],
        row["output"],
        sop_instance_uid=row["sop_instance_uid"] or "",
        series_instance_uid=row["series_instance_uid"] or "",
        study_instance_uid=row["study_instance_uid"] or "",
        patient_id=row["patient_id"] or "",
        output_bytes=row["output_bytes"] or 0,
        output_sha256=row["output_sha256"] or "",
        modality=row["modality"] or "",
        manufacturer=row["manufacturer"] or "",
        model=row["manufacturer_model_name"] or "",
        image_type=tuple(row["image_type"].split("\\")) if row["image_type"] else (),
        rows=row["rows"] or 0,
        columns=row["columns"] or 0,
        frames=row["frames"] or 0,
        device_ref=row["device_ref"] or "",
        device_type_ref=row["device_type_ref"] or "",
        decisions_ref=row["decisions_ref"] or "",
        facts=(*told.items(), *(row["carriers"] or ())),
        regions=tuple(regions),
    )


def _quarantined(row: dict[str, Any]) -> Entry:
    return Entry(
        row["ref"],
        sop_instance_uid=row["sop_instance_uid"] or "",
        code=row["code"] or "",
        stage=row["stage"] or "",
        detail=row["detail"] or "",
    )
