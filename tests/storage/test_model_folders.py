from pathlib import Path

import pytest

from efface.transforms.storage import storage_of
from efface.transforms.storage.model_folders import model_folder

FILES = {"config.json": b"{}", "weights/part 1": b"1" * (2 << 20)}


def test_local_folder_is_used_as_it_is(tmp_path):
    assert model_folder(str(tmp_path)) == str(tmp_path)


def test_prefix_is_copied_once_per_process(bucket):
    place = f"{bucket}/models/names"
    for name, data in FILES.items():
        storage_of(bucket).write(f"{place}/{name}", data)
    storage_of(bucket).write(f"{place}-other/x", b"x")
    folder = Path(model_folder(place))
    assert {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == FILES
    assert model_folder(place) == str(folder)


def test_empty_prefix_is_an_error(bucket):
    with pytest.raises(OSError, match="empty"):
        model_folder(f"{bucket}/nothing")
