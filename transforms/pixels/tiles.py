"""Plans which parts of which Frames are read, and which Frames show the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..core.box import Box
from ..core.errors import TextDetectionError
from ..core.instance import Instance
from ..core.search_plan import Projection, Tile
from ..core.voi import GreyscaleTransform
from .cine import Reading, Show, plan_readings

_MAX_TILE_PX = 100_000_000
"""Ten times the largest radiograph: its renderings would take more than a gigabyte."""


def plan_overlay_tiles(instance: Instance, first_index: int) -> tuple[Tile, ...]:
    """Every frame of every overlay plane, alone and in full: they are few, and they are there to be read.

    Args:
        first_index: The number of tiles that the instance's own frames make.

    Raises:
        TextDetectionError: A plane is larger than memory is meant for.
    """
    if instance.pixels is None:
        return ()
    for plane in instance.overlays:
        _check_size(plane.rows, plane.columns)
    about = instance.ref, instance.source, instance.pixels
    frames = [(plane, frame) for plane in instance.overlays for frame in range(plane.frames)]
    return tuple(
        Tile(*about, index, (frame,), Projection.NONE, (frame,), Box(0, 0, plane.columns, plane.rows), overlay=plane)
        for index, (plane, frame) in enumerate(frames, start=first_index)
    )


def plan_tiles(
    instance: Instance,
    frame_digests: Sequence[bytes],
    show: Show,
    cine: str = "windows",
    prefiltered: tuple[Box, ...] = (),
    transforms: Callable[[int], tuple[GreyscaleTransform, ...]] = lambda frame: (),
) -> tuple[Tile, ...]:
    """The pictures that together show all text of all frames.

    Each shows the whole of a frame: no region, flag or modality says where text is not. Only frames that are shown alike are
    projected into one picture. Equal frames that are shown in different ways are read in each, and share what is found.

    Args:
        instance: Its ultrasound regions mark anatomy; text stands inside and outside of them.
        frame_digests: One digest a frame, in order; frames of equal digests are read once and share what is found.
        show: Gives the frames, called only where there are several different ones.
        cine: "windows" (see `cine`; boxes hold for the frames of their window), "clip" (the same, but boxes hold for all
            frames), or "every_frame" (each different frame is read alone).
        prefiltered: Parts of the frames where the prefilter decides where the engine looks.
        transforms: How a frame is shown.

    Raises:
        TextDetectionError: The frames are larger than memory is meant for.
    """
    if instance.pixels is None:
        return ()
    _check_size(instance.pixels.rows, instance.pixels.columns)
    whole = Box(0, 0, instance.pixels.columns, instance.pixels.rows)
    equals: dict[bytes, list[int]] = {}
    alike: dict[tuple[GreyscaleTransform, ...], dict[bytes, int]] = {}
    for index, digest in enumerate(frame_digests):
        equals.setdefault(digest, []).append(index)
        alike.setdefault(transforms(index), {}).setdefault(digest, index)
    readings: list[Reading] = []
    for ways, firsts in alike.items():
        frames = tuple(firsts.values())
        readings += map(Reading.alone, frames) if cine == "every_frame" else plan_readings(frames, show, ways)
    tiles = []
    for index, reading in enumerate(readings):
        held = frame_digests if cine == "clip" else {frame_digests[frame] for frame in reading.frames}
        holds_for = tuple(sorted(frame for digest in set(held) for frame in equals[digest]))
        about = instance.ref, instance.source, instance.pixels
        tiles.append(Tile(*about, index, reading.source_frames, reading.projection, holds_for, whole, prefiltered))
    return tuple(tiles)


def _check_size(rows: int, columns: int) -> None:
    if rows * columns > _MAX_TILE_PX:
        raise TextDetectionError("the picture is larger than memory is meant for")
