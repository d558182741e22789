"""Draws every Frame of a series as PNG."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

import numpy as np
from PIL import Image

from efface.transforms.core.errors import EffaceError
from efface.transforms.instance.open import open_instance
from efface.transforms.pixels.renderings import display_frame

from .entry import Entry
from .series import PublishedInstance, Series


def pictures(series: Series, left_out: Counter[str]) -> Iterator[Entry]:
    """A PNG for each Frame, 8 bits, as a viewer shows it: grey, or RGB.

    Args:
        left_out: Gets one for each instance with a Frame that cannot be read.
    """
    for instance in series.instances:
        try:
            yield from _pictures(instance)
        except EffaceError as error:
            left_out[error.code] += 1


def _pictures(instance: PublishedInstance) -> Iterator[Entry]:
    reader = open_instance(instance.source)
    stem = f"images/{instance.names.path.removesuffix('.dcm')}"
    for frame in range(len(reader)):
        image = display_frame(reader.display(frame), instance.pixels, reader.greyscale_transforms(frame))
        suffix = f"-{frame:06d}" if len(reader) > 1 else ""
        buffer = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(image)).save(buffer, "png")
        yield Entry(f"{stem}{suffix}.png", instance, len(reader), frame, data=buffer.getvalue())
