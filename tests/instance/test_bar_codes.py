"""Bar codes of an instance are filled with their captions, and the last check sees one that is left."""

import io

import numpy as np
import pydicom
import pytest
import zxingcpp

from efface.transforms.core.box import Box
from efface.transforms.core.errors import ResidualIdentifierError
from efface.transforms.core.evidence import Evidence
from efface.transforms.core.search_plan import Projection, SearchPlan, Tier, Tile
from efface.transforms.core.text_line import TextLine, TileText
from efface.transforms.core.visual_features import FeatureKind, VisualFeature
from efface.transforms.instance.deidentify import deidentify_instance
from efface.transforms.instance.judge_text import judge_tile
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.instance.verify import verify_instance
from efface.transforms.metadata.profile import Profile
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.phi.reasons import Reason
from efface.transforms.phi.settings import PhiSettings
from support import (
    fake_engine,  # noqa: F401  # registers the engine "fake"
    text_images,
)
from support.bar_codes import Look, draw_content, plant_code
from support.corpus import pseudonyms, saved
from support.steps import instance_of, pictured, stored

SETTINGS = RewriteSettings(Profile())


def with_code(seed=1, frames=1):
    random = np.random.default_rng(seed)
    picture = np.minimum(text_images.speckle(300, 400, seed).pixels, 254)
    code = plant_code(picture, "Code128", draw_content("Code128", random), Look(contrast=180), random)
    return np.repeat(np.minimum(picture, 254)[None], frames, 0), code


@pytest.mark.parametrize("effort", ["full", "sampled"])
@pytest.mark.parametrize("frames", [1, 3])
def test_a_bar_code_goes_and_nothing_else(tmp_path, effort, frames):
    pixels, code = with_code(frames=frames)
    source = stored(tmp_path, pictured(pixels if frames > 1 else pixels[0]))
    ocr = OcrSettings(engine="fake", effort=effort, sampled_share=0.0)
    evidence, rewritten = deidentify_instance(source, ocr, PhiSettings(), SETTINGS, pseudonyms())
    written = np.atleast_3d(pydicom.dcmread(io.BytesIO(rewritten.data)).pixel_array).reshape(pixels.shape)
    boxes = [one.box for one in evidence.findings if one.reason == Reason.BAR_CODE]
    assert boxes
    left, top, right, bottom = code.box
    assert (written[:, top:bottom, left:right] == written[0, top, left]).all()
    assert not zxingcpp.read_barcodes(np.ascontiguousarray(written[0]))
    outside = np.ones(pixels.shape[1:], bool)
    for box in boxes:
        outside[box.top : box.bottom, box.left : box.right] = False
    assert (written[:, outside] == pixels[:, outside]).all()


def test_a_code_that_is_left_is_seen_by_the_last_check(tmp_path):
    pixels, _ = with_code()
    dataset = pictured(pixels[0])
    source = stored(tmp_path, dataset)
    evidence = Evidence(instance_of(source, "r"), 1, (), search=SearchPlan(Tier.FULL))
    data = saved(dataset)
    with pytest.raises(ResidualIdentifierError, match="bar code"):
        verify_instance(data, data, evidence, SETTINGS)


def tile(folder):
    instance = instance_of(stored(folder, pictured(np.zeros((300, 400), np.uint8))), "r")
    assert instance.pixels is not None
    return Tile("r", instance.source, instance.pixels, 0, (0,), Projection.NONE, (0,), Box(0, 0, 400, 300))


@pytest.mark.parametrize(
    ("box", "goes"),
    [
        (Box(120, 152, 200, 164), True),  # below
        (Box(120, 84, 200, 96), True),  # above
        (Box(306, 110, 318, 140), True),  # beside, upright
        (Box(120, 190, 200, 202), False),  # far below
        (Box(310, 120, 390, 132), False),  # to the right
    ],
)
def test_the_text_at_the_edge_of_a_code_goes_whatever_it_reads_as(tmp_path, box, goes):
    feature = VisualFeature(FeatureKind.BAR_CODE, Box(100, 100, 300, 150), "code_decoded", 1.0, "zxing-cpp", "stored")
    lines = (TextLine(box, "CHEST PA", 0.99, "e", "stored"),)
    found = judge_tile(TileText(tile(tmp_path), lines, features=(feature,)), (), PhiSettings())
    assert any(one.rule == "code_caption" for one in found) == goes
