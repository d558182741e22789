"""Where in an instance text can be: which parts of which frames are read, and which frames show the same."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.geometry import Box
from ..core.records import Instance, Tile


def plan_tiles(instance: Instance, frame_digests: Sequence[bytes]) -> tuple[Tile, ...]:
    """One tile for each distinct frame, all of it: no region, flag or modality says where text is not.

    Args:
        instance: Its ultrasound regions mark anatomy; text stands inside and outside of them.
        frame_digests: One digest a frame, in order; frames of equal digests are read once and share what is found.
    """
    if instance.pixels is None:
        return ()
    whole = Box(0, 0, instance.pixels.columns, instance.pixels.rows)
    frames_by_digest: dict[bytes, list[int]] = {}
    for index, digest in enumerate(frame_digests):
        frames_by_digest.setdefault(digest, []).append(index)
    return tuple(Tile(instance, index, tuple(frames), whole) for index, frames in enumerate(frames_by_digest.values()))
