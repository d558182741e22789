"""The prefilter with its real weights, and what is made of its scores."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from efface.transforms.core.box import Box
from efface.transforms.ocr import prefilter
from efface.transforms.ocr.base import EngineError
from efface.transforms.ocr.prefilter import TextHeatmap, TextPrefilter, find_places, load_prefilter, on_torch
from efface.transforms.ocr.prefilter_network import LAYERS, STRIDE_PX, as_input
from efface.transforms.ocr.regions import pack
from support.text_images import TextImage, blank, faint, speckle

WEIGHTS = Path(prefilter.__file__).with_name(prefilter.WEIGHTS_FILE)


@pytest.fixture(scope="module")
def network() -> TextPrefilter:
    return load_prefilter()


def share_found(image: TextImage, heatmap: TextHeatmap) -> float:
    boxes = [place.box.pad(2) for place in heatmap.places()]
    return float(
        np.mean([any(box.intersection(line.box).area_px >= 0.9 * line.box.area_px for box in boxes) for line in image.lines])
    )


def test_faint_lines_over_speckle_are_found_as_boxes_of_their_own(network: TextPrefilter) -> None:
    shares = []
    for seed in range(20, 24):
        image = faint(480, 640, seed, ["OKAFOR, JOHN", "DOB: 04/12/1957", "MRN 55120987"])
        [heatmap] = network.heatmaps([image.pixels])
        shares.append(share_found(image, heatmap))
    assert np.mean(shares) > 0.9


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("size_px", [9, 18, 40, 80])
def test_lines_of_any_size_and_turn_are_found(network: TextPrefilter, size_px: int, turns: int) -> None:
    image = blank(800, 900, 60)
    image.write("Okafor J", 150, 100, size_px=size_px, turns=turns, value=150)
    [heatmap] = network.heatmaps([image.pixels])
    assert share_found(image, heatmap) == 1.0


def test_anatomy_is_not_text(network: TextPrefilter) -> None:
    found = [place for seed in range(6) for place in network.heatmaps([speckle(480, 640, seed).pixels])[0].places()]
    assert len(found) <= 1


def test_what_may_be_text_is_in_an_area_and_what_is_known_is_not(network: TextPrefilter) -> None:
    image = blank(600, 800, 40)
    image.write("OKAFOR, JOHN", 60, 60, value=120)
    image.write("HAUGEN", 600, 500, value=120)
    [heatmap] = network.heatmaps([image.pixels])
    areas = network.doubtful_areas(image.pixels, heatmap)
    assert all(any(area.intersection(line.box) == line.box for area in areas) for line in image.lines)
    assert sum(area.area_px for area in areas) < 0.1 * image.pixels.size
    [left] = network.doubtful_areas(image.pixels, heatmap, [image.lines[0].box.pad(8)])
    assert left.intersection(image.lines[1].box) == image.lines[1].box
    assert heatmap.strongest(image.lines[0].box) > 0.9
    assert heatmap.strongest(Box(300, 200, 500, 300)) < 0.05


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (5, 3, 3), (401, 399), (2100, 30)])
def test_pictures_of_any_size_are_searched(network: TextPrefilter, shape: tuple[int, ...]) -> None:
    [heatmap] = network.heatmaps([np.full(shape, 90, np.uint8)])
    assert (heatmap.rows, heatmap.columns) == shape[:2]
    assert heatmap.places() == []
    assert network.doubtful_areas(np.full(shape, 90, np.uint8), heatmap) == []


@pytest.mark.parametrize("size_px", [11, 40, 120, 300])
def test_text_of_any_size_stays_in_doubt_from_near(network: TextPrefilter, size_px: int) -> None:
    image = speckle(1100, 1500, size_px)
    image.write("OKAF" if size_px > 200 else "OKAFOR J", 100, 200, size_px=size_px, value=250)
    [heatmap] = network.heatmaps([image.pixels])
    afar = [area for _, area in heatmap.doubtful_areas()]
    near = network.doubtful_areas(image.pixels, heatmap)
    assert any(area.intersection(image.lines[0].box.pad(-size_px // 4)).area_px for area in near)
    assert all(any(area.intersection(other).area_px for other in afar) for area in near)


def test_speckle_that_looks_like_text_from_afar_is_in_no_doubt_from_near(network: TextPrefilter) -> None:
    images = [speckle(480, 640, seed).pixels for seed in range(12)]
    afar = [list(network.heatmaps([image])[0].doubtful_areas()) for image in images]
    near = [network.doubtful_areas(image, network.heatmaps([image])[0]) for image in images]
    assert sum(map(len, near)) < 0.5 * sum(map(len, afar))


@pytest.mark.parametrize("width", range(1020, 1040, 2))
def test_every_place_of_a_picture_has_a_score_at_every_size(width: int) -> None:
    heatmap = TextPrefilter(lambda values: np.ones((len(values), 2, values.shape[2] // 4, values.shape[3] // 4))).heatmaps(
        [np.zeros((1000, width), np.uint8)]
    )[0]
    for left in range(width - 8, width):
        for top in range(992, 1000):
            place = Box(left, top, width, 1000)
            assert (heatmap.strongest(place), heatmap.share(place)) == (1.0, 1.0)


def test_a_large_picture_is_searched_in_parts_that_fit_together(network: TextPrefilter) -> None:
    image = blank(500, 4300, 40)
    for left in range(100, 4100, 400):
        image.write("OKAFOR, JOHN", left, 200, value=90)
    [heatmap] = network.heatmaps([image.pixels])
    assert share_found(image, heatmap) == 1.0
    assert len(heatmap.places()) == len(image.lines)


def test_several_pictures_give_what_each_gives_alone(network: TextPrefilter) -> None:
    images = [faint(480, 640, seed, ["OKAFOR, JOHN"]).pixels for seed in (1, 2, 3)]
    together = network.heatmaps(images)
    for image, heatmap in zip(images, together, strict=True):
        [alone] = network.heatmaps([image])
        assert [place.box for place in heatmap.places()] == [place.box for place in alone.places()]


def test_torch_computes_what_openvino_computes() -> None:
    picture = as_input(faint(256, 320, 4, ["OKAFOR, JOHN"]).pixels)[None]
    network = load_prefilter()
    assert np.abs(on_torch(WEIGHTS, "cpu")(picture) - network._score(picture)).max() < 0.02


def test_colours_count_by_their_brightest_and_darkest() -> None:
    grey = speckle(64, 64, 1).pixels
    assert np.array_equal(as_input(grey), as_input(np.repeat(grey[..., None], 3, axis=2)))
    red, blue = np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = blue[..., 2] = grey
    assert np.array_equal(as_input(red), as_input(blue))


def test_lines_close_to_each_other_stay_apart() -> None:
    scores = np.zeros((2, 40, 60), np.float32)
    for top in (4, 8, 12):
        scores[0, top : top + 4, 10:50] = 0.9
        scores[1, top + 1 : top + 3, 11:49] = 0.9
    boxes = [place.box for place in find_places(scores)]
    assert [(box.left, box.right) for box in boxes] == [(38, 202)] * 3
    assert all(box.height <= 6 * STRIDE_PX for box in boxes)


def test_a_line_with_a_ragged_core_gets_no_larger_a_box_and_one_that_slopes_is_all_in_its_box() -> None:
    scores = np.zeros((2, 60, 60), np.float32)
    scores[0, 4:7, 10:50] = scores[1, 5, 11:49] = scores[1, 4, 20:30] = 0.9
    for column in range(10, 50):
        middle = 20 + (column - 10) // 2
        scores[0, middle - 2 : middle + 3, column] = scores[1, middle - 1 : middle + 2, column] = 0.9
    ragged, sloping = (place.box for place in find_places(scores))
    assert ragged == Box(38, 14, 202, 30)
    assert sloping.intersection(Box(40, 4 * 18, 200, 4 * 42)) == Box(40, 4 * 18, 200, 4 * 42)


def test_the_weights_are_those_of_the_layers_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.numpy import load_file

    weights = load_file(WEIGHTS)
    assert set(weights) == {f"{name}.{part}" for name in LAYERS for part in ("weight", "bias")}
    assert WEIGHTS.stat().st_size < 10_000_000
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == prefilter.WEIGHTS_SHA256
    monkeypatch.setattr(prefilter, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EngineError, match="not the pinned ones"):
        load_prefilter()


def test_what_is_packed_lies_on_the_sheets_whole_and_apart() -> None:
    random = np.random.default_rng(1)
    images = [random.integers(1, 255, (*random.integers(1, 600, 2), 3), dtype=np.uint8) for _ in range(40)]
    sheets = list(pack([image.shape[:2] for image in images], images.__getitem__, 1280))
    assert sorted(number for _, spots in sheets for number in spots) == list(range(40))
    for sheet, spots in sheets:
        assert max(sheet.shape[:2]) <= 1280
        assert all(side % 128 == 0 for side in sheet.shape[:2])
        for number, (left, top, right, bottom) in spots.items():
            assert np.array_equal(sheet[top:bottom, left:right], images[number])
        boxes = list(spots.values())
        assert not any(one.intersection(other).area_px for one in boxes for other in boxes if one is not other)
    assert list(pack([], images.__getitem__, 1280)) == []


def test_targets_of_the_training_mark_lines_and_leave_doubtful_ones_out() -> None:
    from tools.draw_text import SIZE_PX, Picture
    from tools.train_prefilter import targets

    corners = np.array([(40, 40), (200, 40), (200, 60), (40, 60)], np.float32)
    picture = Picture(np.zeros((SIZE_PX, SIZE_PX, 3)), [corners, corners + np.array([0, 100])], [False, True])
    wanted, counts = targets(picture)
    assert wanted.shape == counts.shape == (2, SIZE_PX // STRIDE_PX, SIZE_PX // STRIDE_PX)
    assert wanted[0, 10:15, 10:50].all()
    assert wanted[0].sum() <= 7 * 42
    assert 0 < wanted[1].sum() < wanted[0].sum()
    assert not wanted[:, 30:].any()
    assert not counts[:, 36:39, 12:48].any()
    assert counts[:, :30].all()


def test_training_pictures_come_from_their_seed(tmp_path: Path) -> None:
    from PIL import ImageFont

    from tools.draw_text import TextPainter, find_fonts

    (tmp_path / "default.ttf").write_bytes(ImageFont.load_default(20).font_bytes)  # type: ignore[union-attr]
    fonts = find_fonts([tmp_path])
    photograph = speckle(400, 500, 1).pixels
    first, second = (TextPainter(fonts, [photograph], np.random.default_rng(7)) for _ in range(2))
    pictures = [first.draw() for _ in range(12)]
    assert sum(len(picture.lines) for picture in pictures) > 5
    for picture in pictures:
        again = second.draw()
        assert np.array_equal(picture.pixels, again.pixels)
        assert picture.pixels.dtype == np.uint8
        assert len(picture.lines) == len(picture.doubtful) == len(again.lines)


def test_training_writes_weights_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    import torch
    from PIL import ImageFont

    from tools.draw_text import find_fonts
    from tools.train_prefilter import Pictures, train

    (tmp_path / "default.ttf").write_bytes(ImageFont.load_default(20).font_bytes)  # type: ignore[union-attr]
    torch.manual_seed(1)
    out = tmp_path / "prefilter.safetensors"
    for _ in range(2):
        train(Pictures(find_fonts([tmp_path]), [], seed=1), out, steps=2, batch=2, workers=0)
        assert torch.load(out.with_suffix(".training"))["step"] == 2
    score = on_torch(out, "cpu")
    scores = score(as_input(speckle(128, 160, 1).pixels)[None])
    assert scores.shape == (1, 2, 32, 40)
    assert 0 < scores.mean() < 0.5
