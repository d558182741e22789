"""Pictures of Frames for the page: as a viewer shows them first, or in any rendering that the text engine reads."""

from __future__ import annotations

import functools
import io
import threading

import numpy as np
from PIL import Image

from efface.transforms.core.errors import PixelFactsError
from efface.transforms.core.instance import PixelFacts, Source
from efface.transforms.instance.describe import ReadOptions, read_instance
from efface.transforms.instance.open import open_instance
from efface.transforms.pixels.renderings import display_frame, render_frame

AS_STORED = "as stored"
"""The view in the first window or lookup table of the header."""

_decoding = threading.Lock()
"""One Frame at a time: `open_instance` keeps a single instance open, and a Frame may take gigabytes."""


def frames_of(source: Source) -> int:
    """The number of Frames of a stored instance.

    Raises:
        EffaceError: Its header cannot be read, or it has no pixel data.
    """
    return _facts(source).frames


def views_of(source: Source, frame: int) -> tuple[str, ...]:
    """The names of the views of a Frame. The first one is `AS_STORED`.

    Raises:
        EffaceError: The Frame cannot be read.
        IndexError: There is no such Frame.
    """
    with _decoding:
        reader, facts = open_instance(source), _facts(source)
        frames = render_frame(reader.display(_checked(frame, facts)), facts, reader.greyscale_transforms(frame))
    return (AS_STORED, *(rendering.name for rendering in frames))


def draw(source: Source, frame: int, view: str = AS_STORED, max_px: int | None = None) -> bytes:
    """A Frame as PNG, 8 bits, grey or RGB.

    Args:
        source: A stored instance with pixel data.
        frame: Counted from 0.
        view: One of `views_of`; `AS_STORED` in place of one that the Frame does not have.
        max_px: The longer side of a smaller picture; None for all pixels.

    Raises:
        EffaceError: The Frame cannot be read.
        IndexError: There is no such Frame.
    """
    with _decoding:
        reader, facts = open_instance(source), _facts(source)
        values, transforms = reader.display(_checked(frame, facts)), reader.greyscale_transforms(frame)
        renderings = {} if view == AS_STORED else dict(render_frame(values, facts, transforms))
        image = renderings[view] if view in renderings else display_frame(values, facts, transforms)
    picture = Image.fromarray(np.ascontiguousarray(image))
    if max_px is not None:
        picture.thumbnail((max_px, max_px), reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "png", compress_level=1)
    return buffer.getvalue()


@functools.lru_cache(maxsize=64)
def _facts(source: Source) -> PixelFacts:
    """The pixel facts of an instance, also of a kind that a run does not publish."""
    pixels = read_instance(source, options=ReadOptions(takes_slide_labels=True)).pixels
    if pixels is None:
        raise PixelFactsError("the instance has no pixel data")
    return pixels


def _checked(frame: int, facts: PixelFacts) -> int:
    if not 0 <= frame < facts.frames:
        raise IndexError("the instance has no such frame")
    return frame
