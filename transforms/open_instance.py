"""One opened instance a process, because the frames of a cine loop come one after the other from the same object."""

from __future__ import annotations

import threading

from .core.records import Source
from .dicom.frames import FrameReader
from .dicom.parse import read_dataset
from .storage import storage_of

_lock = threading.Lock()
_opened: tuple[Source, FrameReader] | None = None


def open_instance(source: Source) -> FrameReader:
    """The frames of a stored instance. The last one stays open in this process, so that its next frame costs no new read.

    Raises:
        SourceChangedError, SourceReadError: See `storage`.
        NotDicomError, StructureError, TransferSyntaxError: See `dicom.parse`.
    """
    global _opened  # noqa: PLW0603  # a cache of one, shared by every step of the process
    with _lock:
        if _opened is None or _opened[0] != source:
            _opened = None  # Let go of the old one before the next is read: never two in memory.
            with storage_of(source.uri).open(source) as file:
                _opened = source, FrameReader(read_dataset(file))
        return _opened[1]
