"""A stored object in, its instance out."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.instance import Instance, Source
from ..instance.describe import ReadOptions, read_instance
from ..storage.key_source import KeySource
from .step import Step


class ReadInstance(Step):
    """Reads the header of a source; what is not DICOM fails with its reason.

    Args:
        key: Where the key is.
        options: Which instances are taken.
    """

    stage = "read_instances"

    def __init__(self, key: KeySource, options: ReadOptions) -> None:
        self.key, self.options = key, options

    def ref_of(self, element: Source) -> str:
        return self.key.pseudonyms().ref(element.uri)

    def handle(self, element: Source) -> Iterator[Instance]:
        yield read_instance(element, self.key.pseudonyms(), self.options)
