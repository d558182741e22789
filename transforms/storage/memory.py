"""Objects in the memory of this process as a storage: for data sets that never were a file."""

from __future__ import annotations

import fnmatch
import io
import math
import threading
import time
from collections.abc import Iterator
from typing import BinaryIO

from ..core.errors import OutputConflictError, SourceChangedError
from ..core.instance import Source
from .base import as_stream, digest
from .uris import WILDCARD


class MemoryStorage:
    """Objects of `memory://`, which other processes, forks too, do not see. An object stays until it is deleted."""

    time_unit_ns = 1

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, float]] = {}
        self._writing = threading.Lock()

    def list(self, pattern: str) -> Iterator[Source]:
        prefix = pattern.rstrip("/") + "/"
        for uri in sorted(self._objects):
            is_matched = WILDCARD.search(pattern) is not None and fnmatch.fnmatchcase(uri, pattern)
            if uri == pattern or uri.startswith(prefix) or is_matched:
                yield self._source(uri)

    def find(self, uri: str) -> Source | None:
        return self._source(uri) if uri in self._objects else None

    def open(self, source: Source) -> BinaryIO:
        if self.find(source.uri) != source:
            raise SourceChangedError("the source vanished or changed after it was listed")
        return io.BytesIO(self._objects[source.uri][0])

    def read(self, uri: str) -> bytes | None:
        return self._objects[uri][0] if uri in self._objects else None

    def checksum(self, uri: str) -> str | None:
        return digest(io.BytesIO(self._objects[uri][0])) if uri in self._objects else None

    def write(self, uri: str, data: bytes | BinaryIO, *, replace: bool | Source = False, private: bool = False) -> bool:
        content = as_stream(data)[0].read()
        with self._writing:
            if self.read(uri) == content:
                return False
            standing = self.find(uri)
            is_expected = standing == replace if isinstance(replace, Source) else replace or standing is None
            if not is_expected:
                raise OutputConflictError("another object already has the output's name")
            self._objects[uri] = content, time.time()
        return True

    def delete(self, uri: str) -> None:
        self._objects.pop(uri, None)

    def written_sec(self, uri: str) -> float:
        return self._objects[uri][1] if uri in self._objects else math.inf

    def _source(self, uri: str) -> Source:
        content, _ = self._objects[uri]
        return Source(uri, len(content), digest(io.BytesIO(content)))
