"""EasyOCR: CRAFT detects, the English recogniser reads."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import torch

from ..base import EngineError, OcrSettings
from ..limits import limit_process
from ..packages import package_folder
from ..prefilter import TextPrefilter, load_prefilter
from ..two_stage import Corners, Reading, TwoStageDetector
from ..weights import check_weights

WEIGHTS = {
    "craft_mlt_25k.pth": "4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17",
    "english_g2.pth": "e2272681d9d67a04e2dff396b6e95077bc19001f8f6d3593c307b9852e1c29e8",
}
"""SHA-256 of the files, whose MD5 are the ones in EasyOCR's own list."""

TILE_PX = 1280
OVERLAP_PX = 160

_BATCH = 16
"""Images and lines that a GPU computes at once. A CPU takes them one by one."""
_SMALL_SIDE_PX = 400
_SMALL_ENLARGEMENT = 2
"""Small images hold letters of five to eight pixels, which CRAFT finds only when they are enlarged."""


def version(precision: str) -> str:
    """EasyOCR, torch, the weights and the precision, without loading them."""
    weights = " ".join(f"{name}:{digest[:12]}" for name, digest in WEIGHTS.items())
    runtime = f"torch {metadata.version('torch')} precision:{precision}"
    return f"easyocr {metadata.version('easyocr')} {runtime} {weights} {TextPrefilter.version}"


def load(settings: OcrSettings) -> TwoStageDetector:
    """Load the models.

    Raises:
        EngineError: EasyOCR or its weights are missing, the weights are not the pinned ones, or there is no such device.
    """
    limit_process()
    # Of the whole process; otherwise torch computes convolutions on a GPU with 10 bits of mantissa.
    torch.backends.cudnn.allow_tf32 = settings.precision == "fastest"
    return TwoStageDetector(EasyOcr(settings), load_prefilter(_device(settings.device), settings.precision))


class EasyOcr:
    """Both models, and the settings they are used with."""

    name = "easyocr"
    tile_px = TILE_PX
    overlap_px = OVERLAP_PX
    giant_share = 0.25

    def __init__(self, settings: OcrSettings) -> None:
        device = _device(settings.device)
        folder = _weights_folder(settings.weights)
        for name, sha256 in WEIGHTS.items():
            check_weights(folder / name, sha256)
        import easyocr

        warnings.filterwarnings("ignore", message="'pin_memory' argument is set")  # EasyOCR sets it, GPU or not.
        self.version = version(settings.precision)
        self._settings = settings
        self._reader = easyocr.Reader(
            ["en"],
            gpu=device if device == "cuda" else False,
            model_storage_directory=str(folder),
            user_network_directory=str(folder),
            download_enabled=False,
            quantize=False,
            verbose=False,
        )
        network = getattr(self._reader.detector, "module", self._reader.detector)
        self._reader.detector = _Precision(network, _precision(device, settings.precision))
        limit_process()

    def find(self, images: Sequence[np.ndarray], *, may_enlarge: bool) -> list[list[Corners]]:
        is_small = may_enlarge and min(images[0].shape[:2]) < _SMALL_SIDE_PX
        found = []
        for start in range(0, len(images), _BATCH):
            upright_of_each, tilted_of_each = self._reader.detect(
                np.stack(images[start : start + _BATCH]),
                min_size=self._settings.min_size,
                text_threshold=self._settings.text_threshold,
                low_text=self._settings.low_text,
                canvas_size=_SMALL_ENLARGEMENT * TILE_PX,
                mag_ratio=_SMALL_ENLARGEMENT if is_small else 1,
                reformat=False,
            )
            for upright, tilted in zip(upright_of_each, tilted_of_each, strict=True):
                level = [[(left, top), (right, top), (right, bottom), (left, bottom)] for left, right, top, bottom in upright]
                found.append([np.array(corners, np.float64) for corners in (*level, *tilted)])
        return found

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        readings = [Reading("", 0.0)] * len(crops)
        for numbers in batches_of_one_width(crops):
            for number, reading in zip(numbers, self._read_batch([crops[number] for number in numbers]), strict=True):
                readings[number] = reading
        return readings

    def _read_batch(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        """All crops one below the other on one sheet, since the reader makes batches of the boxes of one picture."""
        tops = np.cumsum([0, *(crop.shape[0] for crop in crops)]).tolist()
        sheet = np.zeros((tops[-1], max(crop.shape[1] for crop in crops)), np.uint8)
        boxes = []
        for crop, top in zip(crops, tops[:-1], strict=True):
            sheet[top : top + crop.shape[0], : crop.shape[1]] = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
            boxes.append([0, crop.shape[1], top, top + crop.shape[0]])
        read = self._reader.recognize(sheet, boxes, [], decoder="greedy", batch_size=_BATCH, reformat=False)
        # EasyOCR skips boxes that are far too narrow. The place on the sheet shows to which crop a reading belongs.
        by_top = {int(corners[0][1]): Reading(str(text), float(score)) for corners, text, score in read}
        return [by_top.get(top, Reading("", 0.0)) for top in tops[:-1]]


def batches_of_one_width(crops: Sequence[np.ndarray]) -> list[list[int]]:
    """The numbers of the crops, in batches that EasyOCR pads to the width that each of them would get alone.

    It pads a batch to its widest line, rounded up to a whole number of heights, and what is beside a line changes its reading.
    """
    alike: dict[int, list[int]] = {}
    for number, crop in enumerate(crops):
        ratio = crop.shape[1] / crop.shape[0]
        ratio = 1.0 / ratio if ratio < 1 else ratio  # As EasyOCR computes it: 1 / (1 / 49) is more than 49.
        alike.setdefault(math.ceil(ratio), []).append(number)
    return [numbers[start : start + _BATCH] for numbers in alike.values() for start in range(0, len(numbers), _BATCH)]


class _Precision(torch.nn.Module):
    """CRAFT in a number format of its own, with the boxes it has in float32."""

    def __init__(self, network: torch.nn.Module, precision: torch.dtype) -> None:
        super().__init__()
        self.network = network.to(dtype=precision, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.precision = precision

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores, features = self.network(images.to(dtype=self.precision, memory_format=torch.channels_last))
        return scores.float(), features


def _device(wanted: str) -> str:
    has_cuda = torch.cuda.is_available()
    if wanted == "cuda" and not has_cuda:
        raise EngineError("device: cuda was asked for, but torch sees no GPU here; say auto or cpu")
    return "cuda" if has_cuda and wanted != "cpu" else "cpu"


def _precision(device: str, precision: str) -> torch.dtype:
    if precision == "exact":
        return torch.float32
    if device == "cuda":
        return torch.float16
    # Without instructions for it, bfloat16 is computed more slowly than float32.
    has_bfloat16 = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _weights_folder(weights: str) -> Path:
    if weights == "offline":
        return package_folder("easyocr_en_models") / "models"
    return _downloaded() if weights == "download" else Path(weights)


def _downloaded() -> Path:
    """EasyOCR's own folder, filled from where EasyOCR fetches its weights if they are not there yet."""
    from easyocr import config
    from easyocr.utils import download_and_unzip

    folder = Path(config.MODULE_PATH) / "model"
    folder.mkdir(parents=True, exist_ok=True)
    for model in (config.detection_models["craft"], config.recognition_models["gen2"]["english_g2"]):
        if not (folder / model["filename"]).exists():
            try:
                download_and_unzip(model["url"], model["filename"], str(folder), verbose=False)
            except OSError as error:
                raise EngineError(f"the weights {model['filename']} cannot be downloaded ({type(error).__name__})") from None
    return folder
