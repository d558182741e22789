"""Values of a data set by keyword, as pydicom's `Dataset` has them, in a tenth of the time where they are plain."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ..core.file_bytes import Content
from ..core.plain_values import value_at

_PIXEL_VRS = ("OB", "OW", "OF", "OD")
_UNDEFINED = 0xFFFFFFFF


def get_value(dataset: Dataset, keyword: str) -> Any:
    """The value of an Attribute; None where it is missing."""
    return value_at(dataset, *_attribute(keyword))


def required_value(dataset: Dataset, keyword: str) -> Any:
    """The value of an Attribute.

    Raises:
        AttributeError: It is missing.
    """
    tag, vr = _attribute(keyword)
    if tag not in dataset._dict:
        raise AttributeError(keyword)
    return value_at(dataset, tag, vr)


def has_attribute(dataset: Dataset, keyword: str) -> bool:
    """Whether an Attribute is there."""
    return _attribute(keyword)[0] in dataset._dict


class PixelValue(NamedTuple):
    """The value of a pixel data element, its VR, and whether it has no length of its own, as fragments have it."""

    value: Content
    vr: str
    is_undefined_length: bool


def pixel_value(dataset: Dataset, keyword: str) -> PixelValue:
    """What the pixel data element of a keyword holds. It stays encoded where pydicom would write it with the same bytes."""
    tag, _ = _attribute(keyword)
    element = dataset._dict[tag]
    if isinstance(element, RawDataElement) and element.VR in _PIXEL_VRS and element.value and not len(element.value) % 2:
        return PixelValue(element.value, element.VR, element.length == _UNDEFINED)
    decoded = dataset[tag]
    return PixelValue(decoded.value or b"", str(decoded.VR), decoded.is_undefined_length)


@cache
def _attribute(keyword: str) -> tuple[BaseTag, str]:
    tag = BaseTag(tag_for_keyword(keyword) or 0)
    return tag, dictionary_VR(tag)
