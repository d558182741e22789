"""Detectors for measurements."""

from __future__ import annotations

from efface.transforms.ocr import registry
from efface.transforms.ocr.base import OcrSettings, TextDetector


def fresh_detector(settings: OcrSettings) -> TextDetector:
    """A newly loaded detector, which this process uses from now on: it remembers nothing of what was read before."""
    registry._loaded.clear()
    return registry.load_detector(settings)
