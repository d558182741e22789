"""Provides models as local folders, from a folder, a prefix of a bucket, or a repository of the Hugging Face hub."""

from __future__ import annotations

import functools
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from ..core.instance import Source
from . import storage_of
from .uris import is_local


@functools.cache
def hub_folder(repository: str, revision: str) -> str:
    """The local folder of one revision of a repository of the Hugging Face hub, in the cache of its library.

    Raises:
        OSError, ValueError: It cannot be fetched.
    """
    from huggingface_hub import snapshot_download

    return str(snapshot_download(repository, revision=revision))


@functools.cache
def model_folder(place: str, sha256: str) -> str:
    """A local folder as it is; for a prefix, a temporary local copy. Either has the pinned files.

    Args:
        place: A local folder or the prefix of a bucket.
        sha256: The `folder_digest` that its files must have.

    Raises:
        OSError: There is no file in the folder.
        ValueError: Its files have another digest.
        EffaceError: It cannot be read.
    """
    folder = place if is_local(place) else _copy(place)
    found = folder_digest(folder)
    if found != sha256:
        raise ValueError(f"the files of the folder are not the pinned ones: SHA-256 {found[:12]}..., expected {sha256[:12]}...")
    return folder


def folder_digest(place: str) -> str:
    """SHA-256 of names and contents of all files of a folder, in hexadecimal.

    It is the digest of what `sha256sum` prints for the files, in the order of the bytes of their names. Files and folders whose
    name begins with a dot do not count: libraries keep notes of their downloads there, and no model.

    Args:
        place: A local folder or the prefix of a bucket. Files are read in pieces.

    Raises:
        OSError: There is no file in the folder.
        EffaceError: It cannot be read.
    """
    files, total = model_files(place), hashlib.sha256()
    for name in sorted(files, key=str.encode):
        with storage_of(place).open(files[name]) as stream:
            digest = hashlib.file_digest(cast(io.BufferedIOBase, stream), "sha256")
        total.update(f"{digest.hexdigest()}  {name}\n".encode())
    return total.hexdigest()


def model_files(place: str) -> dict[str, Source]:
    """The files of a folder by their name in it, with `/` between folders; none whose name begins with a dot.

    Raises:
        OSError: There is no file in the folder.
        EffaceError: It cannot be listed.
    """
    files = {name: source for name, source in _below(place) if not any(part.startswith(".") for part in name.split("/"))}
    if not files:
        raise OSError("the model's folder is empty or does not exist")
    return files


def _below(place: str) -> Iterator[tuple[str, Source]]:
    """Every file below a folder by its name in it; none when there is no such folder."""
    if is_local(place):
        sources = storage_of(place).list(place) if Path(place).is_dir() else iter(())
        return ((Path(source.uri).relative_to(place).as_posix(), source) for source in sources)
    root = place.rstrip("/") + "/"
    sources = (source for source in storage_of(place).list(root) if source.uri.startswith(root))
    return ((source.uri.removeprefix(root), source) for source in sources)


def _copy(place: str) -> str:
    copy = Path(tempfile.mkdtemp(prefix="efface-model-"))
    for name, source in model_files(place).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        with storage_of(place).open(source) as stream, (copy / name).open("wb") as file:
            shutil.copyfileobj(stream, file)
    return str(copy)
