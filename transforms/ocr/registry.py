"""Engines by name, and one loaded engine a process."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from ..core.box import Box
from ..core.packages import missing_packages
from ..core.text_line import TextLine
from .base import EVERYTHING, OcrSettings, TextDetector, Wanted, engine_names
from .packages import EASYOCR, check_packages

Factory = Callable[[OcrSettings], TextDetector]
Version = Callable[[], str]

_UNITED = ("rapidocr", "easyocr")
"""What `both` unites."""
_CPU_ONLY = "rapidocr"
"""It never asks for a GPU, and torch, which would, takes 400 MB."""

_registered: dict[str, tuple[Factory, Version]] = {}
_loaded: dict[OcrSettings, TextDetector] = {}
_loading = threading.Lock()


def register_detector(name: str, factory: Factory, version: Version | None = None) -> None:
    """Add an engine. Every process that runs the pipeline has to do it, before it makes its settings.

    Args:
        name: What `OcrSettings.engine` says to choose it.
        factory: Loads it.
        version: Its version and its weights' digests, without loading it; its name alone when left out.
    """
    _registered[name] = (factory, version or (lambda: name))
    engine_names.add(name)


def resolve_engine(settings: OcrSettings) -> OcrSettings:
    """The settings with what "auto" means on this machine: EasyOCR where it is installed and there is a GPU, else RapidOCR.

    The launcher does it once, so that all workers of a run read with the same engine.
    """
    device = "cpu" if settings.engine == _CPU_ONLY else settings.device
    if device == "auto":
        device = "cuda" if _has_cuda() else "cpu"
    engine = settings.engine
    if engine == "auto":
        engine = "easyocr" if device == "cuda" else "rapidocr"
    return replace(settings, engine=engine, device=device)


def _has_cuda() -> bool:
    """True where EasyOCR can compute on CUDA. torch, which takes seconds and 400 MB, is asked only where there may be a GPU."""
    if missing_packages(EASYOCR) or not _has_driver():
        return False
    import torch

    return torch.cuda.is_available()


def _has_driver() -> bool:
    """Whether there is the library of NVIDIA's driver, or AMD's device, which torch calls CUDA as well."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return Path("/dev/kfd").exists()
    return True


def load_detector(settings: OcrSettings) -> TextDetector:
    """The engine, loaded at the first call and shared by all threads of the process from then on.

    Raises:
        EngineError: It cannot start.
    """
    resolved = resolve_engine(settings)
    with _loading:
        if resolved not in _loaded:
            _loaded[resolved] = _load(resolved)
        return _loaded[resolved]


def detector_version(settings: OcrSettings) -> str:
    """Engines, library versions and weights' digests that the settings stand for, without loading a model."""
    resolved = resolve_engine(settings)
    return "; ".join(_find(one)[1]() for one in _united(resolved))


def _load(settings: OcrSettings) -> TextDetector:
    loaded = [_find(one)[0](one) for one in _united(settings)]
    return loaded[0] if len(loaded) == 1 else _Both(loaded)


def _united(settings: OcrSettings) -> list[OcrSettings]:
    """The settings of each engine that works.

    Raises:
        EngineError: A package of one of them is not installed.
    """
    check_packages(settings)
    return [replace(settings, engine=name) for name in (_UNITED if settings.engine == "both" else (settings.engine,))]


def _find(settings: OcrSettings) -> tuple[Factory, Version]:
    # An engine's library is imported only by those who choose it.
    if settings.engine == "easyocr":
        from .engines import easyocr

        return easyocr.load, partial(easyocr.version, settings.precision)
    if settings.engine == "rapidocr":
        from .engines import rapidocr

        return rapidocr.load, partial(rapidocr.version, settings.precision)
    return _registered[settings.engine]


class _Both:
    """The lines of several engines, each under its own name; `merge_lines` finds which are one."""

    name = "both"

    def __init__(self, detectors: list[TextDetector]) -> None:
        self._detectors = detectors
        self.version = "; ".join(detector.version for detector in detectors)

    def detect(
        self,
        images: Sequence[np.ndarray],
        *,
        rendering: str,
        prefiltered: Sequence[Box] = (),
        wanted: Wanted = EVERYTHING,
    ) -> list[list[TextLine]]:
        found = [
            detector.detect(images, rendering=rendering, prefiltered=prefiltered, wanted=wanted) for detector in self._detectors
        ]
        return [[line for lines in of_one for line in lines] for of_one in zip(*found, strict=True)]
