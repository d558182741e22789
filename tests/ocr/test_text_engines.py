"""Both engines keep one contract, with their real weights."""

import hashlib
import re
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from efface.transforms.core.box import Box
from efface.transforms.ocr.base import EngineError, OcrSettings, TextDetector
from efface.transforms.ocr.engines.easyocr import WEIGHTS as EASYOCR_WEIGHTS
from efface.transforms.ocr.registry import load_detector
from support.text_images import TextImage, blank, covered, faint, speckle

ENGINES = ("easyocr", "rapidocr")


@pytest.fixture(scope="session", params=ENGINES)
def detector(request: pytest.FixtureRequest) -> TextDetector:
    return load_detector(OcrSettings(engine=request.param, device="cpu"))


def assert_found(image: TextImage, detector: TextDetector) -> None:
    found = detector.detect([image.pixels], rendering="stored")[0]
    missed = [line for line in image.lines if covered(line, found) < 0.9]
    assert not missed, (missed, [line.box for line in found])
    rows, columns = image.pixels.shape[:2]
    assert all(line.box == line.box.clip(columns, rows) and line.box.area_px for line in found)
    assert {(line.engine, line.rendering) for line in found} == {(detector.name, "stored")}
    assert sum(line.box.area_px for line in found) < 4 * sum(line.box.area_px for line in image.lines)


def letters(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def test_plain_lines_are_found_and_read(detector: TextDetector) -> None:
    image = blank(240, 400)
    for top, text in ((20, "OKAFOR, JOHN"), (70, "DOB 04/12/1957"), (120, "MRN 55120987")):
        image.write(text, 10, top, size_px=20)
    assert_found(image, detector)
    read = " ".join(letters(line.text) for line in detector.detect([image.pixels], rendering="stored")[0])
    assert "OKAFOR" in read
    assert "55120987" in read


def test_text_at_the_very_edge_is_found(detector: TextDetector) -> None:
    image = blank(200, 300)
    image.write("HAUGEN, SVEN", 0, 0)
    image.write("MRN 7712", 0, 200 - 14, size_px=18)
    assert_found(image, detector)


def test_small_short_and_dark_text_is_found(detector: TextDetector) -> None:
    image = blank(200, 320, 200)
    image.write("OB", 20, 20, size_px=12, value=20)
    image.write("Kowalska", 150, 90, size_px=12, value=30)
    assert_found(image, detector)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_text_is_found(detector: TextDetector, turns: int) -> None:
    image = blank(320, 320)
    image.write("OKAFOR JOHN 1957", 100, 60, size_px=20, turns=turns)
    assert_found(image, detector)


@pytest.mark.parametrize("turn_deg", [-30, 20, 45])
def test_sloping_text_is_found(detector: TextDetector, turn_deg: float) -> None:
    ink = blank(400, 400, 0)
    ink.write("OKAFOR JOHN 1957", 100, 190, size_px=20, value=255)
    turned = cv2.getRotationMatrix2D((200, 200), turn_deg, 1)
    pixels = np.maximum(cv2.warpAffine(ink.pixels, turned, (400, 400)), 12)
    is_covered = np.zeros((400, 400), bool)
    for line in detector.detect([pixels], rendering="stored")[0]:
        is_covered[line.box.top : line.box.bottom, line.box.left : line.box.right] = True
    assert is_covered[pixels > 128].mean() > 0.98


def test_small_turned_text_over_speckle_that_nothing_can_read_is_found(detector: TextDetector) -> None:
    image = speckle(480, 640, 403702064)
    image.write("HAUGEN 1961", 225, 198, size_px=15, value=113, turns=3)
    assert_found(image, detector)


@pytest.mark.parametrize("turns", [1, 3])
def test_vertical_text_is_marked_and_read(detector: TextDetector, turns: int) -> None:
    image = blank(320, 320)
    image.write("OKAFOR", 100, 60, size_px=26, turns=turns)
    (line,) = detector.detect([image.pixels], rendering="stored")[0]
    assert line.is_vertical
    assert letters(line.text) == "OKAFOR"


def test_a_single_narrow_letter_is_not_a_vertical_line(detector: TextDetector) -> None:
    image = blank(300, 300)
    image.write("L", 240, 40, size_px=40)
    (line,) = detector.detect([image.pixels], rendering="stored")[0]
    assert (line.text, line.is_vertical) == ("L", False)


def test_coloured_text_is_found_and_channels_are_not_swapped(detector: TextDetector) -> None:
    image = blank(200, 320, (10, 10, 10))
    image.write("NGUYEN WEI", 10, 20, size_px=20, value=(255, 230, 40))
    image.write("ST LUKES", 10, 80, size_px=20, value=(40, 230, 60))
    image.write("DR PATEL", 10, 140, size_px=20, value=(90, 200, 255))
    assert_found(image, detector)


def test_large_images_are_read_at_full_scale_and_lines_across_tiles_are_one(detector: TextDetector) -> None:
    image = blank(400, 2600)
    image.write("OKAFOR", 2400, 300, size_px=12)
    image.write("NORTH BAY IMAGING CENTER OF RIVERBEND", 1000, 50, size_px=24)
    assert_found(image, detector)
    long = [line for line in detector.detect([image.pixels], rendering="stored")[0] if line.box.top < 100]
    assert len(long) == 1
    assert letters(long[0].text) == "NORTHBAYIMAGINGCENTEROFRIVERBEND"


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (7, 0), (0, 7, 3), (1, 1), (1, 1, 3), (1, 500), (500, 1), (5, 3, 3)])
def test_frames_of_any_size_are_frames(detector: TextDetector, shape: tuple[int, ...]) -> None:
    assert detector.detect([np.full(shape, 90, np.uint8)], rendering="stored")[0] == []


def test_anatomy_is_not_taken_for_text(detector: TextDetector) -> None:
    images = [speckle(480, 640, seed).pixels for seed in range(2)]
    found = [line.box for image in images for line in detector.detect([image], rendering="stored")[0]]
    assert sum(box.area_px for box in found) < 0.01 * 480 * 640


def test_the_same_image_gives_the_same_lines_from_any_thread(detector: TextDetector) -> None:
    image = blank(120, 300)
    image.write("OKAFOR, JOHN", 10, 20)
    expected = detector.detect([image.pixels], rendering="stored")[0]
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(detector.detect([image.pixels], rendering="stored")[0])) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_text_is_not_shown_by_repr(detector: TextDetector) -> None:
    image = blank(120, 300)
    image.write("OKAFOR, JOHN", 10, 20)
    assert "OKAFOR" not in repr(detector.detect([image.pixels], rendering="stored")[0])


def test_faint_text_over_speckle_is_found(detector: TextDetector) -> None:
    for seed in (1, 2):
        assert_found(faint(480, 640, seed, ["OKAFOR, JOHN", "DOB: 04/12/1957", "MRN 55120987"]), detector)


def test_both_unites_the_engines() -> None:
    image = blank(120, 300)
    image.write("OKAFOR, JOHN", 10, 20)
    found = load_detector(OcrSettings(engine="both", device="cpu")).detect([image.pixels], rendering="stored")[0]
    assert {line.engine for line in found} == set(ENGINES)


def test_the_engines_weights_are_the_ones_of_easyocrs_own_list() -> None:
    import easyocr_en_models
    from easyocr import config

    listed = (config.detection_models["craft"], config.recognition_models["gen2"]["english_g2"])
    assert {model["filename"] for model in listed} == set(EASYOCR_WEIGHTS)
    for model in listed:
        data = (Path(easyocr_en_models.model_dir()) / model["filename"]).read_bytes()
        assert hashlib.md5(data).hexdigest() == model["md5sum"]


def test_other_weights_do_not_start(tmp_path: Path) -> None:
    for name in EASYOCR_WEIGHTS:
        (tmp_path / name).write_bytes(b"other")
    with pytest.raises(EngineError, match="not the pinned ones"):
        load_detector(OcrSettings(engine="easyocr", weights=str(tmp_path), device="cpu"))


def test_missing_weights_do_not_start(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"craft_mlt_25k\.pth"):
        load_detector(OcrSettings(engine="easyocr", weights=str(tmp_path), device="cpu"))


def test_a_found_box_is_a_box() -> None:
    found = load_detector(OcrSettings(engine="fake", device="cpu")).detect(
        [np.pad(np.full((9, 30), 255, np.uint8), 5)], rendering="stored"
    )[0]
    assert [(line.box, line.text, line.score) for line in found] == [(Box(5, 5, 35, 14), "", 0.0)]
