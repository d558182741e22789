"""The index of a medium."""

from __future__ import annotations

import io

import pydicom
from pydicom.dataset import Dataset

from efface.transforms.dicom.configuration import configure
from support.samples import sample


def dicomdir(*file_ids: object) -> bytes:
    """A DICOMDIR with one directory record for each Referenced File ID: a text, a list of components, or None."""
    configure()
    dataset = pydicom.dcmread(io.BytesIO(sample("DICOMDIR")))
    dataset.DirectoryRecordSequence = []
    for file_id in file_ids:
        record = Dataset()
        record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", file_id
        dataset.DirectoryRecordSequence.append(record)
    file = io.BytesIO()
    dataset.save_as(file)
    return file.getvalue()
