"""The files that the DICOMDIR of a medium names (PS3.3 F, PS3.10 8)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import MediaStorageDirectoryStorage

from ..core.malformed import malformed
from .parse import read_dataset

FileId = tuple[str, ...]
"""The components of a File ID: folders, and the name of the file (PS3.10 8.2)."""


def is_dicomdir_name(name: str) -> bool:
    """Whether a file has the name of a DICOMDIR (PS3.10 8.6), in any case and with the version number of a medium."""
    return _normalized(name) == "dicomdir"


def referenced_files(file: BinaryIO) -> list[FileId] | None:
    """The Referenced File IDs (0004,1500) of all directory records, each once; None when the object is no DICOMDIR.

    The offsets between the records are ignored, since media with wrong ones are common. So is the Record In-use Flag.

    Raises:
        NotDicomError: The content is not DICOM.
        StructureError: It cannot be read.
        SourceReadError: The file itself cannot be read.
    """
    with malformed():
        dataset = read_dataset(io.BytesIO(file.read()))
        if MediaStorageDirectoryStorage not in (dataset.file_meta.get("MediaStorageSOPClassUID"), dataset.get("SOPClassUID")):
            return None
        records: Sequence[Dataset] = dataset.get("DirectoryRecordSequence") or ()
        found = (_file_id(record.get("ReferencedFileID")) for record in records)
        return list(dict.fromkeys(filter(None, found)))


def _file_id(value: object) -> FileId:
    values = list(value) if isinstance(value, (list, MultiValue)) else [value or ""]
    # Some writers put a whole path into one value.
    return tuple("/".join(str(component).strip("\0 ") for component in values).split("/")) if any(values) else ()


def find_file(file_id: FileId, names: Mapping[str, Sequence[str]]) -> str | None:
    """The file that a File ID means; None when it is missing, when several are meant, or when it leads out of the folder.

    Args:
        file_id: From `referenced_files`.
        names: From `by_normalized_name`, of all files below the folder of the DICOMDIR.
    """
    if any(component in ("", ".", "..") for component in file_id):
        return None
    candidates = names.get(_normalized("/".join(file_id)), ())
    exact = "/".join(file_id)
    if exact in candidates:
        return exact
    return candidates[0] if len(candidates) == 1 else None


def by_normalized_name(paths: Sequence[str]) -> dict[str, list[str]]:
    """Relative paths by what is the same on media: without regard to case, version numbers and dots at the end."""
    names: dict[str, list[str]] = {}
    for path in paths:
        names.setdefault(_normalized(path), []).append(path)
    return names


def _normalized(path: str) -> str:
    return "/".join(name.partition(";")[0].rstrip(".") for name in path.casefold().split("/"))
