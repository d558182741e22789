"""Reads how a Frame is displayed: all windows and all VOI LUTs of the header, at every place.

The places are the top level (PS3.3 C.11.2) and, in enhanced objects, the functional groups, shared or of the Frame
(C.7.6.16.2.10). Values that are no numbers are ignored, as viewers do. A lookup table that cannot be applied as described is
refused: a viewer could show text with it that was never read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from ..core.errors import VoiWindowsError
from ..core.voi import GreyscaleTransform, LookupTable, Rescale, Sigmoid, Window

_PIXEL_VALUE_TRANSFORMATION = "PixelValueTransformationSequence"
_ENTRIES_OF_ZERO = 1 << 16
"""The number of entries that 0 stands for in LUT Descriptor (PS3.3 C.11.2.1.1)."""
_SIGN = 1 << 15


@dataclass(frozen=True)
class VoiThresholds:
    """When all Frames of an instance share their transforms.

    Attributes:
        max_shared: Distinct transforms of all Frames together. Every Frame is read with each of them, which costs as much as
            a Frame.
    """

    max_shared: int = 6


THRESHOLDS = VoiThresholds()


def greyscale_transforms_by_frame(header: Dataset, frames: int) -> tuple[tuple[GreyscaleTransform, ...], ...]:
    """The transforms with which each Frame is read.

    Viewers keep a window when they step to the next Frame. Where all Frames together have few transforms, each Frame gets all
    of them. Where they have many, as when every slice has its own window, each Frame gets its own.

    Raises:
        VoiWindowsError: See `read_greyscale_transforms`.
    """
    distinct: dict[GreyscaleTransform, GreyscaleTransform] = {}  # Equal ones are kept once: a lookup table takes 128 kB.
    own = [tuple(distinct.setdefault(one, one) for one in read_greyscale_transforms(header, frame)) for frame in range(frames)]
    return tuple([tuple(distinct)] * frames if len(distinct) <= THRESHOLDS.max_shared else own)


def read_greyscale_transforms(header: Dataset, frame: int) -> tuple[GreyscaleTransform, ...]:
    """The distinct transforms of a grey Frame: every window and every VOI LUT with every Modality LUT that can apply.

    The Modality LUT of a Frame is in its functional groups or at the top level. If both have one, a viewer can use either. A
    Modality LUT Sequence is also a transform of its own.

    Args:
        header: At least everything before the pixels.
        frame: 0-based.

    Raises:
        VoiWindowsError: A lookup table or a functional group cannot be read.
    """
    is_little = getattr(header, "original_encoding", (None, None))[1] is not False
    groups = _items(header, "PerFrameFunctionalGroupsSequence", slice(frame, frame + 1))
    groups += _items(header, "SharedFunctionalGroupsSequence", slice(1))
    places = [header, *groups]
    items = [item for place in places for item in (place, *_items(place, "FrameVOILUTSequence"))]
    vois: list[Window | Sigmoid | LookupTable] = [window for item in items for window in _windows(item)]
    vois += [table for item in items for table in _tables(item, "VOILUTSequence", is_little)]
    modalities = [*_modalities(header, is_little)]
    # Values of the Frame come before those of all Frames.
    of_groups = (
        [one for item in _items(group, _PIXEL_VALUE_TRANSFORMATION) for one in _modalities(item, is_little)] for group in groups
    )
    modalities += next(filter(None, of_groups), [])
    modalities = modalities or [Rescale()]
    tables = [GreyscaleTransform(modality, None) for modality in modalities if isinstance(modality, LookupTable)]
    return tuple(dict.fromkeys([*(GreyscaleTransform(*pair) for pair in product(modalities, vois)), *tables]))


def _modalities(place: Dataset, is_little: bool) -> Iterator[Rescale | LookupTable]:
    slope, intercept = (_numbers(place, keyword) for keyword in ("RescaleSlope", "RescaleIntercept"))
    if slope or intercept:
        yield Rescale((slope[0] if slope else None) or 1.0, (intercept[0] if intercept else None) or 0.0)
    yield from _tables(place, "ModalityLUTSequence", is_little)


def _windows(place: Dataset) -> Iterator[Window | Sigmoid]:
    centers, widths = (_numbers(place, keyword) for keyword in ("WindowCenter", "WindowWidth"))
    if not centers or not widths:
        return
    function = str(_value(place, "VOILUTFunction") or "").strip("\0 ").upper()
    for number in range(max(len(centers), len(widths))):
        # If one element has more values, the last value of the other applies to the rest.
        center, width = centers[min(number, len(centers) - 1)], widths[min(number, len(widths) - 1)]
        if center is None or width is None:
            continue
        width = abs(width)
        if function == "SIGMOID" and width:
            yield Sigmoid(center, width)
        elif function == "LINEAR_EXACT" or width <= 1:  # LINEAR has a width of more than 1.
            yield Window(center - width / 2, center + width / 2)
        else:
            yield Window(center - width / 2, center + width / 2 - 1)


def _numbers(place: Dataset, keyword: str) -> list[float | None]:
    """The values of an element; None for a value that is no finite number."""
    value = _value(place, keyword)
    values = list(value) if isinstance(value, (list, MultiValue)) else [value]
    return [] if value in (None, "") else [_number(one) for one in values]


def _value(place: Dataset, keyword: str) -> Any:
    try:
        return place.get(keyword)
    except Exception:  # pydicom raises many errors for bytes that do not fit their VR.
        return None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _items(place: Dataset, keyword: str, part: slice = slice(None)) -> list[Dataset]:
    try:
        items = list((place.get(keyword) or ())[part])
    except Exception as error:
        raise VoiWindowsError(f"a sequence of windows or lookup tables cannot be read ({type(error).__name__})") from None
    if not all(isinstance(item, Dataset) for item in items):
        raise VoiWindowsError("an element of windows or lookup tables is no sequence")
    return items


def _tables(place: Dataset, keyword: str, is_little: bool) -> Iterator[LookupTable]:
    for item in _items(place, keyword):
        if not item.get("LUTData"):
            continue  # An empty table is not applied.
        try:
            yield from _table(item, is_little)
        except VoiWindowsError:
            raise
        except Exception as error:
            raise VoiWindowsError(f"a lookup table cannot be read ({type(error).__name__})") from None


def _table(item: Dataset, is_little: bool) -> Iterator[LookupTable]:
    """A lookup table by its descriptor (PS3.3 C.11.1.1.1, C.11.2.1.1).

    pydicom's own functions are not used: their index into tables of 8 bits wraps at 256, they need 16 bits an entry, and they
    return no table that can be compared.
    """
    count, first, bits = (int(word) for word in _words(item.LUTDescriptor, is_little)[:3])
    count = count or _ENTRIES_OF_ZERO
    words = _words(item.LUTData, is_little)
    if len(words) < count <= 2 * len(words) and bits <= 8:  # Two entries a word, the first in the lower byte.
        words = np.frombuffer(words.astype("<u2").tobytes(), np.uint8)
    if len(words) < count:
        raise VoiWindowsError("a lookup table has fewer entries than it says")
    entries = words[:count].astype("<u2").tobytes()
    yield LookupTable(first, entries)
    if first >= _SIGN:  # Its VR does not say whether it is signed: both readings are used.
        yield LookupTable(first - 2 * _SIGN, entries)


def _words(value: Any, is_little: bool) -> npt.NDArray[np.uint16]:
    """The 16-bit words of an element of VR US, SS or OW, or of its bytes."""
    if isinstance(value, (bytes, bytearray)):
        return np.frombuffer(bytes(value) + b"\0" * (len(value) % 2), "<u2" if is_little else ">u2").astype(np.uint16)
    values = list(value) if isinstance(value, (list, tuple, MultiValue)) else [value]
    return (np.array(values, np.int64) & 0xFFFF).astype(np.uint16)
