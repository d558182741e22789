"""What is read on an instance: on every rendering of it, in every window, whole or where the prefilter saw something."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from efface.transforms.core.box import Box
from efface.transforms.core.errors import VoiWindowsError
from efface.transforms.core.instance import Instance, PixelFacts
from efface.transforms.core.search_plan import Projection, Tile
from efface.transforms.dicom.parse import describe_instance, read_header
from efface.transforms.instance.open import open_source
from efface.transforms.instance.read_text import Picture, find_tiles, read_pictures, read_tiles
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.ocr.registry import load_detector
from efface.transforms.storage import storage_of
from support.corpus import minimal, saved
from support.runs import QUICK
from support.text_images import TextImage, blank

ENGINES = ("rapidocr", "easyocr")


def written(folder: Path, name: str, image: TextImage) -> Instance:
    """A stored instance that shows a picture."""
    return stored(folder, name, image.pixels[None])


def stored(folder: Path, name: str, frames: np.ndarray, **attributes: object) -> Instance:
    """A stored instance of frames, (frames, rows, columns), and of what else its header says."""
    dataset = minimal("1.2.840.10008.5.1.4.1.1.7")
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = frames.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = 8 * frames.itemsize
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelData = frames.tobytes()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    path = folder / name
    path.write_bytes(saved(dataset))
    [source] = storage_of(str(path)).list(str(path))
    with open_source(source) as file:
        return describe_instance(read_header(file), source, name, ())


def tile_of(instance: Instance) -> Tile:
    facts = instance.pixels
    assert facts is not None
    return Tile(instance.ref, instance.source, facts, 0, (0,), Projection.NONE, (0,), Box(0, 0, facts.columns, facts.rows))


@pytest.fixture
def tiles(tmp_path: Path) -> list[Tile]:
    pictures = []
    for number, text in enumerate(("OKAFOR, JOHN", "MRN 55120987", "SUPINE")):
        image = blank(200, 320)
        image.write(text, 20, 30 + 40 * number, size_px=20)
        pictures.append(image)
    pictures.append(blank(64, 80))
    pictures[-1].pixels[20:30, 20:60] = 255
    return [tile_of(written(tmp_path, str(number), image)) for number, image in enumerate(pictures)]


@pytest.mark.parametrize("engine", ENGINES)
def test_pictures_read_together_read_as_each_does_alone(engine: str) -> None:
    detector = load_detector(OcrSettings(engine=engine, device="cpu"))
    images = [blank(90, 180, value) for value in (20, 90, 160)]
    for image, text in zip(images, ("OKAFOR, JOHN", "MRN 5512", "Portable AP"), strict=True):
        image.write(text, 8, 12)
        image.write(text[:4], 100, 60, size_px=12)
    pictures = [
        Picture(image.pixels, PixelFacts("PixelData", *image.pixels.shape, 1, 1, "MONOCHROME2", 8, 8, False))
        for image in images
    ]
    together = read_pictures(pictures, detector)
    alone = [read_pictures([picture], detector)[0] for picture in pictures]
    assert [[(line.box, line.text) for line in lines] for lines in together] == [
        [(line.box, line.text) for line in lines] for lines in alone
    ]
    assert all(together)


def test_the_prefilter_leaves_no_text_out(tiles: list[Tile]) -> None:
    settings = OcrSettings(engine="rapidocr", device="cpu")
    whole = tiles[0].box
    for tile in tiles[:3]:
        [full] = read_tiles([tile], settings)
        prefiltered = dataclasses.replace(tile, box=whole, prefiltered=(whole,))
        [lines] = read_tiles([prefiltered], settings)
        assert [line.text for line in lines] == [line.text for line in full]
        assert all(line.prefilter_score > 0.5 for line in lines)


def test_what_lies_outside_of_the_prefiltered_part_is_searched_in_full(tiles: list[Tile]) -> None:
    calls: list[tuple[int, ...]] = []
    detector = load_detector(OcrSettings(engine="rapidocr", device="cpu"))
    engine = detector._engine  # type: ignore[attr-defined]
    find = engine.find
    engine.find = lambda images, may_enlarge: calls.append(images[0].shape) or find(images, may_enlarge=may_enlarge)
    try:
        image = np.full((400, 600), 30, np.uint8)
        detector.detect([image], rendering="stored", prefiltered=[Box(0, 100, 600, 400)])
        assert [shape[0] for shape in calls] == [100 + 16 + 2 * 16]
        calls.clear()
        detector.detect([image], rendering="stored", prefiltered=[Box(0, 0, 600, 400)])
        assert calls == []
    finally:
        del engine.find


def faint(text: str = "", dim: int = 1000) -> np.ndarray:
    """A frame with a slope over 12 bits, and a line that is 1 % of that brighter than what is around it."""
    image = blank(120, 320, 0)
    if text:
        image.write(text, 20, 20, size_px=22, value=41)
    image.pixels[80:] = 0
    values = image.pixels.astype(np.uint16) + dim
    values[80:] = np.linspace(0, 4095, 320).astype(np.uint16)
    return values


def item(**attributes: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def lookup_table() -> Dataset:
    table = item(LUTDescriptor=[4096, 0, 12])
    table.add_new("LUTData", "OW", np.clip((np.arange(4096) - 980) * 51, 0, 4095).astype("<u2").tobytes())
    return table


def frame_windows(*windows: tuple[int, int]) -> list[Dataset]:
    return [item(FrameVOILUTSequence=[item(WindowCenter=center, WindowWidth=width)]) for center, width in windows]


def read_by_frame(instance: Instance, settings: OcrSettings) -> list[str]:
    """What is read on each frame."""
    assert instance.pixels
    read = [""] * instance.pixels.frames
    for tile in find_tiles(instance, settings, reads_overlays=False)[1]:
        for frame in tile.frames:
            read[frame] += " ".join(line.text for line in read_tiles([tile], settings)[0])
    return read


RAPIDOCR = OcrSettings(engine="rapidocr", device="cpu")
PREFILTER = replace(RAPIDOCR, effort="sampled", sampled_share=0.0)


@pytest.mark.parametrize(
    "attributes",
    [
        {"WindowCenter": [2048, 1020], "WindowWidth": [4096, 80]},
        {"WindowCenter": [3000, 20], "WindowWidth": [900, 80], "RescaleSlope": 1, "RescaleIntercept": -1000},
        {"VOILUTSequence": [lookup_table()], "WindowCenter": 2048, "WindowWidth": 4096},
        {"SharedFunctionalGroupsSequence": frame_windows((1020, 80))},
    ],
    ids=["second window", "second window of rescaled values", "lookup table", "functional group"],
)
@pytest.mark.parametrize("settings", [RAPIDOCR, PREFILTER], ids=["full", "prefilter"])
def test_text_that_only_one_way_of_showing_the_frame_shows_is_read(
    attributes: dict[str, object], settings: OcrSettings, tmp_path: Path
) -> None:
    hidden, shown = faint("OKAFOR, JOHN")[None], stored(tmp_path, "shown", faint("OKAFOR, JOHN")[None], **attributes)
    assert "OKAFOR" in read_by_frame(shown, settings)[0]
    assert read_by_frame(stored(tmp_path, "hidden", hidden), settings) == [""]


@pytest.mark.parametrize(("count", "number"), [(3, 0), (7, 6)])
def test_a_frame_is_read_in_its_own_windows(count: int, number: int, tmp_path: Path) -> None:
    frames = np.stack([faint("OKAFOR, JOHN" if index == number else "", 990 + index) for index in range(count)])
    windows = [(1020, 80) if index == number else (3000 + 9 * index, 900) for index in range(count)]
    instance = stored(tmp_path, "clip", frames, PerFrameFunctionalGroupsSequence=frame_windows(*windows))
    read = read_by_frame(instance, PREFILTER)
    assert "OKAFOR" in read[number]
    assert not any(read[:number] + read[number + 1 :])


def test_text_that_the_window_of_another_frame_shows_is_read(tmp_path: Path) -> None:
    frames = np.stack([faint("OKAFOR, JOHN", dim) for dim in (1000, 1001)])
    groups = frame_windows((2048, 4096), (1020, 80))
    read = read_by_frame(stored(tmp_path, "clip", frames, PerFrameFunctionalGroupsSequence=groups), PREFILTER)
    assert all("OKAFOR" in text for text in read)


@pytest.mark.parametrize("brighter", [0, 100])
def test_one_frame_of_many_that_are_shown_alike_is_read_in_their_window(brighter: int, tmp_path: Path) -> None:
    frames = np.stack([faint("OKAFOR, JOHN" if index == 3 else "", 1000 + index) for index in range(5)])
    frames[1, :80] += np.uint16(brighter)
    instance = stored(tmp_path, "clip", frames, WindowCenter=1020, WindowWidth=80)
    assert "OKAFOR" in read_by_frame(instance, PREFILTER)[3]


def test_a_frame_that_is_shown_in_too_many_ways_fails(tmp_path: Path) -> None:
    windows = {"WindowCenter": [400 * number for number in range(9)], "WindowWidth": 300}
    tiles = [tile_of(stored(tmp_path, "many", faint()[None], **windows))]
    with pytest.raises(VoiWindowsError):
        read_tiles(tiles, QUICK)


def test_a_lookup_table_that_cannot_be_applied_fails(tmp_path: Path) -> None:
    table = lookup_table()
    table.LUTData = table.LUTData[:100]
    broken = stored(tmp_path, "broken", faint()[None], VOILUTSequence=[table])
    with pytest.raises(VoiWindowsError):
        read_tiles([tile_of(broken)], QUICK)
