"""A data set to the bytes of a DICOM file: a new preamble and a new file meta, nothing of the source's."""

from __future__ import annotations

import io
from importlib.metadata import version

from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

IMPLEMENTATION_CLASS_UID = "2.25.211044113218338262462311262386402416041"
"""One UID for every release of efface (a UUID of its own, PS3.5 B.2)."""


def serialize(dataset: FileDataset, *, transfer_syntax_uid: str) -> bytes:
    """Write a de-identified data set as a DICOM file (PS3.10 7.1).

    The preamble is zero, and the file meta holds only what PS3.10 asks for: no AE titles, no private information. The same
    data set always gives the same bytes.

    Args:
        dataset: With its new SOP Instance UID; its `file_meta` and `preamble` are replaced.
    """
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = f"EFFACE {version('efface')}"[:16]
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()
