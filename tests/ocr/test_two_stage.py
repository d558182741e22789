"""What counts as text, with the prefilter's real weights and an engine that finds and reads what a test says."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from efface.transforms.core.box import Box, covered_share
from efface.transforms.ocr.base import Wanted
from efface.transforms.ocr.prefilter import TextPrefilter, load_prefilter
from efface.transforms.ocr.two_stage import Corners, Reading, TwoStageDetector
from support.text_images import blank

PLACE = Box(200, 150, 320, 180)


class OneReading:
    """Finds one place and reads everything as one text."""

    name, version, tile_px, overlap_px, giant_share = "one", "1", 1280, 160, 0.125

    def __init__(self, place: Box, reading: Reading) -> None:
        self._place, self._reading = place, reading

    def find(self, images: Sequence[np.ndarray], *, may_enlarge: bool) -> list[list[Corners]]:
        left, top, right, bottom = self._place.shift(16, 16)  # The border around the image.
        return [[np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)] for _ in images]

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        return [self._reading for _ in crops]


@pytest.fixture(scope="module")
def prefilter() -> TextPrefilter:
    return load_prefilter()


def edge() -> np.ndarray:
    """The edge of a bright body, with the noise of air beside it."""
    noise = np.hypot(*(8 * np.random.default_rng(1).standard_normal((2, 400, 520)) + 12))
    body = np.zeros((400, 520), np.float32)
    cv2.ellipse(body, (260, 420), (300, 260), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    body = cv2.GaussianBlur(body, (0, 0), 1.5)
    return np.clip(noise * (1 - body) + 240 * body, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("reading", [Reading("son", 0.57), Reading("RY", 0.85), Reading("", 0.0)])
def test_an_edge_that_an_engine_reads_as_some_letters_is_no_text(prefilter: TextPrefilter, reading: Reading) -> None:
    [found] = TwoStageDetector(OneReading(PLACE, reading), prefilter).detect([edge()], rendering="stored")
    assert found == []


@pytest.mark.parametrize("reading", [Reading("son", 0.57), Reading("RY", 0.85), Reading("", 0.0)])
@pytest.mark.parametrize("turns", [0, 2])
def test_a_line_that_an_engine_reads_badly_is_text(prefilter: TextPrefilter, reading: Reading, turns: int) -> None:
    image = blank(400, 520, 30)
    line = image.write("OKAFOR JON", PLACE.left + 2, PLACE.top + 4, size_px=20, value=90, turns=turns)
    [found] = TwoStageDetector(OneReading(PLACE, reading), prefilter).detect([image.pixels], rendering="stored")
    assert covered_share(line.box, [one.box for one in found]) > 0.9


def test_a_reading_that_is_long_or_sure_needs_no_prefilter(prefilter: TextPrefilter) -> None:
    for reading in (Reading("Pat10 3530 34", 0.57), Reading("son", 0.95)):
        [found] = TwoStageDetector(OneReading(PLACE, reading), prefilter).detect([edge()], rendering="stored")
        assert [one.text for one in found] == [reading.text]


def test_a_block_that_is_not_read_is_left_to_its_lines(prefilter: TextPrefilter) -> None:
    image = blank(400, 520, 30)
    lines = [image.write("OKAFOR JON", 150, top, size_px=16, value=120) for top in (100, 150)]
    block = Box(100, 80, 330, 190)
    [found] = TwoStageDetector(OneReading(block, Reading("", 0.0)), prefilter).detect([image.pixels], rendering="stored")
    assert all(covered_share(line.box, [one.box for one in found]) > 0.9 for line in lines)
    assert max(one.box.height for one in found) < 40


class Counting(OneReading):
    """Counts what it reads."""

    def __init__(self, place: Box, reading: Reading) -> None:
        super().__init__(place, reading)
        self.read_crops = 0

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        self.read_crops += len(crops)
        return super().read(crops)


WHOLE = (Box(0, 0, 520, 400),)


@pytest.mark.parametrize("prefiltered", [(), WHOLE], ids=["in full", "after the prefilter"])
def test_a_line_that_the_caller_knows_is_not_read_and_the_others_are_as_ever(
    prefilter: TextPrefilter, prefiltered: tuple[Box, ...]
) -> None:
    image = blank(400, 520, 30)
    known, other = (image.write("OKAFOR JON", PLACE.left + 2, top, size_px=20, value=120) for top in (PLACE.top + 4, 300))
    engine = Counting(PLACE, Reading("OKAFOR JON", 0.99))
    detector = TwoStageDetector(engine, prefilter)
    [found] = detector.detect([image.pixels], rendering="stored", prefiltered=prefiltered)
    read_crops, engine.read_crops = engine.read_crops, 0
    wanted = Wanted(is_known=lambda box: known.box.overlap(box) > 0.5)
    [rest] = detector.detect([image.pixels], rendering="stored", prefiltered=prefiltered, wanted=wanted)
    assert rest == [line for line in found if line.box.overlap(other.box) > 0.5] and rest
    assert engine.read_crops < read_crops


def test_nothing_is_read_or_searched_where_the_prefilter_is_less_sure_than_the_caller_asks(prefilter: TextPrefilter) -> None:
    image = blank(400, 520, 30)
    image.write("OKAFOR JON", PLACE.left + 2, PLACE.top + 4, size_px=20, value=120)
    engine = Counting(PLACE, Reading("", 0.0))
    [found] = TwoStageDetector(engine, prefilter).detect(
        [image.pixels], rendering="stored", prefiltered=WHOLE, wanted=Wanted(least_heat=1.1)
    )
    assert (found, engine.read_crops) == ([], 0)


def test_a_caller_that_asks_for_heat_gets_every_line_that_reaches_it(prefilter: TextPrefilter) -> None:
    image = blank(400, 520, 30)
    for number, value in enumerate((33, 40, 60, 120)):
        image.write("OKAFOR JON", 60, 60 + 70 * number, size_px=20, value=value)
    detector = TwoStageDetector(OneReading(PLACE, Reading("OKAFOR JON", 0.99)), prefilter)
    [every] = detector.detect([image.pixels], rendering="stored", prefiltered=WHOLE)
    [hot] = detector.detect([image.pixels], rendering="stored", prefiltered=WHOLE, wanted=Wanted(least_heat=0.8))
    assert hot == [line for line in every if line.prefilter_score >= 0.8] and hot
