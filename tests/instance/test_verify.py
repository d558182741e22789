"""What was written passes only as it was meant; a writer that does anything else is found out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from efface.transforms.core.box import Box
from efface.transforms.core.errors import EffaceError, ResidualIdentifierError, StructureError, VerificationError
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.dicom.configuration import configure
from efface.transforms.instance.open import read_source
from efface.transforms.instance.rewrite import RewriteSettings, rewrite_instance
from efface.transforms.instance.verify import verify_instance
from efface.transforms.metadata.profile import Profile
from support.corpus import minimal, saved
from support.steps import instance_of, leaks, pictured, stored

SETTINGS = RewriteSettings(Profile())
BOX = Box(4, 2, 10, 6)
FINDINGS = (Finding((1,), BOX, Verdict.REDACT, "header_name", "name", 1.0),)
CLIP = np.random.default_rng(3).integers(1, 255, (2, 12, 16), dtype=np.uint8)


def _outside(dataset: Dataset) -> None:
    pixels = dataset.pixel_array.copy()
    pixels[1, 11, 15] ^= 1
    dataset.PixelData = pixels.tobytes()


def _other_frame(dataset: Dataset) -> None:
    pixels = dataset.pixel_array.copy()
    pixels[0, 2:6, 4:10] = 0
    dataset.PixelData = pixels.tobytes()


def _not_filled(dataset: Dataset) -> None:
    dataset.PixelData = CLIP.tobytes()


def _fewer_frames(dataset: Dataset) -> None:
    dataset.NumberOfFrames, dataset.PixelData = 1, dataset.PixelData[: CLIP[0].size]


def _name(dataset: Dataset) -> None:
    dataset.StudyDescription = "seen with Zebulon Plantagenet"


def _nested_id(dataset: Dataset) -> None:
    inner = Dataset()
    inner.RequestedProcedureDescription = "for PLNT-770143"
    dataset.RequestAttributesSequence = [inner]


TAMPERED = [
    (_outside, VerificationError),
    (_other_frame, VerificationError),
    (_not_filled, VerificationError),
    (_fewer_frames, VerificationError),
    (_name, ResidualIdentifierError),
    (_nested_id, ResidualIdentifierError),
]


def verified(tmp_path: Path, tamper: Callable[[bytes], bytes] = bytes) -> None:
    """Rewrite an instance, tamper with what was written, and verify it."""
    configure()
    evidence = Evidence(instance_of(stored(tmp_path, pictured(CLIP)), "R"), 2, FINDINGS)
    source_data = read_source(evidence.instance.source)
    rewritten = rewrite_instance(source_data, evidence, SETTINGS, Pseudonyms(bytes(range(32))))
    verify_instance(source_data, tamper(rewritten.data), evidence, SETTINGS)


def test_what_was_meant_passes(tmp_path: Path) -> None:
    verified(tmp_path)


@pytest.mark.parametrize(("change", "error"), TAMPERED)
def test_what_was_not_meant_is_refused(change: Callable[[Dataset], None], error: type[EffaceError], tmp_path: Path) -> None:
    def tamper(data: bytes) -> bytes:
        dataset = pydicom.dcmread(io.BytesIO(data))
        change(dataset)
        return saved(dataset)

    with pytest.raises(error) as caught:
        verified(tmp_path, tamper)
    assert not leaks(str(caught.value))


def test_what_was_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StructureError):
        verified(tmp_path, lambda data: data[:-100])


def test_an_instance_without_pixels_passes(tmp_path: Path) -> None:
    configure()
    evidence = Evidence(instance_of(stored(tmp_path, minimal()), "R"), 0, ())
    source_data = read_source(evidence.instance.source)
    rewritten = rewrite_instance(source_data, evidence, SETTINGS, Pseudonyms(bytes(range(32))))
    verify_instance(source_data, rewritten.data, evidence, SETTINGS)
    with pytest.raises(ResidualIdentifierError):
        verify_instance(source_data, source_data, evidence, SETTINGS)
