"""What is particular to RapidOCR's networks."""

import cv2
import numpy as np
import pytest

from efface.transforms.core.openvino_network import OpenvinoNetwork
from efface.transforms.ocr.engines.rapidocr import RapidOcr
from efface.transforms.ocr.prefilter import load_prefilter
from efface.transforms.ocr.two_stage import Reading
from support.text_images import blank


@pytest.fixture(scope="module")
def engine() -> RapidOcr:
    return RapidOcr()


def test_every_network_computes_in_float32_unless_told_otherwise(engine: RapidOcr) -> None:
    # The prefilter belongs to every engine.
    networks = (engine._find_network, engine._read_network, load_prefilter()._score)
    assert all(isinstance(network, OpenvinoNetwork) for network in networks)
    precisions = {str(network.compiled.get_property("INFERENCE_PRECISION_HINT")) for network in networks}  # type: ignore[attr-defined]
    assert precisions == {"<Type: 'float32'>"}


@pytest.mark.parametrize("share", [1.0, 0.55, 0.45])
@pytest.mark.parametrize("text", ["OTTO HESS, ELLEN 1122", "ANNETTE HOLLOWAY 11.11.1955"])
@pytest.mark.parametrize("size_px", [18, 28])
def test_no_letter_of_a_long_line_is_lost_however_narrow(engine: RapidOcr, size_px: int, text: str, share: float) -> None:
    image = blank(60, 600)
    box = image.write(text, 10, 12, size_px=size_px).box.pad(size_px // 7)
    crop = np.repeat(image.pixels[box.top : box.bottom, box.left : box.right, None], 3, axis=2)
    [(read, score, _)] = engine.read([cv2.resize(crop, None, fx=share, fy=1, interpolation=cv2.INTER_AREA)])
    assert (read, score > 0.9) == (text, True)


@pytest.mark.parametrize(("rows", "width_px"), [(13, 480), (14, 336), (21, 336), (22, 480)])
def test_lines_that_would_be_read_again_are_not_squeezed(
    engine: RapidOcr, monkeypatch: pytest.MonkeyPatch, rows: int, width_px: int
) -> None:
    widths_px = []
    monkeypatch.setattr(engine, "_read_at", lambda crop, width_px: widths_px.append(width_px) or Reading("A", 1.0))
    engine.read([np.zeros((rows, 10 * rows, 3), np.uint8)])
    assert widths_px == [width_px]


def test_each_letter_is_told_where_its_ink_is(engine: RapidOcr) -> None:
    image = blank(60, 600)
    parts = [image.write("Name:", 12, 12, size_px=28).box, image.write("SEXTON", 120, 12, size_px=28).box]
    left, right = parts[0].left - 4, parts[1].right + 4
    crop = np.repeat(image.pixels[8:50, left:right, None], 3, axis=2)
    [(read, _, letters)] = engine.read([crop])
    columns = [left + share * (right - left) for share in letters]
    assert len(columns) == len(read) and columns == sorted(columns)
    for word, part in (("Name:", parts[0]), ("SEXTON", parts[1])):
        at = read.index(word)
        assert part.left - 8 < columns[at] < columns[at + len(word) - 1] < part.right + 8  # half a letter
