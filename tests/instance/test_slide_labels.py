"""A drawn label takes the place of the image of a slide's label, where the policy says so."""

import io

import numpy as np
import pydicom
import pytest

from efface.transforms.core.errors import SlideLabelError, VerificationError
from efface.transforms.core.visual_features import FeatureSettings
from efface.transforms.instance.deidentify import deidentify_instance
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.instance.verify_label import verify_drawn_label
from efface.transforms.metadata.profile import Profile
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.phi.reasons import Reason
from efface.transforms.phi.settings import PhiSettings
from efface.transforms.pixels.slide_label import label_ink
from support import fake_engine
from support.corpus import pseudonyms
from support.steps import pictured, stored

OCR = OcrSettings(engine=fake_engine.FakeDetector.name)
REPLACE = RewriteSettings(Profile(), features=FeatureSettings(slide_labels="replace"))
PIXELS = np.random.default_rng(4).integers(0, 256, (120, 160), dtype=np.uint8)


def label(folder, **attributes):
    return stored(folder, pictured(PIXELS, ImageType=["ORIGINAL", "PRIMARY", "LABEL", "NONE"], **attributes))


def test_a_label_is_replaced_by_the_pseudonym(tmp_path):
    evidence, rewritten = deidentify_instance(label(tmp_path), OCR, PhiSettings(), REPLACE, pseudonyms())
    written = pydicom.dcmread(io.BytesIO(rewritten.data))
    ink = label_ink(120, 160, written.PatientID)
    assert 0.01 < ink.mean() < 0.4
    assert set(np.unique(written.pixel_array[ink])) == {PIXELS.min()}
    assert set(np.unique(written.pixel_array[~ink])) == {PIXELS.max()}
    assert [one.reason for one in evidence.findings] == [Reason.SLIDE_LABEL]


LEFT_ALONE = RewriteSettings(Profile(), False, features=FeatureSettings(slide_labels="replace"))


@pytest.mark.parametrize("settings", [RewriteSettings(Profile()), LEFT_ALONE])
def test_a_label_is_quarantined_otherwise(tmp_path, settings):
    with pytest.raises(SlideLabelError):
        deidentify_instance(label(tmp_path), OCR, PhiSettings(), settings, pseudonyms())


def test_an_image_that_shows_the_label_beside_the_tissue_is_quarantined(tmp_path):
    source = stored(tmp_path, pictured(PIXELS, ImageType=["ORIGINAL", "PRIMARY", "OVERVIEW"], SpecimenLabelInImage="YES"))
    with pytest.raises(SlideLabelError):
        deidentify_instance(source, OCR, PhiSettings(), REPLACE, pseudonyms())


def test_what_is_left_of_a_label_is_seen():
    original, written = pictured(PIXELS), pictured(PIXELS)
    original.file_meta = written.file_meta = pictured(PIXELS).file_meta
    with pytest.raises(VerificationError):
        verify_drawn_label(original, written)


@pytest.mark.parametrize("shape", [(1, 1), (8, 300), (600, 400)])
def test_labels_of_any_shape_are_drawn(shape):
    ink = label_ink(*shape, "P-1234567890ABCDEF")
    assert ink.shape == shape
    assert ink.any() == (shape != (1, 1))
