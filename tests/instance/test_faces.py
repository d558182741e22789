"""Faces on photographs: quarantined, blanked or kept, as the policy says; other instances are not searched for any."""

import io

import cv2
import numpy as np
import pydicom
import pytest
from faces.test_detector import photograph

from efface.transforms.core.errors import FaceError
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.visual_features import FeatureSettings
from efface.transforms.faces.detector import find_faces
from efface.transforms.instance.deidentify import deidentify_instance
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.metadata.profile import Profile
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.phi.reasons import Reason
from efface.transforms.phi.settings import PhiSettings
from support import fake_engine
from support.corpus import pseudonyms
from support.steps import pictured, stored

PHOTOGRAPHIC = "1.2.840.10008.5.1.4.1.1.77.1.4"
OCR = OcrSettings(engine=fake_engine.FakeDetector.name)


def photo(folder, sop_class=PHOTOGRAPHIC, modality="XC", face=True):
    picture = cv2.cvtColor(photograph(200)[0], cv2.COLOR_RGB2GRAY)
    picture = np.minimum(picture, 250) if face else np.full_like(picture, 90)
    return stored(folder, pictured(picture, SOPClassUID=sop_class, Modality=modality))


def deidentified(source, faces):
    settings = RewriteSettings(Profile(), features=FeatureSettings(faces=faces))
    evidence, rewritten = deidentify_instance(source, OCR, PhiSettings(), settings, pseudonyms())
    return evidence, pydicom.dcmread(io.BytesIO(rewritten.data))


def test_a_photograph_with_a_face_is_quarantined_by_default(tmp_path):
    with pytest.raises(FaceError):
        deidentified(photo(tmp_path), FeatureSettings().faces)


def test_a_blanked_face_is_gone(tmp_path):
    evidence, written = deidentified(photo(tmp_path), "blank")
    assert [one.verdict for one in evidence.findings if one.reason == Reason.FACE] == [Verdict.REDACT]
    assert find_faces(written.pixel_array) == []
    assert written.RecognizableVisualFeatures == "NO"


def test_a_kept_face_is_declared(tmp_path):
    evidence, written = deidentified(photo(tmp_path), "keep")
    assert [one.verdict for one in evidence.findings if one.reason == Reason.FACE] == [Verdict.KEEP]
    assert find_faces(written.pixel_array)
    assert written.RecognizableVisualFeatures == "YES"


def test_a_photograph_without_a_face_is_published(tmp_path):
    _, written = deidentified(photo(tmp_path, face=False), "quarantine")
    assert written.RecognizableVisualFeatures == "NO"


def test_what_no_camera_took_is_not_searched_for_faces(tmp_path):
    _, written = deidentified(photo(tmp_path, "1.2.840.10008.5.1.4.1.1.2", "CT"), "quarantine")
    assert "RecognizableVisualFeatures" not in written
