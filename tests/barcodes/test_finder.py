"""Bar codes are found whole, at any angle, also where nothing decodes them; what is no code is left alone."""

import cv2
import numpy as np
import pytest
import zxingcpp

from efface.transforms.barcodes.finder import Proof, Seen, find_bar_codes
from efface.transforms.core.box import Box, covered_share
from support import text_images
from support.bar_codes import LINEAR, Look, PlantedCode, draw_content, plant_code

MATRIX = ("QRCode", "DataMatrix", "Aztec", "PDF417")


def planted(format_: str, look: Look, seed: int = 1) -> tuple[np.ndarray, PlantedCode]:
    random = np.random.default_rng(seed)
    picture = text_images.speckle(600, 800, seed).pixels
    code = plant_code(picture, format_, draw_content(format_, random), look, random)
    assert code is not None
    return picture, code


def filled(picture: np.ndarray) -> tuple[np.ndarray, list]:
    found = find_bar_codes(picture)
    after = picture.copy()
    for code in found:
        left, top, right, bottom = code.box
        after[top:bottom, left:right] = 0
    return after, found


@pytest.mark.parametrize("format_", [*LINEAR, *MATRIX])
def test_a_clear_code_is_filled_with_its_caption(format_):
    picture, code = planted(format_, Look(module_px=3))
    after, found = filled(picture)
    boxes = [one.box for one in found]
    assert covered_share(code.box, boxes) == 1
    if format_ in LINEAR:
        assert covered_share(code.caption, boxes) > 0.95
    assert not zxingcpp.read_barcodes(after)


@pytest.mark.parametrize("angle", [90, 180, 270, 33, 355])
@pytest.mark.parametrize("format_", ["Code128", "QRCode", "DataMatrix"])
def test_a_turned_code_is_filled(format_, angle):
    picture, code = planted(format_, Look(module_px=3, angle=angle), seed=2)
    after, found = filled(picture)
    assert covered_share(code.box, [one.box for one in found]) > 0.95
    assert not zxingcpp.read_barcodes(after)


@pytest.mark.parametrize("format_", ["Code128", "Code39", "ITF", "QRCode"])
def test_light_bars_on_a_dark_ground_are_a_code(format_):
    picture, code = planted(format_, Look(module_px=3, is_inverted=True), seed=3)
    _, found = filled(picture)
    assert covered_share(code.box, [one.box for one in found]) == 1


@pytest.mark.parametrize(
    ("format_", "look"),
    [
        ("PDF417", Look(module_px=2, is_inverted=True)),
        ("Code128", Look(module_px=1, angle=291, is_inverted=True, contrast=110)),
        ("EAN13", Look(module_px=1, contrast=160, noise=16)),
        ("QRCode", Look(module_px=1.5, contrast=25)),
        ("MicroQRCode", Look(module_px=3, contrast=15)),
        ("EAN13", Look(module_px=2, contrast=160, height_px=25, blur_px=1.2, jpeg_quality=92)),
        ("QRCode", Look(module_px=1.8, contrast=160, is_inverted=True, blur_px=0.7, noise=3)),
    ],
)
def test_faint_narrow_and_light_codes_are_found(format_, look):
    picture, code = planted(format_, look, seed=7)
    _, found = filled(picture)
    assert covered_share(code.box, [one.box for one in found]) > 0.9


@pytest.mark.parametrize("angle", [0, 90])
def test_bars_that_nothing_decodes_are_found_by_their_shape(angle):
    picture, code = planted("Code128", Look(module_px=2, damage_share=0.12, angle=angle, height_px=60), seed=4)
    assert not zxingcpp.read_barcodes(picture)
    _, found = filled(picture)
    assert {one.proof for one in found} == {Proof.BARS}
    assert covered_share(code.box, [one.box for one in found]) > 0.7


def test_a_small_code_of_low_contrast_is_found():
    picture, code = planted("DataMatrix", Look(module_px=2, contrast=60, noise=3), seed=5)
    after, found = filled(picture)
    assert covered_share(code.box, [one.box for one in found]) == 1
    assert not zxingcpp.read_barcodes(after)


def test_colours_are_no_obstacle():
    picture, code = planted("Code128", Look(module_px=2))
    colour = np.stack([picture, picture, np.minimum(picture, 40)], axis=-1)
    assert covered_share(code.box, [one.box for one in find_bar_codes(colour)]) == 1


def test_modules_are_not_looked_for_where_there_is_text():
    picture, _ = planted("QRCode", Look(module_px=3))
    assert find_bar_codes(picture, seen=Seen())
    assert not find_bar_codes(picture, seen=Seen(modules=[Box(0, 0, 800, 600)]))
    picture, _ = planted("Code128", Look(module_px=3))
    assert find_bar_codes(picture, seen=Seen(modules=[Box(0, 0, 800, 600)]))


def grid() -> np.ndarray:
    picture = np.full((400, 500), 20, np.uint8)
    picture[:, ::12] = picture[::12] = 200
    return picture


def ruler() -> np.ndarray:
    picture = np.full((400, 500), 20, np.uint8)
    for tick in range(40):
        picture[100 : 124 if tick % 5 else 136, 20 + 11 * tick : 22 + 11 * tick] = 220
    return picture


def page() -> np.ndarray:
    image = text_images.blank(500, 700, 235)
    for line in range(14):
        image.write("CHEST PA UPRIGHT kVp 120 mAs 4.5 SID 180", 20, 20 + 32 * line, value=10)
    return image.pixels


def edges() -> np.ndarray:
    picture = np.zeros((400, 500), np.uint8)
    cv2.ellipse(picture, (250, 200), (200, 160), 0, 0, 360, (180,), 9)
    cv2.rectangle(picture, (150, 120), (330, 260), (120,), 3)
    return picture


@pytest.mark.parametrize("draw", [grid, ruler, page, edges, lambda: text_images.speckle(600, 800, 9).pixels])
def test_what_is_no_code_is_left(draw):
    assert find_bar_codes(draw()) == []


def test_noise_is_no_code():
    noise = np.random.default_rng(6).integers(0, 256, (500, 500)).astype(np.uint8)
    assert find_bar_codes(noise) == []


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (5, 900), (900, 5), (27, 27)])
def test_pictures_of_any_shape_are_searched(shape):
    assert find_bar_codes(np.full(shape, 7, np.uint8)) == []
