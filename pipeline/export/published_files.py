"""The published files themselves as entries of an export."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from efface.transforms.core.errors import EffaceError
from efface.transforms.instance.open import read_source
from efface.transforms.storage import is_local

from .entry import Entry
from .series import PublishedInstance, Series


def published_files(series: Series, target: Path, left_out: Counter[str]) -> Iterator[Entry]:
    """The published file of each instance. Local ones stay where they are; those of a bucket are copied.

    Args:
        target: The folder of the export.
        left_out: Gets one for each file that cannot be copied.
    """
    for instance in series.instances:
        try:
            yield _entry(instance, target)
        except EffaceError as error:
            left_out[error.code] += 1


def _entry(instance: PublishedInstance, target: Path) -> Entry:
    uri, frames = instance.source.uri, instance.pixels.frames
    if not is_local(uri):
        return Entry(f"dicom/{instance.names.path}", instance, frames, data=read_source(instance.source))
    path = os.path.relpath(uri, target)
    # MONAI joins paths as texts. Where a link makes that another file, only the whole path leads to the published one.
    return Entry(path if _leads_to(target / path, uri) else str(Path(uri).resolve()), instance, frames)


def _leads_to(path: Path, uri: str) -> bool:
    try:
        return path.samefile(uri)
    except OSError:
        return False
