"""The Type of an Attribute at its place in the IOD, by which compound action codes are resolved."""

from __future__ import annotations

from functools import cache, lru_cache

from pydicom.dataset import Dataset

from .tables import read_table

_STRICTNESS = {"1": 4, "1C": 3, "2": 2, "2C": 1}


@cache
def _module(name: str) -> tuple[tuple[tuple[str, str], ...], tuple[int, ...]]:
    """(path, type) pairs and the module's top-level Type 1 tags."""
    module = read_table("iod_types")["modules"].get(name, {})
    types = tuple((path, kind) for kind in _STRICTNESS for path in module.get(kind, "").split())
    return types, tuple(int(tag, 16) for tag in module.get("marks", "").split())


@lru_cache(maxsize=512)
def _types_of(modules: tuple[str, ...]) -> dict[str, str]:
    """The strictest type at each path over some modules."""
    strictest: dict[str, str] = {}
    for module in modules:
        for path, kind in _module(module)[0]:
            if _STRICTNESS[kind] > _STRICTNESS.get(strictest.get(path, ""), 0):
                strictest[path] = kind
    return strictest


def attribute_types(dataset: Dataset, sop_class_uid: str) -> dict[str, str] | None:
    """The types ("1", "1C", "2", "2C") in the instance's IOD by path of tags, such as "00400275/00321060"; others are Type 3.

    Mandatory modules count, and of the others those that are there: all their Type 1 attributes are in the data set.

    Returns:
        None for a SOP Class whose IOD is not in the table.
    """
    table = read_table("iod_types")
    iod = table["iods"].get(table["sop_classes"].get(sop_class_uid, ""))
    if iod is None:
        return None
    present = (name for name in iod["U"] if all(tag in dataset._dict for tag in _module(name)[1]))
    return _types_of((*iod["M"], *present))


def type_at(types: dict[str, str], path: str) -> str:
    """The type at a path; content items nest without end, so that repeated steps of it are read as one."""
    found = types.get(path)
    if found is None and _NESTED in path:
        while _NESTED in path:
            path = path.replace(_NESTED, "0040A730/")
        found = types.get(path)
    return found or "3"


_NESTED = "0040A730/0040A730/"
