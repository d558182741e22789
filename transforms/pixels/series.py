"""Finds places where most instances of a series show text and others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.box import Box, bounding_box, covered_share


@dataclass(frozen=True)
class SeriesThresholds:
    """When a series agrees on a place.

    Attributes:
        min_instances: Instances that show a box there.
        min_share: Share of the instances that do.
        same_place: Overlap of two boxes at one place.
        found_share: Share of a place that boxes of an instance cover, from which on it is not read again.
    """

    min_instances: int = 3
    min_share: float = 0.5
    same_place: float = 0.6
    found_share: float = 0.5


THRESHOLDS = SeriesThresholds()


def places_to_reread(boxes: Mapping[str, Sequence[Box]]) -> dict[str, tuple[Box, ...]]:
    """Which places of which instances should be looked at again.

    Args:
        boxes: What was found on each instance of a series, by its ref; images of one size.

    Returns:
        For instances that lack something: where at least half of the instances, and three of them, show a box.
    """
    missing: dict[str, list[Box]] = {}
    for place, shown_by in _common_places(boxes):
        if len(shown_by) >= max(THRESHOLDS.min_instances, THRESHOLDS.min_share * len(boxes)):
            for ref in boxes.keys() - shown_by:
                if covered_share(place, boxes[ref]) < THRESHOLDS.found_share:
                    missing.setdefault(ref, []).append(place)
    return {ref: tuple(sorted(places)) for ref, places in sorted(missing.items())}


def _common_places(boxes: Mapping[str, Sequence[Box]]) -> Iterable[tuple[Box, set[str]]]:
    """Places, each with the instances that show a box there. What is compared is the first box of a place, so none grows."""
    places: list[tuple[Box, list[Box], set[str]]] = []
    for ref in sorted(boxes):
        for box in boxes[ref]:
            same = next((place for place in places if _is_same(place[0], box)), None)
            if same is None:
                places.append((box, [box], {ref}))
            else:
                same[1].append(box)
                same[2].add(ref)
    for _, members, refs in places:
        yield bounding_box([corner for box in members for corner in (box[:2], box[2:])]), refs


def _is_same(one: Box, other: Box) -> bool:
    common_px = one.intersection(other).area_px
    return common_px >= THRESHOLDS.same_place * max(one.area_px, other.area_px)
