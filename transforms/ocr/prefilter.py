"""The prefilter: a small network that says where on a picture there may be text, much faster than an engine.

It was trained for what engines miss: letters of seven pixels, and of a few grey levels of contrast, over the speckle and the
noise of medical images, upright and turned. It does not read. `tools/train_prefilter.py` made its weights from the pictures of
`tools/draw_text.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from ..core.box import Box, bounding_box, covered_share
from ..core.search_plan import PREFILTER_MIN_SCORE
from .limits import limit_process
from .prefilter_network import COARSEST_PX, CORE_SHARE, LAYERS, STRIDE_PX, as_input, network
from .regions import cut_tiles, join_regions
from .weights import check_weights

WEIGHTS_FILE = "prefilter.safetensors"
WEIGHTS_SHA256 = "b28cdb0d7711e5a026e9fca0b32aee4f421a894f54ce9ff7fa659ffe4e4aea59"


@dataclass(frozen=True)
class PrefilterThresholds:
    """Limits of the heat map and its lines, set on the pictures of `tools/draw_text.py` and on frames of pydicom-data.

    Attributes:
        shape_px: Pictures are padded to multiples of it: each new shape costs the runtime time.
        tile_px: Largest side that is computed at once.
        overlap_px: Overlap of two tiles.
        small_px: Pictures with a shorter side are enlarged, for their letters are small; all others are also searched at
            half their size.
        enlarged_px: Side to which they are enlarged, at most to twice.
        coarser: Further sizes, for letters too large for half size, of pictures whose shorter side is at least ...
        large_px: ... so many pixels. They cost a fifteenth of full size.
        coarse_score: Score from which on they leave something in doubt: a cell of theirs stands for much of a picture.
        turns_deg: Angles by which a picture is turned to find lines that slope: the network knows lines to some 15 degrees.
        turned_size: Size at which that is done, to save time: letters of a sloping line need more than twice the height.
        turned_px: Longest side of a picture at that size, before it is turned.
        turned_peak: Score that the best core cell of a line must reach there, for each is then read twice.
        sloping_sign: Score that the network reaches somewhere on a sloping line of the level copy: of 102 drawn lines that
            slope by 15 to 50 degrees and that a turned copy shows, on all. Quiet pictures stay below, and are not turned.
        near_px: Surroundings with which a doubtful area is looked at again, at twice the size.
        near_sign: Score below which nothing of it is in doubt then. Of 585 such areas (`bench_text.py --hard`, seeds 1 to 10,
            and its pictures of 306 to 309) the 15 in which the engine found text have 0.46 and more, and 334 others less.
        thick_px: Thickness below which full size is better than half size.
        thin_px: Nobody could read a thinner line.
        known_share: Share of a line at half size that is known from full size, where close lines stay apart.
        min_core: Score of the core of a line from which on a cell belongs to it.
        min_peak: Score that its best core cell must reach.
        min_text: Score that its best text cell must reach.
        likely_text: Score from which on cells beside a line belong to it.
        around_cells: Cells around a line in which more of it is looked for.
        halo_heights: How far a line may grow, in its heights.
        rounding_px: Where a line ends within a cell is unknown.
        slope_rad: Angle from which on a long line slopes.
        long_ratio: Length over thickness of a long line.
    """

    shape_px: int = 2 * COARSEST_PX
    tile_px: int = 1536
    overlap_px: int = 128
    small_px: int = 400
    enlarged_px: int = 600
    coarser: tuple[float, ...] = (0.25, 0.125)
    large_px: int = 1000
    coarse_score: float = 0.5
    turns_deg: tuple[float, ...] = (-30.0, 30.0)
    turned_size: float = 0.4
    turned_px: int = 360
    turned_peak: float = 0.6
    sloping_sign: float = 0.01
    near_px: int = 16
    near_sign: float = 0.1
    thick_px: int = 16
    thin_px: int = 6
    known_share: float = 0.5
    min_core: float = 0.3
    min_peak: float = 0.5
    min_text: float = 0.5
    likely_text: float = 0.4
    around_cells: int = 4
    halo_heights: float = 0.5
    rounding_px: int = STRIDE_PX // 2
    slope_rad: float = 0.1
    long_ratio: float = 3.0


THRESHOLDS = PrefilterThresholds()


Scorer = Callable[[np.ndarray], np.ndarray]
"""(batch, 4, rows, columns) of `as_input` to (batch, 2, rows / 4, columns / 4) of scores from 0 to 1."""


class Place(NamedTuple):
    """A line of text.

    Attributes:
        box: In pixels of the picture.
        score: Of its surest point, 0 to 1.
    """

    box: Box
    score: float


class TextPrefilter:
    """The loaded network.

    Args:
        score: What computes it.
    """

    version = f"prefilter:{WEIGHTS_SHA256[:12]}"

    def __init__(self, score: Scorer) -> None:
        self._score = score

    def heatmaps(self, images: Sequence[np.ndarray]) -> list[TextHeatmap]:
        """The heat maps of images of one shape, (rows, columns) or (rows, columns, 3) RGB of uint8, one pixel or more."""
        rows, columns = images[0].shape[:2]
        if min(rows, columns) < THRESHOLDS.small_px:
            by = min(2.0, THRESHOLDS.enlarged_px / min(rows, columns))
            enlarged = [cv2.resize(image, None, fx=by, fy=by, interpolation=cv2.INTER_LINEAR) for image in images]
            return [TextHeatmap(rows, columns, ((by, scores),)) for scores in self._scores(enlarged)]
        sizes = [(1.0, self._scores(images)), (0.5, self._scores([image[::2, ::2] for image in images]))]
        for by in THRESHOLDS.coarser if min(rows, columns) >= THRESHOLDS.large_px else ():
            smaller = [cv2.resize(image, None, fx=by, fy=by, interpolation=cv2.INTER_AREA) for image in images]
            sizes.append((by, self._scores(smaller)))
        return [
            TextHeatmap(rows, columns, tuple((by, scores[number]) for by, scores in sizes)) for number in range(len(images))
        ]

    def sloping_places(self, image: np.ndarray) -> list[np.ndarray]:
        """The corners of lines that slope by more than the heat map shows, (4, 2) of float each, x before y.

        Args:
            image: (rows, columns) or (rows, columns, 3) RGB of uint8.
        """
        size = min(THRESHOLDS.turned_size, THRESHOLDS.turned_px / max(image.shape[:2]))
        smaller = (
            cv2.resize(image, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
            if min(image.shape[:2]) > 1 / size
            else image
        )
        found = []
        for turn_deg in THRESHOLDS.turns_deg:
            turned, back = _turned(smaller, turn_deg)
            [scores] = self._scores([turned])
            for box, _ in (place for place in find_places(scores) if place.score >= THRESHOLDS.turned_peak):
                corners = np.array([box[:2], (box.right, box.top), box[2:], (box.left, box.bottom)], float)
                found.append((corners @ back[:, :2].T + back[:, 2]) * (image.shape[1] / smaller.shape[1]))
        return found

    def doubtful_areas(
        self, image: np.ndarray, heatmap: TextHeatmap, known: Sequence[Box] = (), least_peak: float = 0.0
    ) -> list[Box]:
        """Parts of a picture that hold everything that may be text, from afar and from near. They do not overlap.

        Args:
            image: (rows, columns) or (rows, columns, 3) RGB of uint8.
            heatmap: Of the picture.
            known, least_peak: See `TextHeatmap.doubtful_areas`.
        """
        areas = heatmap.doubtful_areas(known, least_peak)
        return _united([area for size, area in areas if self._is_seen_closely(image, area, min(size, 1.0))])

    def _is_seen_closely(self, image: np.ndarray, area: Box, size: float) -> bool:
        """Whether there is a sign of text in a part of a picture, of this size, that shows little more than an area."""
        around = area.pad(round(THRESHOLDS.near_px / size)).clip(image.shape[1], image.shape[0])
        part = image[around.top : around.bottom, around.left : around.right]
        if size < 1:
            part = cv2.resize(part, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
        if min(part.shape[:2]) >= THRESHOLDS.small_px:  # It would not be enlarged, and look as it did.
            return True
        place = _scaled(area.shift(-around.left, -around.top), size).clip(part.shape[1], part.shape[0])
        return self.heatmaps([part])[0].strongest(place) >= THRESHOLDS.near_sign

    def _scores(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        """(2, rows / 4, columns / 4), rounded up, of each image."""
        rows, columns = images[0].shape[:2]
        answers = [np.zeros((2, -(-rows // STRIDE_PX), -(-columns // STRIDE_PX)), np.float32) for _ in images]
        for tile in cut_tiles(rows, columns, THRESHOLDS.tile_px, THRESHOLDS.overlap_px):
            left, top = (side // STRIDE_PX * STRIDE_PX for side in tile[:2])
            parts = [image[top : tile.bottom, left : tile.right] for image in images]
            below, beside = (-side % THRESHOLDS.shape_px for side in parts[0].shape[:2])
            padded = [cv2.copyMakeBorder(part, 0, below, 0, beside, cv2.BORDER_REFLECT) for part in parts]
            inputs = [as_input(part)[None] for part in padded]  # Mostly a single one: to stack it would be to copy it.
            for answer, scores in zip(answers, self._score(np.concatenate(inputs) if inputs[1:] else inputs[0]), strict=True):
                there = answer[:, top // STRIDE_PX :, left // STRIDE_PX :][:, : scores.shape[1], : scores.shape[2]]
                np.maximum(there, scores[:, : there.shape[1], : there.shape[2]], out=there)
        return answers


class TextHeatmap(NamedTuple):
    """The scores of a picture, at one or two sizes.

    Attributes:
        rows, columns: Of the picture.
        scales: Each enlargement of the picture, and the scores of its cells, (2, rows, columns).
    """

    rows: int
    columns: int
    scales: tuple[tuple[float, np.ndarray], ...]

    def places(self) -> list[Place]:
        """The lines of text, top to bottom."""
        found: list[Place] = []
        for scale, scores in self.scales:
            places = find_places(scores)
            if scale < 1:
                places = [place for place in places if min(place.box.width, place.box.height) >= THRESHOLDS.thick_px]
            scaled = [Place(_scaled(box, 1 / scale).clip(self.columns, self.rows), score) for box, score in places]
            known = [place.box for place in found]
            found += [place for place in scaled if covered_share(place.box, known) < THRESHOLDS.known_share]
        joined = join_regions(place.box for place in found if min(place.box.width, place.box.height) >= THRESHOLDS.thin_px)
        return [Place(box, max(one.score for one in found if one.box.intersection(box) == one.box)) for box in joined]

    def doubtful_areas(self, known: Sequence[Box] = (), least_peak: float = 0.0) -> Iterator[tuple[float, Box]]:
        """Parts of the picture, with some room around, that hold everything that may be text, each with its enlargement.

        Args:
            known: Boxes of the picture in which nothing is in doubt.
            least_peak: Score that something in an area has to reach.
        """
        for scale, scores, may_be in self._doubts(known, PREFILTER_MIN_SCORE, THRESHOLDS.coarse_score):
            around = cv2.dilate(may_be, np.ones((2 * THRESHOLDS.around_cells + 1,) * 2, np.uint8))
            _, labels, stats, _ = cv2.connectedComponentsWithStats(around)
            seen = np.unique(labels[may_be * scores.max(axis=0) >= least_peak])
            for cells in (stats[number][:4] for number in seen if number):
                yield scale, _scaled(_cells(*cells), 1 / scale).clip(self.columns, self.rows)

    def may_slope(self, known: Sequence[Box] = (), least: float = 0.0) -> bool:
        """Whether the network sees the least sign of text outside of known boxes, as it does at lines that slope.

        Args:
            known: Boxes of the picture that do not count.
            least: Score that a sign has to reach.
        """
        sign = max(least, THRESHOLDS.sloping_sign)
        return any(may_be.any() for *_, may_be in self._doubts(known, sign, sign))

    def _doubts(
        self, known: Sequence[Box], least: float, least_if_coarse: float
    ) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
        """Each enlargement, its scores, and which of its cells reach one outside of known boxes, (rows, columns) of 0 and 1."""
        for scale, scores in self.scales:
            may_be = (scores.max(axis=0) >= (least_if_coarse if scale in THRESHOLDS.coarser else least)).astype(np.uint8)
            for box in known:
                with_halo = box.pad(round(THRESHOLDS.halo_heights * min(box.width, box.height))).clip(self.columns, self.rows)
                left, top, right, bottom = _in_cells(with_halo, scale)
                may_be[top:bottom, left:right] = 0
            yield scale, scores, may_be

    def share(self, box: Box) -> float:
        """The share of a box that may be text, 0 to 1: nearly 1 for a box around a line."""
        return max(float((_inside(box, one)[0] >= THRESHOLDS.likely_text).mean()) for one in self.scales)

    def strongest(self, box: Box) -> float:
        """The highest score within a box of the picture, 0 to 1."""
        return max(float(_inside(box, one).max()) for one in self.scales)


def find_places(scores: np.ndarray) -> list[Place]:
    """The lines on a map of scores, (2, rows, columns), as boxes of pixels of the picture that the network saw."""
    _, core = scores
    _, labels, stats, _ = cv2.connectedComponentsWithStats((core >= THRESHOLDS.min_core).astype(np.uint8), connectivity=8)
    places = []
    for number, (left, top, width, height, _) in enumerate(stats[1:].tolist(), start=1):
        there = slice(top, top + height), slice(left, left + width)
        cells = labels[there] == number
        peak = float(core[there][cells].max())
        if peak < THRESHOLDS.min_peak:
            continue
        # The core is what is left of a line once this share of its height is taken away on every side.
        most = int(np.ceil(min(width, height) * CORE_SHARE / (1 - 2 * CORE_SHARE))) + 1
        # For a sloping line, the means of rows and columns do not show where it ends.
        least = most if _slopes(cells) else 0
        across, down = scores[:, there[0]].mean(axis=1), scores[:, :, there[1]].mean(axis=2)
        grown = (
            left - _reach(across[:, :left][:, ::-1], least, most),
            top - _reach(down[:, :top][:, ::-1], least, most),
            left + width + _reach(across[:, left + width :], least, most),
            top + height + _reach(down[:, top + height :], least, most),
        )
        places.append(Place(Box(*(STRIDE_PX * side for side in grown)).pad(THRESHOLDS.rounding_px), peak))
    return places


def _reach(profiles: np.ndarray, least: int, most: int) -> int:
    """How many values from the start of the profiles of text and cores on are this line's: up to half way to another one."""
    text, core = profiles[:, :most]
    ends, others = np.flatnonzero(text < THRESHOLDS.min_text), np.flatnonzero(core >= THRESHOLDS.min_core)
    reach = int(ends[0]) if ends.size else text.size
    return max(least, min(reach, (int(others[0]) + 1) // 2) if others.size else reach)


def _slopes(cells: np.ndarray) -> bool:
    """Whether cells lie along a line that is neither level nor upright, by their second moments."""
    moments = cv2.moments(cells.astype(np.uint8), binaryImage=True)
    across, down, mixed = moments["mu20"], moments["mu02"], moments["mu11"]
    middle, spread = (across + down) / 2, np.hypot((across - down) / 2, mixed)
    if middle + spread < THRESHOLDS.long_ratio**2 * (middle - spread):
        return False
    turn = abs(np.arctan2(2 * mixed, across - down)) / 2
    return bool(THRESHOLDS.slope_rad < turn < np.pi / 2 - THRESHOLDS.slope_rad)


def _turned(image: np.ndarray, turn_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """A picture that is turned, with room for its corners, and the way back, (2, 3) of an affine map."""
    rows, columns = image.shape[:2]
    there = cv2.getRotationMatrix2D((columns / 2, rows / 2), turn_deg, 1.0)
    across, down = np.abs(there[:, :2]) @ (columns, rows)
    there[:, 2] += (across / 2 - columns / 2, down / 2 - rows / 2)
    shape = max(1, round(across)), max(1, round(down))
    return cv2.warpAffine(image, there, shape, borderMode=cv2.BORDER_CONSTANT), cv2.invertAffineTransform(there)


def _in_cells(box: Box, scale: float) -> Box:
    return _scaled(box, scale / STRIDE_PX)


def _inside(box: Box, scaled: tuple[float, np.ndarray]) -> np.ndarray:
    """The scores of the cells whose middles lie within a box of the picture, at least one: (2, rows, columns)."""
    scale, scores = scaled
    sides = []
    for first, last, cells in zip(box[:2], box[2:], scores.shape[:0:-1], strict=True):
        begin, end = int(np.floor(first * scale / STRIDE_PX + 0.5)), int(np.ceil(last * scale / STRIDE_PX - 0.5))
        if begin >= end:  # The last cell can end before the picture does, whose smaller copies are rounded down.
            begin = min(int(first * scale // STRIDE_PX), cells - 1)
        sides.append(slice(begin, max(begin + 1, end)))
    across, down = sides
    return scores[:, down, across]


def _cells(left: int, top: int, width: int, height: int) -> Box:
    return Box(*(STRIDE_PX * int(side) for side in (left, top, left + width, top + height)))


def _scaled(box: Box, by: float) -> Box:
    return bounding_box([(box.left * by, box.top * by), (box.right * by, box.bottom * by)])


def _united(areas: Sequence[Box]) -> list[Box]:
    """Boxes around those that overlap, until none do."""
    separate: list[Box] = []
    for new in sorted(set(areas)):
        area = new
        while touching := [other for other in separate if other.intersection(area).area_px]:
            separate = [other for other in separate if other not in touching]
            area = bounding_box([corner for one in (area, *touching) for corner in (one[:2], one[2:])])
        separate.append(area)
    return separate


def load_prefilter(device: str = "cpu", precision: str = "exact") -> TextPrefilter:
    """The network with its weights.

    Args:
        device: "cpu" (OpenVINO, or torch where there is none) or "cuda" (torch).
        precision: As in `OcrSettings`; torch computes in float32 whatever it says.

    Raises:
        EngineError: The weights are not the pinned ones.
    """
    path = Path(__file__).with_name(WEIGHTS_FILE)
    check_weights(path, WEIGHTS_SHA256)
    limit_process()
    with_torch = device == "cuda" or util.find_spec("openvino") is None
    return TextPrefilter(on_torch(path, device) if with_torch else _on_openvino(path, precision))


def _on_openvino(path: Path, precision: str) -> Scorer:
    import openvino
    from openvino import opset13 as ops
    from safetensors.numpy import load_file

    from ..core.openvino_network import OpenvinoNetwork

    weights = load_file(path)
    picture = ops.parameter([-1, 4, -1, -1], np.float32)
    twice, sides = ops.constant(np.array([2.0, 2.0], np.float32)), ops.constant(np.array([2, 3]))

    def convolve(name: str, values: openvino.Node) -> openvino.Node:
        layer, around = LAYERS[name], [LAYERS[name].kernel // 2] * 2
        kernel = ops.constant(weights[f"{name}.weight"])
        sums = ops.convolution(values, kernel, [layer.stride] * 2, around, around, [1, 1])
        sums = ops.add(sums, ops.constant(weights[f"{name}.bias"].reshape(1, -1, 1, 1)))
        return sums if name == "scores" else ops.relu(sums)

    def enlarge(values: openvino.Node) -> openvino.Node:
        return ops.interpolate(
            values, twice, "nearest", "scales", axes=sides, coordinate_transformation_mode="asymmetric", nearest_mode="floor"
        )

    answer = ops.sigmoid(network(picture, convolve, enlarge, ops.add))
    return OpenvinoNetwork(openvino.Model([answer], [picture]), precision)


def on_torch(path: Path, device: str) -> Scorer:
    """The network on a device of torch; what OpenVINO computes, but for the last bits."""
    import torch
    from safetensors.torch import load_file
    from torch.nn import functional

    weights = {name: values.to(device) for name, values in load_file(path).items()}

    def convolve(name: str, values: torch.Tensor) -> torch.Tensor:
        layer = LAYERS[name]
        sums = functional.conv2d(values, weights[f"{name}.weight"], weights[f"{name}.bias"], layer.stride, layer.kernel // 2)
        return sums if name == "scores" else functional.relu(sums)

    def enlarge(values: torch.Tensor) -> torch.Tensor:
        return functional.interpolate(values, scale_factor=2.0, mode="nearest")

    def score(pictures: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            answer = network(torch.from_numpy(pictures).to(device), convolve, enlarge, torch.add)
            scores: np.ndarray = torch.sigmoid(answer).cpu().numpy()
        return scores

    return score
