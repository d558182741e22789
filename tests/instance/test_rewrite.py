"""Boxes are filled, everything else of the pixels stays, nobody is named."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from efface.transforms.core.box import Box
from efface.transforms.core.errors import CarrierError, EffaceError, PatientIdentityError, StructureError
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.instance import Instance
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.core.published import DeviceFacts
from efface.transforms.dicom.configuration import configure
from efface.transforms.instance.open import read_source
from efface.transforms.instance.rewrite import RewriteSettings, Rewritten, rewrite_instance
from efface.transforms.metadata.profile import Profile
from support.corpus import minimal, saved
from support.steps import SECRETS, instance_of, leaks, pictured, stored

BOX = Box(4, 2, 10, 6)
REDACTED = Finding((1,), BOX, Verdict.REDACT, "header_name", "name", 1.0)
KEPT = Finding((0,), Box(0, 0, 3, 3), Verdict.KEEP, "lexicon", "list", 1.0)
CLIP = np.random.default_rng(3).integers(1, 255, (2, 12, 16), dtype=np.uint8)
FILLED = CLIP.copy()
FILLED[1, BOX.top : BOX.bottom, BOX.left : BOX.right] = CLIP[1].min()
KEY = bytes(range(32))


def rewritten(instance: Instance, *findings: Finding, key: bytes = KEY) -> Rewritten:
    configure()
    evidence = Evidence(instance, len(findings), findings)
    return rewrite_instance(read_source(instance.source), evidence, RewriteSettings(Profile()), Pseudonyms(key))


@pytest.fixture
def clip(tmp_path: Path) -> Instance:
    return instance_of(stored(tmp_path, pictured(CLIP)), "R")


def assert_nobody_is_named(one: Rewritten) -> None:
    dataset = pydicom.dcmread(io.BytesIO(one.data))
    assert dataset.PatientIdentityRemoved == "YES"
    assert not [secret for secret in SECRETS if secret.encode() in one.data]
    assert one.names.path == "/".join(
        (dataset.PatientID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID, f"{dataset.SOPInstanceUID}.dcm")
    )
    assert one.linkage.originals.patient_id == "PLNT-770143"
    assert one.actions
    assert not leaks(repr(one).replace(f"{dataset.SOPInstanceUID}.dcm", ""))


@pytest.mark.parametrize(
    ("findings", "method", "pixels"),
    [((REDACTED, KEPT), "in_place", FILLED), ((KEPT,), "unchanged", CLIP), ((), "unchanged", CLIP)],
    ids=["redacted", "kept", "none"],
)
def test_only_the_boxes_change_and_only_where_something_goes(
    findings: tuple[Finding, ...], method: str, pixels: np.ndarray, clip: Instance
) -> None:
    one = rewritten(clip, *findings)
    assert one.pixel_method == method
    assert np.array_equal(pydicom.dcmread(io.BytesIO(one.data)).pixel_array, pixels)
    assert_nobody_is_named(one)


def test_an_instance_without_pixels_gets_none(tmp_path: Path) -> None:
    one = rewritten(instance_of(stored(tmp_path, minimal()), "R"))
    assert one.pixel_method == "none"
    assert "PixelData" not in pydicom.dcmread(io.BytesIO(one.data))
    assert_nobody_is_named(one)


def test_the_device_is_told_as_the_output_tells_it(tmp_path: Path) -> None:
    given = pictured(CLIP)
    given.Manufacturer, given.ManufacturerModelName = "ACME", "Scanner of PLNT-770143"
    given.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    one = rewritten(instance_of(stored(tmp_path, given), "R"))
    dataset = pydicom.dcmread(io.BytesIO(one.data))
    assert one.device == DeviceFacts("ACME", str(dataset.ManufacturerModelName), "ORIGINAL\\PRIMARY\\AXIAL", 12, 16)
    assert not leaks(repr(one.device))


def test_without_pixels_and_device_nothing_is_told(tmp_path: Path) -> None:
    assert rewritten(instance_of(stored(tmp_path, minimal()), "R")).device == DeviceFacts()


def test_the_same_arguments_give_the_same_bytes_and_another_key_gives_other_names(clip: Instance) -> None:
    one, again, other = rewritten(clip, REDACTED), rewritten(clip, REDACTED), rewritten(clip, REDACTED, key=KEY[::-1])
    assert one == again
    assert not set(one.names.path.split("/")) & set(other.names.path.split("/"))


def test_what_cannot_be_cleaned_is_refused(tmp_path: Path, clip: Instance) -> None:
    two_patients, document = pictured(CLIP, 2), minimal("1.2.840.10008.5.1.4.1.1.104.1")
    two_patients.PatientID = ["PLNT-770143", "PLNT-2"]
    document.EncapsulatedDocument = b"%PDF-1.7 of Zebulon"
    refused: list[tuple[Instance, type[EffaceError]]] = [
        (instance_of(stored(tmp_path, two_patients, "2.dcm"), "R"), PatientIdentityError),
        (instance_of(stored(tmp_path, document, "3.dcm"), "R"), CarrierError),
        (replace(clip, source=stored(tmp_path, saved(pictured(CLIP, 4))[:-100], "4.dcm")), StructureError),
    ]
    for instance, error in refused:
        with pytest.raises(error) as caught:
            rewritten(instance)
        assert not leaks(str(caught.value))
