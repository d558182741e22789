"""Reads and blanks overlay planes (PS3.3 C.9.2): pictures of one bit over the Frames, in groups 6000 to 601E."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pack_bits, unpack_bits

from ..core.box import Box
from ..core.errors import VerificationError
from ..core.instance import OverlayPlane

_GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _COLUMNS, _FRAMES, _BITS_ALLOCATED, _BIT_POSITION, _DATA = 0x0010, 0x0011, 0x0015, 0x0100, 0x0102, 0x3000


def describe_overlays(header: Dataset) -> tuple[OverlayPlane, ...]:
    """The readable planes with an Overlay Data element. All others are ignored."""
    if header.original_encoding[1] is False:
        return ()  # Big-endian words are a retired encoding, which is not read.
    planes = (_describe(header, group) for group in _GROUPS if (group, _DATA) in header)
    return tuple(plane for plane in planes if plane is not None)


def _describe(header: Dataset, group: int) -> OverlayPlane | None:
    try:
        rows, columns = int(header[group, _ROWS].value), int(header[group, _COLUMNS].value)
        frames = int(header[group, _FRAMES].value or 1) if (group, _FRAMES) in header else 1
        bits, position = (int(header[group, element].value) for element in (_BITS_ALLOCATED, _BIT_POSITION))
    except (KeyError, TypeError, ValueError):
        return None
    is_sane = min(rows, columns, frames) >= 1 and (bits, position) == (1, 0)
    if not is_sane or len(header[group, _DATA].value or b"") < -(-rows * columns * frames // 8):
        return None
    return OverlayPlane(group, rows, columns, frames)


def read_overlay(dataset: Dataset, plane: OverlayPlane) -> npt.NDArray[np.uint8]:
    """(frames, rows, columns) of uint8: 1 where the plane draws."""
    values = unpack_bits(dataset[plane.group, _DATA].value)[: plane.frames * plane.rows * plane.columns]
    return np.asarray(values, np.uint8).reshape(plane.frames, plane.rows, plane.columns)


def blanked_overlay(
    dataset: Dataset, plane: OverlayPlane, boxes_by_frame: Mapping[int, Sequence[Box]]
) -> npt.NDArray[np.uint8]:
    """`read_overlay` with 0 in some boxes of its Frames."""
    values = read_overlay(dataset, plane).copy()
    for frame, boxes in boxes_by_frame.items():
        for left, top, right, bottom in boxes:
            values[frame, top:bottom, left:right] = 0
    return values


def replace_overlay(dataset: Dataset, plane: OverlayPlane, values: npt.NDArray[np.uint8]) -> None:
    """Replace the values of a plane, in place."""
    dataset[plane.group, _DATA].value = pack_bits(values.ravel(), pad=True)


def verify_overlay(
    original: Dataset, written: Dataset, plane: OverlayPlane, boxes_by_frame: Mapping[int, Sequence[Box]]
) -> None:
    """Prove that a written plane equals the original one outside the boxes, and is 0 inside of them.

    Raises:
        VerificationError: It differs.
    """
    if plane not in describe_overlays(written):
        raise VerificationError("an overlay changed its shape or is missing")
    if not np.array_equal(blanked_overlay(original, plane, boxes_by_frame), read_overlay(written, plane)):
        raise VerificationError("an overlay differs from the original one with its boxes blanked")
