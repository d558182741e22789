"""Plans and reads the text of one instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..core.box import Box, covered_share
from ..core.evidence import InstanceText, Plan
from ..core.instance import Instance, PixelFacts
from ..core.search_plan import Projection, SearchPlan, Tile
from ..core.text_line import TextLine, TileText
from ..core.voi import GreyscaleTransform
from ..ocr.base import OcrSettings, TextDetector
from ..pixels.cine import Show, mosaic_of_changes, project
from ..pixels.dark_text import find_dark_lines
from ..pixels.effort import plan_search
from ..pixels.photographs import is_photograph
from ..pixels.renderings import render_frame
from ..pixels.tiles import plan_overlay_tiles, plan_tiles
from .find_features import find_features
from .models import load_text_detector
from .open import open_instance
from .pictures import Picture, facts_of, picture_of, show_of, transforms_of
from .read_small_text import holds_small_text, read_around_small_text


def find_tiles(instance: Instance, settings: OcrSettings, reads_overlays: bool) -> tuple[SearchPlan, tuple[Tile, ...]]:
    """`plan_search` and `plan_tiles` for a stored instance. The pixels are read only where frames have to be compared.

    Raises:
        EffaceError: See `open_instance` and `FrameReader`.
    """
    if instance.is_slide_label:  # A drawn label takes its place.
        return SearchPlan(), plan_overlay_tiles(instance, 0) if reads_overlays else ()
    search = plan_search(instance, settings.effort, settings.sampled_share, settings.inside_regions)
    if instance.pixels is None or instance.pixels.frames == 1:
        tiles = plan_tiles(instance, [b""], _show_nothing, settings.cine, search.prefiltered)
    else:
        reader = open_instance(instance.source)
        digests = [reader.digest(index) for index in range(len(reader))]
        tiles = plan_tiles(instance, digests, reader.display, settings.cine, search.prefiltered, reader.greyscale_transforms)
    if is_photograph(instance):
        tiles = tuple(replace(tile, may_show_faces=True) for tile in tiles)
    return search, tiles + (plan_overlay_tiles(instance, len(tiles)) if reads_overlays else ())


def read_text(instance: Instance, settings: OcrSettings, reads_overlays: bool) -> InstanceText:
    """The text of all tiles of a stored instance, read in this process.

    Raises:
        ModelError, EffaceError: See `find_tiles` and `read_tiles`.
    """
    search, tiles = find_tiles(instance, settings, reads_overlays)
    # One by one, as a CPU reads them: all renderings of a clip would not fit in memory.
    texts = (text for tile in tiles for text in look_at_tiles([tile], settings))
    return InstanceText(Plan(instance, len(tiles), search), tuple(texts))


def read_tiles(tiles: Sequence[Tile], settings: OcrSettings) -> list[tuple[TextLine, ...]]:
    """All readings of each tile, on every rendering of it, in pixels of the frame.

    Raises:
        VoiWindowsError: See `FrameReader.greyscale_transforms` and `render_frame`.
        ModelError: The engine cannot start.
        EffaceError: See `open_instance` and `FrameReader`.
    """
    return _read([picture_of(tile) for tile in tiles], tiles, load_text_detector(settings))


def look_at_tiles(tiles: Sequence[Tile], settings: OcrSettings) -> list[TileText]:
    """The text of each tile, and the bar codes and faces on it.

    Raises:
        ModelError, EffaceError: See `read_tiles` and `find_features`.
    """
    pictures = [picture_of(tile) for tile in tiles]
    read = _read(pictures, tiles, load_text_detector(settings))
    return [
        TileText(tile, lines, features=find_features(tile, picture, lines))
        for tile, picture, lines in zip(tiles, pictures, read, strict=True)
    ]


def _read(pictures: Sequence[Picture], tiles: Sequence[Tile], detector: TextDetector) -> list[tuple[TextLine, ...]]:
    read = read_pictures(pictures, detector)
    return [
        tuple(
            replace(line, box=line.box.shift(*tile.box[:2]))
            for line in [*lines, *_read_around(picture, lines, detector), *_read_changes(tile, lines, detector)]
        )
        for tile, picture, lines in zip(tiles, pictures, read, strict=True)
    ]


def read_pictures(pictures: Sequence[Picture], detector: TextDetector) -> list[list[TextLine]]:
    """All readings of each picture, on every rendering of it. What is of one shape is read together.

    Raises:
        VoiWindowsError: See `render_frame`.
    """
    alike: dict[tuple[str, tuple[int, ...], tuple[Box, ...]], list[tuple[int, np.ndarray]]] = {}
    for number, picture in enumerate(pictures):
        for view in render_frame(picture.values, picture.facts, picture.transforms):
            alike.setdefault((view.name, view.image.shape, picture.prefiltered), []).append((number, view.image))
    read: list[list[TextLine]] = [[] for _ in pictures]
    for (rendering, _, prefiltered), views in alike.items():
        found = detector.detect([image for _, image in views], rendering=rendering, prefiltered=prefiltered)
        for (number, image), lines in zip(views, found, strict=True):
            read[number] += [*lines, *_unread_dark_lines(image, lines, detector.name, rendering)]
    return read


_KNOWN_SHARE = 0.5
"""Share of a dark line that lines cover already from which on it adds nothing."""


def _unread_dark_lines(image: npt.NDArray[np.uint8], lines: Sequence[TextLine], engine: str, rendering: str) -> list[TextLine]:
    known = [line.box for line in lines]
    return [
        TextLine(box, "", 0.0, engine, rendering) for box in find_dark_lines(image) if covered_share(box, known) < _KNOWN_SHARE
    ]


def read_frames(
    frames: Sequence[int],
    projection: Projection,
    show: Show,
    facts: PixelFacts,
    detector: TextDetector,
    transforms: Sequence[GreyscaleTransform] = (),
) -> list[TextLine]:
    """All readings of some frames that are looked at as one picture.

    Args:
        frames: One, or several to project.
        projection: How.
        show: Gives a frame: (rows, columns) of stored values or (rows, columns, 3) RGB.
        facts: Of the instance.
        detector: What reads.
        transforms: The greyscale transforms of the Frames.
    """
    [lines] = read_pictures([Picture(project(frames, projection, show), facts, transforms)], detector)
    return lines + read_changes(lines, frames, projection, show, facts, detector, transforms)


def read_changes(
    lines: Sequence[TextLine],
    frames: Sequence[int],
    projection: Projection,
    show: Show,
    facts: PixelFacts,
    detector: TextDetector,
    transforms: Sequence[GreyscaleTransform] = (),
) -> list[TextLine]:
    """Reads the Frames of a window around the text on its maximum, where they differ."""
    if projection is not Projection.MAXIMUM:
        return []
    mosaic = mosaic_of_changes([line.box for line in lines], frames, show)
    if mosaic is None:
        return []
    [second] = read_pictures([Picture(mosaic.picture, facts, transforms)], detector)
    return [_moved(line, mosaic.to_frame(line.box)) for line in second if mosaic.to_frame(line.box).area_px]


def _moved(line: TextLine, box: Box) -> TextLine:
    """A line at another place. Where it is cut there, nobody knows which letters are left."""
    return replace(line, box=box, letters=line.letters if box.width == line.box.width else ())


def _read_around(picture: Picture, lines: Sequence[TextLine], detector: TextDetector) -> list[TextLine]:
    if not holds_small_text(lines):  # Rendering a large frame once more takes time.
        return []
    view, *_ = render_frame(picture.values, picture.facts, ())
    return read_around_small_text(lines, view.image, detector)


def _read_changes(tile: Tile, lines: Sequence[TextLine], detector: TextDetector) -> list[TextLine]:
    return read_changes(
        lines, tile.source_frames, tile.projection, show_of(tile), facts_of(tile), detector, transforms_of(tile)
    )


def _show_nothing(frame: int) -> np.ndarray:
    raise IndexError(frame)
