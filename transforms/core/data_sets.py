"""Makes data sets of pydicom without their constructors, which take longer than the few elements of an item."""

from __future__ import annotations

from typing import Any, TypeVar

_DatasetT = TypeVar("_DatasetT")


def new_like(template: _DatasetT, elements: dict[Any, Any]) -> _DatasetT:
    """A data set with the settings of an empty one of pydicom, and with elements of its own."""
    dataset = type(template).__new__(type(template))
    state = vars(dataset)
    state.update(vars(template))
    state.update(_dict=elements, _private_blocks={}, _pixel_array_opts={}, _pixel_id={})
    return dataset
