"""Loads the models of a policy, each once a process."""

from __future__ import annotations

from collections.abc import Callable

from ..core.errors import ModelError
from ..ocr.base import OcrSettings, TextDetector
from ..ocr.registry import load_detector
from ..phi.name_entities import FindEntities
from ..phi.name_network import NameNetwork
from ..phi.names import NameRecognizer, load_recognizer
from ..phi.settings import ModelSource
from ..phi.transformers_names import TransformersNames, missing_for_names
from ..storage.model_folders import hub_folder, model_folder


def load_models(ocr: OcrSettings | None, model: ModelSource | None) -> None:
    """Load what a step works with.

    Args:
        ocr: The text engine, or None.
        model: The name model, or None.

    Raises:
        ModelError: One of them cannot be loaded; the message says what to do.
    """
    if ocr is not None:
        load_text_detector(ocr)
    load_name_recognizer(model)


def load_text_detector(settings: OcrSettings) -> TextDetector:
    """The text engine.

    Raises:
        ModelError: It cannot start: a package or its weights are missing, or the weights are not the pinned ones.
    """
    try:
        return load_detector(settings)
    except Exception as error:
        raise ModelError(
            f"the text engine {settings.engine} cannot start ({type(error).__name__}: {error}); "
            "install it on every worker, or choose another one with ocr.engine and ocr.weights of the policy"
        ) from None


def load_name_recognizer(model: ModelSource | None) -> NameRecognizer | None:
    """The name model; None when the policy names none.

    Raises:
        ModelError: It cannot be fetched or loaded, or its folder is not the pinned one.
    """
    if model is None:
        return None
    if not model.shipped and (missing := missing_for_names()):
        raise ModelError(f"the name model of text.model needs what is {missing}; install it on every worker")
    try:
        return load_recognizer(model.version, _loader_of(model))
    except Exception as error:
        raise ModelError(
            f"the name model cannot be loaded ({type(error).__name__}: {error}); "
            "every worker must reach what text.model of the policy names"
        ) from None


def _loader_of(model: ModelSource) -> Callable[[], FindEntities]:
    """What loads a model; the files of its folder have been compared with their digest."""
    if model.shipped:
        return NameNetwork
    folder = _folder(model)
    return lambda: TransformersNames(folder)


def _folder(model: ModelSource) -> str:
    if model.hub:
        return hub_folder(model.hub, model.revision)
    return model_folder(model.folder, model.sha256)
