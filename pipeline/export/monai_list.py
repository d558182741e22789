"""Writes an export as files and a MONAI data list: the JSON of the Medical Segmentation Decathlon.

`monai.data.load_decathlon_datalist` reads it; paths are relative to the folder of the list.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from efface.transforms.storage import is_local

from .entry import Entry
from .folder import ExportFolder
from .series import Series
from .settings import Format, Settings
from .split import Split


class MonaiList:
    """`dataset.json`; see `Index`."""

    name = "dataset.json"

    def __init__(self, folder: ExportFolder, settings: Settings) -> None:
        self._folder, self._joins_stacks = folder, settings.format is Format.DICOM
        self._items: dict[Split, list[dict[str, Any]]] = {split: [] for split in Split}

    def add(self, split: Split, series: Series, entries: Iterable[Entry]) -> int:
        """Add the images of a series, and write its files.

        DICOM files that are the slices of one volume are one image: their folder, which MONAI reads as a volume.
        """
        added = [self._written(entry) for entry in entries]
        if self._joins_stacks and len(added) == len(series.instances) and series.is_stack and self._are_alone(added):
            added = [dataclasses.replace(added[0], path=str(Path(added[0].path).parent))]
        self._items[split] += ({"image": entry.path, **_labels(entry)} for entry in added)
        return len(added)

    def close(self) -> None:
        """Write the list."""
        listed: dict[str, Any] = {"name": "efface export"}
        listed |= {f"num{split.capitalize()}": len(items) for split, items in self._items.items()}
        listed |= {str(split): items for split, items in self._items.items()}
        self._folder.write(self.name, (json.dumps(listed, indent=1) + "\n").encode())

    def _written(self, entry: Entry) -> Entry:
        self._folder.add(entry)
        return dataclasses.replace(entry, data=None)

    def _are_alone(self, added: list[Entry]) -> bool:
        """Whether the folder holds nothing else that MONAI would read with these entries."""
        if not is_local(added[0].instance.source.uri):
            return True  # They were copied into a folder of their own.
        folder = (self._folder.path / added[0].path).parent
        names = {Path(entry.path).name for entry in added}
        return names == {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def _labels(entry: Entry) -> dict[str, str]:
    names = entry.instance.names
    return {
        "patient_id": names.patient_id,
        "series_instance_uid": names.series_instance_uid,
        "modality": entry.instance.modality,
    }
