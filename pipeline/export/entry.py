"""One entry of an export: a file that a trainer loads, and what the published headers say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .series import PublishedInstance
from .split import Split

COLUMNS = (
    "path",
    "split",
    "patient_id",
    "study_instance_uid",
    "series_instance_uid",
    "sop_instance_uid",
    "modality",
    "sop_class_uid",
    "body_part_examined",
    "rows",
    "columns",
    "frames",
    "frame",
)


@dataclass(frozen=True)
class Entry:
    """One file of an export. A volume is described by the first instance of its series.

    Attributes:
        path: Of the file, below the folder of the export or relative to it.
        frames: The Frames that it shows; of a picture, the Frames of its instance.
        frame: Of a picture: which Frame it shows, counted from 0.
        is_volume: It shows several instances.
        data: The file; None for a published file that stays where it is.
    """

    path: str
    instance: PublishedInstance
    frames: int
    frame: int | None = None
    is_volume: bool = False
    data: bytes | None = field(default=None, repr=False)

    def describe(self, split: Split) -> Mapping[str, str | int | None]:
        """A value for each of `COLUMNS` but the path."""
        names, pixels = self.instance.names, self.instance.pixels
        return {
            "split": str(split),
            "patient_id": names.patient_id,
            "study_instance_uid": names.study_instance_uid,
            "series_instance_uid": names.series_instance_uid,
            "sop_instance_uid": None if self.is_volume else names.sop_instance_uid,
            "modality": self.instance.modality,
            "sop_class_uid": self.instance.sop_class_uid,
            "body_part_examined": self.instance.body_part,
            "rows": pixels.rows,
            "columns": pixels.columns,
            "frames": self.frames,
            "frame": self.frame,
        }
