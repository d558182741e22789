"""Finds boxes that recur on the images of a device, from the audit of an output. A person decides what becomes of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import run_of
from efface.transforms.audit.schemas import FINDINGS
from efface.transforms.audit.store import require_schema_version, require_table, table_files
from efface.transforms.core.box import Box, covered_share
from efface.transforms.core.decisions import Device
from efface.transforms.phi.reasons import Reason
from efface.transforms.phi.rules import Rule

_DEVICE = ("manufacturer", "manufacturer_model_name", "image_type", "rows", "columns")


@dataclass(frozen=True)
class ProposalLimits:
    """When boxes are of one place, and when a place recurs.

    Attributes:
        least_instances, least_share: Images of a device that have to show a box at a place: a number, and a share of all.
        same_share: Share of the smaller of two boxes that they have in common where they are of one place ...
        height_ratio: ... and their heights differ by no more than this factor: a line lies in one place, a block in another.
        most_boxes: Different boxes of a device that are compared: the most frequent ones.
    """

    least_instances: int = 5
    least_share: float = 0.5
    same_share: float = 0.7
    height_ratio: float = 1.6
    most_boxes: int = 2000


LIMITS = ProposalLimits()


class Proposal(NamedTuple):
    """A box for all images of a device.

    Attributes:
        box: Around all boxes of the place.
        instances: Images that show a box there.
        of_instances: Published images of the device.
    """

    device: Device
    box: Box
    instances: int
    of_instances: int

    @property
    def share(self) -> float:
        """The share of the images that show a box there."""
        return self.instances / self.of_instances


def propose_regions(output: str, limits: ProposalLimits = LIMITS) -> list[Proposal]:
    """The boxes that recur, the most frequent of a device first.

    Boxes that were redacted on the Frames count, whatever the reason but a face. What a region of the policy covers already is
    not proposed again.

    Args:
        output: The output prefix.
        limits: When a box recurs.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    claims = recorded_outputs(output, [*_DEVICE, "made_by_run"])
    device_of: dict[str, Device] = {}
    for ref, *facts in zip(*(claims[name].to_pylist() for name in ("ref", *_DEVICE)), strict=True):
        if (device := _device(*facts)) is not None:
            device_of[ref] = device
    found, regions = _boxes(output, claims, device_of)
    numbers: defaultdict[Device, int] = defaultdict(int)
    for device in device_of.values():
        numbers[device] += 1
    proposals = []
    for device in sorted(found, key=repr):
        places = _recurring(found[device], numbers[device], limits)
        proposals += [
            Proposal(device, box, count, numbers[device]) for box, count in places if covered_share(box, regions[device]) < 1
        ]
    return proposals


def as_yaml(proposals: Iterable[Proposal]) -> str:
    """The proposals as the section `regions` of a policy, with their counts as comments."""
    by_device: defaultdict[Device, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        by_device[proposal.device].append(proposal)
    if not by_device:
        return "regions: []\n"
    lines = ["regions:"]
    for device, boxes in by_device.items():
        lines += [f"  - manufacturer: {json.dumps(device.manufacturer)}", f"    model: {json.dumps(device.model)}"]
        lines += [f"    rows: {device.rows}", f"    columns: {device.columns}"]
        lines += [f"    image_type: {json.dumps(device.image_type)}"] if device.image_type else []
        lines.append("    boxes:")
        lines += [f"      - {list(one.box)}  # {one.instances} of {one.of_instances} images ({one.share:.0%})" for one in boxes]
    return "\n".join(lines) + "\n"


def _device(
    manufacturer: str | None, model: str | None, image_type: str | None, rows: int | None, columns: int | None
) -> Device | None:
    """The device of an output; None where its header does not name one."""
    try:
        types = tuple(image_type.split("\\")) if image_type else ()
        return Device(manufacturer or "", model or "", rows or 0, columns or 0, types)
    except ValueError:
        return None


_Boxes = dict[Box, set[str]]


def _boxes(
    output: str, claims: pa.Table, device_of: dict[str, Device]
) -> tuple[dict[Device, _Boxes], defaultdict[Device, list[Box]]]:
    """The refs that show each box of each device, and the regions that the policy has for it already."""
    made_by_run = pc.coalesce(claims["made_by_run"], claims["run"]).to_pylist()
    run_of_ref = dict(zip(claims["ref"].to_pylist(), made_by_run, strict=True))
    found: defaultdict[Device, _Boxes] = defaultdict(dict)
    regions: defaultdict[Device, list[Box]] = defaultdict(list)
    for source in table_files(output, "findings"):
        table, run = require_table(source.uri, FINDINGS), run_of(source.uri)
        table = table.filter(pc.and_(pc.equal(table["verdict"], "redact"), pc.equal(table["overlay_group"], 0)))
        columns = [table[name].to_pylist() for name in ("ref", "reason", "rule", "left", "top", "right", "bottom")]
        for ref, reason, rule, *corners in zip(*columns, strict=True):
            if ref not in device_of or run_of_ref[ref] != run or reason == Reason.FACE:
                continue
            box = Box(*corners)
            if rule == Rule.REGION:
                regions[device_of[ref]].append(box)
            else:
                found[device_of[ref]].setdefault(box, set()).add(ref)
    return found, defaultdict(list, {device: list(set(boxes)) for device, boxes in regions.items()})


def _recurring(boxes: _Boxes, of_instances: int, limits: ProposalLimits) -> list[tuple[Box, int]]:
    """The places that recur, with the number of instances that show a box there.

    The place that most instances share comes first, and takes its boxes with it.
    """
    ordered = sorted(boxes, key=lambda box: (-len(boxes[box]), box))[: limits.most_boxes]
    is_same = _same_places(ordered, limits)
    is_left = np.ones(len(ordered), bool)
    places = []
    while is_left.any():
        members = {row: np.flatnonzero(is_same[row] & is_left).tolist() for row in np.flatnonzero(is_left).tolist()}
        shown = {row: len(set[str]().union(*(boxes[ordered[one]] for one in rows))) for row, rows in members.items()}
        best = max(shown, key=shown.__getitem__)
        if shown[best] < max(limits.least_instances, limits.least_share * of_instances):
            break
        places.append((_around([ordered[row] for row in members[best]]), shown[best]))
        is_left[members[best]] = False
    return places


def _same_places(boxes: Sequence[Box], limits: ProposalLimits) -> npt.NDArray[np.bool_]:
    """(boxes, boxes): which of them are of one place."""
    left, top, right, bottom = (np.array(side) for side in zip(*boxes, strict=True))
    wide = np.minimum(right, right[:, None]) - np.maximum(left, left[:, None])
    high = np.minimum(bottom, bottom[:, None]) - np.maximum(top, top[:, None])
    area, height = (right - left) * (bottom - top), bottom - top
    common = np.clip(wide, 0, None) * np.clip(high, 0, None)
    is_as_high = np.maximum(height, height[:, None]) <= limits.height_ratio * np.minimum(height, height[:, None])
    is_same: npt.NDArray[np.bool_] = (common >= limits.same_share * np.minimum(area, area[:, None])) & is_as_high
    return is_same


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))
