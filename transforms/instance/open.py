"""Opens stored objects. Small ones are read once a process; one instance stays open, since the Frames of a clip follow.

Several steps need the same object: its header, its frames, all of it. Small ones are kept between these steps in
bounded memory. Of a large one only the header and single Frames are read, if its encoding gives their place.
"""

from __future__ import annotations

import functools
import io
import os
import threading
from collections import OrderedDict
from typing import BinaryIO

from ..core.file_bytes import CHUNK_BYTES, MEMORY_BYTES, Content, FileBytes, Spool
from ..core.instance import Source
from ..dicom.frame_reader import FrameReader
from ..dicom.parse import read_dataset, read_header
from ..dicom.ranges import ranged_frames
from ..storage import is_local, open_listed
from ..storage.members import member_of

WHOLE_BYTES = 2 * MEMORY_BYTES
"""Objects up to this size are read at once for all steps: one request is cheaper than one a frame. Of these bytes there is one
copy, and one in a data set; outputs are in files from half of that on."""
_HEADER_BYTES = 1 << 20
"""Objects up to this size are read at once for their header, since the first request of a header fetches as much."""
_KEPT_BYTES = 64 << 20


class _Kept:
    """What one process keeps: objects in the order of their use, and the instance that is open."""

    def __init__(self) -> None:
        self.keeping, self.opening = threading.Lock(), threading.Lock()
        self.objects: OrderedDict[Source, bytes] = OrderedDict()
        self.opened: tuple[Source, FrameReader] | None = None


@functools.cache
def _kept_of(process: int) -> _Kept:
    """What a process keeps. A fork has another number: an open file would share its position with the parent."""
    return _Kept()


def open_source(source: Source) -> BinaryIO:
    """A seekable stream of the listed version, for reading its header.

    Raises:
        SourceChangedError, SourceReadError, ArchiveError, InflationLimitError, DicomdirReferenceError: See `storage`.
    """
    return io.BytesIO(read_source(source)) if source.size_bytes <= _HEADER_BYTES else open_listed(source)


def read_source(source: Source) -> bytes:
    """The whole object in the listed version. What was read last is kept, up to 64 MB in a process.

    Raises:
        SourceChangedError, SourceReadError, ArchiveError, InflationLimitError, DicomdirReferenceError: See `storage`.
    """
    kept = _kept_of(os.getpid())
    with kept.keeping:
        if source in kept.objects:
            kept.objects.move_to_end(source)
            return kept.objects[source]
    with open_listed(source) as file:
        data = file.read()
    with kept.keeping:
        if len(data) <= WHOLE_BYTES:
            kept.objects[source] = data
        while sum(map(len, kept.objects.values())) > _KEPT_BYTES:
            kept.objects.popitem(last=False)
    return data


def source_content(source: Source) -> Content:
    """The whole object in the listed version, a large one in a file: a local one where it is, any other in a temporary copy.

    Raises:
        SourceChangedError, SourceReadError, ArchiveError, InflationLimitError, DicomdirReferenceError: See `storage`.
        TemporarySpaceError: See `Spool`.
    """
    if source.size_bytes <= WHOLE_BYTES:
        return read_source(source)
    if is_local(source.uri) and not member_of(source):
        return FileBytes(open_listed(source), 0, source.size_bytes)
    spool = Spool()
    with open_listed(source) as file:
        while chunk := file.read(CHUNK_BYTES):  # From its start to its end, so that its checksum is compared.
            spool.write(chunk)
    return spool.content()


def open_instance(source: Source) -> FrameReader:
    """The frames of a stored instance. The last one stays open in this process, so that its next frame costs no new read.

    Raises:
        SourceChangedError, SourceReadError, ArchiveError, InflationLimitError, DicomdirReferenceError: See `storage`.
        NotDicomError, StructureError, TransferSyntaxError: See `dicom.parse`.
    """
    kept = _kept_of(os.getpid())
    with kept.opening:
        if kept.opened is None or kept.opened[0] != source:
            kept.opened = None  # Let go of the old one before the next is read: never two in memory.
            kept.opened = source, _frames_of(source)
        return kept.opened[1]


def _frames_of(source: Source) -> FrameReader:
    if source.size_bytes > WHOLE_BYTES:
        file = open_listed(source)
        header = read_header(file)
        frames = ranged_frames(file, header, source.size_bytes) if header.pixel_keyword else None
        if frames is not None:
            return FrameReader(header, frames)
        file.close()
    return FrameReader(read_dataset(io.BytesIO(read_source(source))))
