"""From where a policy says the name model is to the loaded model: a folder, a bucket, or a hub."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from ..phi.ner import NameRecognizer, load_recognizer
from ..phi.settings import ModelSource
from ..storage import fixed_prefix, is_local, storage_of


def load_name_recognizer(model: ModelSource | None) -> NameRecognizer | None:
    """The model, loaded once a process; None when the policy names none.

    Raises:
        OSError, ValueError: It cannot be had or loaded.
    """
    return None if model is None else load_recognizer(_local_folder(model))


@functools.cache
def _local_folder(model: ModelSource) -> str:
    if model.hub:
        from huggingface_hub import snapshot_download

        return str(snapshot_download(model.hub, revision=model.revision))
    if is_local(model.folder):
        return model.folder
    return str(_fetch(model.folder))


def _fetch(prefix: str) -> Path:
    """Copy the objects below a prefix into a folder that lives as long as this process's temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="efface-model-"))
    storage = storage_of(prefix)
    root = fixed_prefix(prefix).rstrip("/") + "/"
    for source in storage.list(prefix):
        target = folder / source.uri.removeprefix(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        with storage.open(source) as file:
            target.write_bytes(file.read())
    if not any(folder.iterdir()):
        raise OSError("the model's folder is empty or does not exist")
    return folder
