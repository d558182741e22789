"""From where a policy says the name model is to the loaded model."""

from __future__ import annotations

from ..phi.names import NameRecognizer, load_recognizer
from ..phi.settings import ModelSource
from ..storage.model_folders import hub_folder, model_folder


def load_name_recognizer(model: ModelSource | None) -> NameRecognizer | None:
    """The model, loaded once a process; None when the policy names none.

    Raises:
        OSError, ValueError, EffaceError: It cannot be had or loaded.
    """
    if model is None:
        return None
    return load_recognizer(hub_folder(model.hub, model.revision) if model.hub else model_folder(model.folder))
