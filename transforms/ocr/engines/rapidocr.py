"""RapidOCR's PP-OCRv6: the networks of its wheel, run by OpenVINO or ONNX Runtime.

The wheel's own Python is not used: it drops regions that it cannot read, swallows some errors, shrinks large images and may
download. What is left to do around the two networks is short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import cv2
import numpy as np

from ..base import EngineError, OcrSettings
from ..equal_crops import EqualCrops
from ..limits import limit_process
from ..packages import package_folder
from ..prefilter import TextPrefilter, load_prefilter
from ..two_stage import Corners, Reading, TwoStageDetector
from ..weights import check_weights

WEIGHTS = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}

TILE_PX = 1280
OVERLAP_PX = 160


@dataclass(frozen=True)
class RapidOcrThresholds:
    """Input sizes and limits of PP-OCRv6, measured with `tests/bench/bench_text.py`.

    Attributes:
        short_side_px: Smaller images are enlarged to it, which makes letters of five pixels readable.
        max_enlargement: Largest enlargement.
        step_px: Sides of the detector's input are multiples of it.
        min_pixel_score: Score from which on a pixel belongs to a region.
        min_region_score: Mean score of a region.
        growth: The detector learned shrunk regions: area times this over circumference is what they grow by.
        min_core_px: Least side of a shrunk region.
        line_height_px: Height of the reader's input.
        line_step_px: Widths of lines are multiples of it: each new shape costs the runtime time.
        long_px: Lines longer than this are squeezed: they read as well, and the time goes by the width.
        squeezed_share: Share of its width to which a line is squeezed ...
        coarse_px: ... unless it has no more rows than this: on annotated images, all of those had to be read again ...
        large_px: ... or this many and more: on annotated images and on drawn stills, two in three of those had to be.
        good_score: A squeezed line with a lower score is read again as it is.
        narrow_px: So is a line with narrower letters, of which two alike may be read as one ...
        flawless_score: ... unless its score is higher than this.
    """

    short_side_px: int = 736
    max_enlargement: float = 4.0
    step_px: int = 32
    min_pixel_score: float = 0.2
    min_region_score: float = 0.3
    growth: float = 1.6
    min_core_px: int = 3
    line_height_px: int = 48
    line_step_px: int = 32
    long_px: int = 160
    squeezed_share: float = 0.7
    coarse_px: int = 13
    large_px: int = 22
    good_score: float = 0.9
    narrow_px: int = 13
    flawless_score: float = 0.98


THRESHOLDS = RapidOcrThresholds()


_KEPT_FIND_OPERATIONS, _KEPT_READ_OPERATIONS = 250, 1000
"""Pictures are of endlessly many shapes. Lines come in some 25 widths: to keep what is compiled for all takes 10 MB, and makes
reading 3 % faster."""


Network = Callable[[np.ndarray], np.ndarray]


def version(precision: str) -> str:
    """RapidOCR, the runtime, the weights and the precision, without loading them."""
    weights = " ".join(f"{name}:{digest[:12]}" for name, digest in WEIGHTS.items())
    runtime = f"{_runtime()} {metadata.version(_runtime())} precision:{precision}"
    return f"rapidocr {metadata.version('rapidocr')} {runtime} {weights} {TextPrefilter.version}"


def load(settings: OcrSettings) -> TwoStageDetector:
    """Load the networks.

    Raises:
        EngineError: RapidOCR or a runtime is missing, or the weights are not the pinned ones.
    """
    limit_process()
    return TwoStageDetector(EqualCrops(RapidOcr(settings.precision)), load_prefilter(precision=settings.precision))


class RapidOcr:
    """Both networks with what goes before and after them.

    Args:
        precision: As in `OcrSettings`.
    """

    name = "rapidocr"
    tile_px = TILE_PX
    overlap_px = OVERLAP_PX
    giant_share = 0.125

    def __init__(self, precision: str = "exact") -> None:
        folder = package_folder("rapidocr") / "models"
        for name, sha256 in WEIGHTS.items():
            check_weights(folder / name, sha256)
        finds, reads = (folder / name for name in WEIGHTS)
        self.version = version(precision)
        self._find_network, _ = _open_network(finds, precision, _KEPT_FIND_OPERATIONS)
        self._read_network, characters = _open_network(reads, precision, _KEPT_READ_OPERATIONS)
        # Class 0 of connectionist temporal classification is "no character"; the space comes last and is not in the list.
        self._characters = ["", *characters.splitlines(), " "]

    def find(self, images: Sequence[np.ndarray], *, may_enlarge: bool) -> list[list[Corners]]:
        # One by one: on a CPU a batch gains nothing.
        return [self._find_one(image, may_enlarge) for image in images]

    def _find_one(self, image: np.ndarray, may_enlarge: bool) -> list[Corners]:
        rows, columns = image.shape[:2]
        scale = min(
            max(1.0, THRESHOLDS.short_side_px / min(rows, columns)),
            THRESHOLDS.max_enlargement,
            max(1.0, TILE_PX / max(rows, columns)),
        )
        scale = scale if may_enlarge else 1.0
        if scale > 1.0:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        below, beside = (-side % THRESHOLDS.step_px for side in image.shape[:2])
        image = cv2.copyMakeBorder(image, 0, below, 0, beside, cv2.BORDER_REPLICATE)
        scores = self._find_network(_as_input(image))[0, 0]
        return [corners / scale for corners in regions(scores)]

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        return [self._read_one(crop) for crop in crops]

    def _read_one(self, crop: np.ndarray) -> Reading:
        width_px = max(1, -(-crop.shape[1] * THRESHOLDS.line_height_px // crop.shape[0]))
        is_squeezed = width_px > THRESHOLDS.long_px and THRESHOLDS.coarse_px < crop.shape[0] < THRESHOLDS.large_px
        squeezed_px = round(THRESHOLDS.squeezed_share * width_px) if is_squeezed else width_px
        reading = self._read_at(crop, squeezed_px)
        is_narrow = squeezed_px < THRESHOLDS.narrow_px * len(reading.text)
        least_score = THRESHOLDS.flawless_score if is_narrow else THRESHOLDS.good_score
        return self._read_at(crop, width_px) if squeezed_px < width_px and reading.score < least_score else reading

    def _read_at(self, crop: np.ndarray, width_px: int) -> Reading:
        line = _as_input(cv2.resize(crop, (width_px, THRESHOLDS.line_height_px)))
        padding = -width_px % THRESHOLDS.line_step_px
        scores = self._read_network(np.pad(line, ((0, 0), (0, 0), (0, 0), (0, padding))))[0]
        reading = decode(scores, self._characters)
        padded_share = 1 + padding / width_px
        return reading._replace(letters=tuple(share * padded_share for share in reading.letters))


def regions(scores: np.ndarray) -> list[Corners]:
    """The corners of text regions on a map of text scores, grown from the core that the detector marks to the whole line.

    Args:
        scores: (rows, columns) of float, 0 to 1.

    Returns:
        In pixels of the map.
    """
    mask = cv2.dilate((scores > THRESHOLDS.min_pixel_score).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        center, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < THRESHOLDS.min_core_px or _mean_inside(scores, contour) < THRESHOLDS.min_region_score:
            continue
        growth_px = THRESHOLDS.growth * width * height / (width + height)
        found.append(cv2.boxPoints((center, (width + growth_px, height + growth_px), angle)))
    return found


def decode(scores: np.ndarray, characters: Sequence[str]) -> Reading:
    """Text and mean score from a (steps, classes) array of connectionist temporal classification, greedily.

    The letters are shares of all steps, of which each sees an equal part of the width.
    """
    best = scores.argmax(axis=1)
    is_new = np.diff(best, prepend=0) != 0
    steps = np.flatnonzero((best != 0) & is_new)
    read = [characters[best[step]] for step in steps]
    text = "".join(read).strip()
    if not text:
        return Reading("", 0.0)
    first = len("".join(read)) - len("".join(read).lstrip())
    places = [(step + 0.5) / len(best) for step, shown in zip(steps.tolist(), read, strict=True) for _ in shown]
    return Reading(text, float(scores[steps, best[steps]].mean()), tuple(places[first : first + len(text)]))


def _mean_inside(scores: np.ndarray, contour: np.ndarray) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [contour - (left, top)], 1)
    return float(cv2.mean(scores[top : top + height, left : left + width], inside)[0])


def _as_input(image: np.ndarray) -> np.ndarray:
    """(1, 3, rows, columns) of float32 from -1 to 1, channels blue, green, red, from uint8 RGB."""
    values = np.ascontiguousarray(image[..., ::-1].transpose(2, 0, 1)[None], np.float32)
    values *= 2 / 255
    values -= 1
    return values


def _runtime() -> str:
    """The one that is installed; OpenVINO is the faster of the two."""
    for name in ("openvino", "onnxruntime"):
        if util.find_spec(name) is not None:
            return name
    raise EngineError("engine: rapidocr needs openvino or onnxruntime; install one of them")


def _open_network(path: Path, precision: str, kept_operations: int) -> tuple[Network, str]:
    """A network as a function of its only input, and the list of characters that is stored with it."""
    if _runtime() == "openvino":
        return _open_with_openvino(path, precision, kept_operations)
    return _open_with_onnxruntime(path)


def _open_with_openvino(path: Path, precision: str, kept_operations: int) -> tuple[Network, str]:
    import openvino

    from ...core.openvino_network import OpenvinoNetwork

    model = openvino.Core().read_model(path)
    key = ["framework", "character"]
    characters = model.get_rt_info(key).astype(str) if model.has_rt_info(key) else ""
    return OpenvinoNetwork(model, precision, kept_operations), characters


def _open_with_onnxruntime(path: Path) -> tuple[Network, str]:
    """Computed in float32 whatever the precision: nothing here asks for less, and ONNX Runtime does not choose it by itself."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(values: np.ndarray) -> np.ndarray:
        scores: np.ndarray = session.run(None, {name: values})[0]
        return scores

    return run, session.get_modelmeta().custom_metadata_map.get("character", "")
