"""Finds places where most instances of a series show text and others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.box import Box, bounding_box, covered_share


@dataclass(frozen=True)
class SeriesThresholds:
    """When the text boxes of a series agree on a place.

    Attributes:
        min_instances: Instances that must show a box there.
        min_share: Share of all instances that must show one.
        same_place: Common area of two boxes at one place, as a share of the larger one.
        found_share: Share of a place covered by boxes of an instance from which on the instance is not read again there.
    """

    min_instances: int = 3
    min_share: float = 0.5
    same_place: float = 0.6
    found_share: float = 0.5


THRESHOLDS = SeriesThresholds()


def places_to_reread(boxes: Mapping[str, Sequence[Box]]) -> dict[str, tuple[Box, ...]]:
    """Find the places that must be read again, for each instance.

    Args:
        boxes: Ref -> the boxes found on that instance. All instances are of one series and one size.

    Returns:
        Ref -> places where at least half of the instances, and three of them, show a box and this one shows none.
    """
    missing: dict[str, list[Box]] = {}
    for place, shown_by in _common_places(boxes):
        if len(shown_by) >= max(THRESHOLDS.min_instances, THRESHOLDS.min_share * len(boxes)):
            for ref in boxes.keys() - shown_by:
                if covered_share(place, boxes[ref]) < THRESHOLDS.found_share:
                    missing.setdefault(ref, []).append(place)
    return {ref: tuple(sorted(places)) for ref, places in sorted(missing.items())}


def _common_places(boxes: Mapping[str, Sequence[Box]]) -> Iterable[tuple[Box, set[str]]]:
    """Places, each with the refs that show a box there. Boxes are compared with the first one of a place, so no place grows."""
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
