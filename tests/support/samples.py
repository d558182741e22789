"""The DICOM files that come with pydicom and pydicom-data: real ones, of every transfer syntax, some of them broken."""

from pathlib import Path

import data_store
import pydicom

_FOLDERS = (Path(pydicom.__file__).parent / "data" / "test_files", Path(data_store.__file__).parent)
SAMPLES = {path.name: path for folder in _FOLDERS for path in sorted(folder.rglob("*.dcm"))}


def sample(name: str) -> bytes:
    """The bytes of a sample by its file name, which may be one without extension."""
    path = SAMPLES.get(name) or next(path for folder in _FOLDERS for path in folder.rglob(name))
    return path.read_bytes()
