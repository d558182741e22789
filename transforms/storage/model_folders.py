"""Makes a local folder of a model: from a folder, from a prefix of a bucket, or from a repository of a hub."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from . import storage_of
from .uris import fixed_prefix, is_local


@functools.cache
def hub_folder(repository: str, revision: str) -> str:
    """The local folder of one revision of a repository of the Hugging Face hub; its library keeps what it fetched.

    Raises:
        OSError, ValueError: It cannot be had.
    """
    from huggingface_hub import snapshot_download

    return str(snapshot_download(repository, revision=revision))


@functools.cache
def model_folder(place: str) -> str:
    """A local folder as it is; of a prefix, a copy that lives as long as this process's temporary files.

    Raises:
        OSError: Nothing lies below the prefix.
        EffaceError: It cannot be read.
    """
    if is_local(place):
        return place
    copy = Path(tempfile.mkdtemp(prefix="efface-model-"))
    storage = storage_of(place)
    root = fixed_prefix(place).rstrip("/") + "/"
    for source in storage.list(place):
        target = copy / source.uri.removeprefix(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        with storage.open(source) as stream, target.open("wb") as file:
            shutil.copyfileobj(stream, file)
    if not any(copy.iterdir()):
        raise OSError("the model's folder is empty or does not exist")
    return str(copy)
