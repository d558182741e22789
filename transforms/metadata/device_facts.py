"""Reads from an output what device and what kind of image it is of."""

from __future__ import annotations

from pydicom.dataset import Dataset

from ..core.malformed import malformed
from ..core.published import DeviceFacts
from .elements import get_value


@malformed(raised_in="pydicom.")
def device_facts(dataset: Dataset) -> DeviceFacts:
    """Maker, model, Image Type and size as they stand at the top level of a data set."""
    return DeviceFacts(
        _text(dataset, "Manufacturer"),
        _text(dataset, "ManufacturerModelName"),
        _text(dataset, "ImageType"),
        _number(dataset, "Rows"),
        _number(dataset, "Columns"),
    )


def _text(dataset: Dataset, keyword: str) -> str:
    value = get_value(dataset, keyword)
    if value is None:
        return ""
    return (value if isinstance(value, str) else "\\".join(map(str, value))).strip()


def _number(dataset: Dataset, keyword: str) -> int:
    value = get_value(dataset, keyword)
    return value if isinstance(value, int) else 0
