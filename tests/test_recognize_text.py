"""Reading in batches, as a GPU does, gives what reading one by one gives; what cannot be read fails alone, and is counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that

from efface.transforms.core import memory_share
from efface.transforms.core.box import Box
from efface.transforms.core.counters import Counter, Distribution
from efface.transforms.core.meters import ENDED
from efface.transforms.core.search_plan import Projection, Tile
from efface.transforms.core.text_line import TileText
from efface.transforms.instance import open as opened
from efface.transforms.instance.read_text import read_tiles
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.recognize_text import RecognizeText, with_accelerator
from efface.transforms.steps.recognize_tiles import LIMITS
from support.steps import counted, distribution, graph, instance_of, leaks, pictured, stored
from support.text_images import blank

STAGE = "recognize_text"
TEXTS = ("OKAFOR, JOHN", "MRN 55120987", "SUPINE", "")


@pytest.fixture
def tiles(tmp_path: Path) -> list[Tile]:
    """The whole frames of some instances, the last one of another size."""
    found = []
    for number, text in enumerate(TEXTS):
        image = blank(200, 320) if text else blank(64, 80)
        if text:
            image.write(text, 20, 30 + 40 * number, size_px=20)
        else:
            image.pixels[20:30, 20:60] = 255
        instance = instance_of(stored(tmp_path, pictured(image.pixels, number), f"{number}.dcm"), str(number))
        rows, columns = image.pixels.shape
        assert instance.pixels is not None
        about = instance.ref, instance.source, instance.pixels
        found.append(Tile(*about, 0, (0,), Projection.NONE, (0,), Box(0, 0, columns, rows)))
    return found


def reads(expected: dict[str, object]) -> Callable[[Iterable[TileText]], None]:
    """For `assert_that`: ref of each tile -> its lines, or the code of its failure."""

    def check(actual: Iterable[TileText]) -> None:
        texts = list(actual)
        assert {text.tile.ref: text.failure.code if text.failure else text.lines for text in texts} == expected
        assert len(texts) == len(expected)
        assert not leaks(texts)

    return check


def recognize(pipeline: beam.Pipeline, tiles: list[Tile], settings: OcrSettings) -> beam.PCollection[TileText]:
    return pipeline | beam.Create(tiles).with_output_types(Tile) | RecognizeText(settings)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_batches_change_nothing_and_a_tile_that_cannot_be_read_fails_alone(tiles: list[Tile], device: str) -> None:
    settings = OcrSettings(engine="fake", device=device)
    expected: dict[str, object] = {tile.ref: read_tiles([tile], settings)[0] for tile in tiles}
    assert expected["3"]
    with graph() as pipeline:
        assert_that(recognize(pipeline, tiles, settings), reads(expected))
    lines = sum(len(lines) for lines in expected.values())  # type: ignore[arg-type]
    counters = counted(pipeline, STAGE)
    assert (counters[Counter.PASSED], counters[Counter.FRAMES_READ], counters[Counter.LINES]) == (4, 4, lines)
    assert Counter.FAILED not in counters
    size = distribution(pipeline, STAGE, Distribution.BATCH_SIZE)
    assert (size.sum, size.max) == (4, 4 if device == "cuda" else 1)
    assert distribution(pipeline, STAGE, Distribution.BATCH_LATENCY).count == size.count
    Path(tiles[1].source.uri).write_bytes(b"gone")
    opened._kept_of.cache_clear()
    before = ENDED.copy()
    with graph() as pipeline:
        assert_that(recognize(pipeline, tiles, settings), reads(expected | {"1": "source_changed"}))
    counters = counted(pipeline, STAGE)
    assert (counters[Counter.PASSED], counters[Counter.FAILED]) == (3, 1)
    assert before == ENDED  # Its instance ends at the join, once, however many of its tiles fail.


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_no_tile_is_no_text(device: str) -> None:
    with graph() as pipeline:
        assert_that(recognize(pipeline, [], OcrSettings(engine="fake", device=device)), reads({}))
    assert counted(pipeline, STAGE) == {}


@pytest.mark.parametrize("engine", ["rapidocr", "easyocr"])
def test_a_file_alone_and_among_others_gives_the_same_lines(tiles: list[Tile], engine: str) -> None:
    """Whatever came before and whatever comes along, in either order."""
    settings = OcrSettings(engine=engine, device="cpu")
    tiles = tiles[2:] if engine == "easyocr" else tiles  # It takes ten seconds a picture on a CPU.
    alone: dict[str, object] = {}
    for tile in tiles:
        [alone[tile.ref]] = read_tiles([tile], settings)
    assert any(alone.values())
    for ordered in (tiles, tiles[::-1]):
        with graph() as pipeline:
            assert_that(recognize(pipeline, ordered, settings), reads(alone))


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_retried_bundle_reads_the_same(tiles: list[Tile], device: str) -> None:
    settings = OcrSettings(engine="fake", device=device)

    def same(actual: Iterable[TileText]) -> None:
        texts = [(text.ref, text.lines) for text in actual]
        assert len(texts) == 2 * len(tiles)
        assert all(texts.count(text) == 2 for text in texts)

    with graph() as pipeline:
        assert_that(recognize(pipeline, tiles * 2, settings), same)


def test_a_large_tile_is_a_batch_of_its_own(tiles: list[Tile]) -> None:
    large = dataclasses.replace(tiles[0], box=Box(0, 0, 2000, 1001))
    assert [LIMITS.size_of(tile) for tile in (tiles[0], large)] == [1, LIMITS.tiles]


def test_what_is_large_is_read_with_a_share_of_memory(
    tiles: list[Tile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def shares() -> list[Path]:
        return list(tmp_path.glob("efface-memory-*/*"))

    with graph() as pipeline:
        recognize(pipeline, tiles[:1], OcrSettings(engine="fake"))
    assert not shares()
    monkeypatch.setattr(memory_share, "LIMITS", dataclasses.replace(memory_share.LIMITS, small_bytes=0))
    with graph() as pipeline:
        recognize(pipeline, tiles[:1], OcrSettings(engine="fake"))
    assert shares()


def test_an_engine_that_cannot_start_fails_the_job(tiles: list[Tile], tmp_path: Path) -> None:
    settings = OcrSettings(engine="easyocr", weights=str(tmp_path), device="cpu")
    with pytest.raises(Exception, match=r"ocr\.engine and ocr\.weights of the policy") as raised, graph() as pipeline:
        recognize(pipeline, tiles, settings)
    assert not leaks(str(raised.value))


@pytest.mark.parametrize(("device", "expected"), [("cuda", b"type:nvidia-l4;count:1"), ("cpu", None)])
def test_the_step_asks_for_its_accelerator(device: str, expected: bytes | None) -> None:
    pipeline = beam.Pipeline()
    tiles = pipeline | beam.Create([]).with_output_types(Tile)
    settings, accelerator = OcrSettings(engine="fake", device=device), "type:nvidia-l4;count:1"
    _ = tiles | RecognizeText(settings, accelerator=accelerator)
    _ = tiles | with_accelerator(beam.Map(str), settings, accelerator)
    hints = {
        hint
        for environment in pipeline.to_runner_api().components.environments.values()
        for hint in environment.resource_hints.values()
    }
    assert hints == ({expected} if expected else set())
