"""Plans which parts of which Frames are read, and which Frames show the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..core.box import Box
from ..core.errors import TextDetectionError
from ..core.instance import Instance
from ..core.search_plan import Projection, Tile
from ..core.voi import GreyscaleTransform
from .cine import Reading, Show, plan_readings


@dataclass(frozen=True)
class TileThresholds:
    """Limits of a picture.

    Attributes:
        max_px: Ten times the largest radiograph. The renderings of a larger picture would take more than a gigabyte.
    """

    max_px: int = 100_000_000


THRESHOLDS = TileThresholds()


def plan_overlay_tiles(instance: Instance, first_index: int) -> tuple[Tile, ...]:
    """One tile for every Frame of every overlay plane. They are few, and they often hold text.

    Args:
        first_index: The number of tiles of the instance's own Frames.

    Raises:
        TextDetectionError: A plane is larger than `max_px`.
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
    """The tiles that together show all text of all Frames.

    Each shows a whole Frame, since no region, flag or modality proves that a place has no text. Only Frames with the same
    greyscale transforms are projected into one picture. Equal Frames with different transforms are read with each of them, and
    share their text.

    Args:
        instance: Its ultrasound regions mark anatomy. Text occurs inside and outside of them.
        frame_digests: One digest a Frame, in order. Frames of equal digests are read once and share their text.
        show: Gives the Frames. Called only where several Frames differ.
        cine: "windows" (see `cine`; boxes hold for the Frames of their window), "clip" (the same, but boxes hold for all
            Frames), or "every_frame" (each distinct Frame is read alone).
        prefiltered: Parts of the Frames where the prefilter decides where the engine searches.
        transforms: 0-based Frame -> its greyscale transforms.

    Raises:
        TextDetectionError: The Frames are larger than `max_px`.
    """
    if instance.pixels is None:
        return ()
    _check_size(instance.pixels.rows, instance.pixels.columns)
    whole = Box(0, 0, instance.pixels.columns, instance.pixels.rows)
    frames_by_digest: dict[bytes, list[int]] = {}
    first_frames: dict[tuple[GreyscaleTransform, ...], dict[bytes, int]] = {}
    for index, digest in enumerate(frame_digests):
        frames_by_digest.setdefault(digest, []).append(index)
        first_frames.setdefault(transforms(index), {}).setdefault(digest, index)
    readings: list[Reading] = []
    for common_transforms, firsts in first_frames.items():
        frames = tuple(firsts.values())
        readings += map(Reading.alone, frames) if cine == "every_frame" else plan_readings(frames, show, common_transforms)
    about = instance.ref, instance.source, instance.pixels
    tiles = []
    for index, reading in enumerate(readings):
        digests = frame_digests if cine == "clip" else [frame_digests[frame] for frame in reading.frames]
        holds_for = tuple(sorted(frame for digest in set(digests) for frame in frames_by_digest[digest]))
        tiles.append(Tile(*about, index, reading.source_frames, reading.projection, holds_for, whole, prefiltered))
    return tuple(tiles)


def _check_size(rows: int, columns: int) -> None:
    if rows * columns > THRESHOLDS.max_px:
        raise TextDetectionError("the picture has more pixels than fit into memory")
