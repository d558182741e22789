"""What was written passes only as it was meant; a writer that does anything else is found out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import numpy as np
import pydicom
import pytest
from apache_beam.testing.util import assert_that, equal_to
from pydicom.dataset import Dataset

from efface.transforms.core.counters import Counter
from efface.transforms.core.geometry import Box
from efface.transforms.core.records import Evidence, Finding, Rewritten, Verdict
from efface.transforms.metadata.profile import Profile
from efface.transforms.rewrite_instance import RewriteInstance
from efface.transforms.storage.key_source import KeySource
from efface.transforms.verify_instance import VerifyInstance
from support.corpus import minimal, saved
from support.steps import counted, failures, graph, instance_of, pictured, stored

STAGE = "verify_instance"
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


TAMPERED: dict[str, tuple[Callable[[Dataset], None], str]] = {
    "OUTSIDE": (_outside, "verification"),
    "OTHER_FRAME": (_other_frame, "verification"),
    "NOT_FILLED": (_not_filled, "verification"),
    "FEWER_FRAMES": (_fewer_frames, "verification"),
    "NAME": (_name, "residual_identifier"),
    "NESTED_ID": (_nested_id, "residual_identifier"),
}


def tamper(one: Rewritten) -> Rewritten:
    """Change the written bytes as the ref says."""
    if one.ref == "CUT":
        return replace(one, data=one.data[:-100])
    if one.ref not in TAMPERED:
        return one
    dataset = pydicom.dcmread(io.BytesIO(one.data))
    TAMPERED[one.ref][0](dataset)
    return replace(one, data=saved(dataset))


@pytest.fixture
def rewrite(key_file: Path) -> RewriteInstance:
    return RewriteInstance(Profile(), KeySource(str(key_file)))


def test_only_what_was_meant_passes(tmp_path: Path, rewrite: RewriteInstance) -> None:
    clip = instance_of(stored(tmp_path, pictured(CLIP)), "CLIP")
    without_pixels = instance_of(stored(tmp_path, minimal(), "2.dcm"), "WITHOUT_PIXELS")
    evidence = [Evidence(replace(clip, ref=ref), 2, FINDINGS) for ref in ("CLIP", "CUT", *TAMPERED)]
    evidence.append(Evidence(without_pixels, 0, ()))
    with graph() as pipeline:
        written = pipeline | beam.Create(evidence).with_output_types(Evidence) | rewrite
        assert_that(written.failed, failures(), label="Rewritten")
        outcome = written.passed | "Tamper" >> beam.Map(tamper).with_output_types(Rewritten) | VerifyInstance(Profile())
        assert_that(outcome.passed | beam.Map(lambda one: one.ref), equal_to(["CLIP", "WITHOUT_PIXELS"]), label="Passed")
        expected = [(ref, STAGE, code) for ref, (_, code) in TAMPERED.items()]
        assert_that(outcome.failed, failures(*expected, ("CUT", STAGE, "structure")), label="Failed")
    assert counted(pipeline, STAGE) == {Counter.PASSED: 2, Counter.FAILED: len(TAMPERED) + 1}


def test_what_passes_is_what_was_written(tmp_path: Path, rewrite: RewriteInstance) -> None:
    evidence = Evidence(instance_of(stored(tmp_path, pictured(CLIP)), "R"), 2, FINDINGS)
    with graph() as pipeline:
        written = pipeline | beam.Create([evidence]).with_output_types(Evidence) | rewrite
        outcome = written.passed | VerifyInstance(Profile())
        both = [written.passed, outcome.passed] | beam.Flatten() | "Same" >> beam.Map(lambda one: (one.data, one.names.path))
        assert_that(both | beam.Distinct() | beam.combiners.Count.Globally(), equal_to([1]), label="Same")


def test_nothing_gives_nothing_and_a_retried_instance_fares_the_same(tmp_path: Path, rewrite: RewriteInstance) -> None:
    clip = instance_of(stored(tmp_path, pictured(CLIP)), "CLIP")
    evidence = [Evidence(replace(clip, ref=ref), 2, FINDINGS) for ref in ("CLIP", "NAME")] * 2
    with graph() as pipeline:
        none = pipeline | "None" >> beam.Create([]).with_output_types(Rewritten) | "Verify none" >> VerifyInstance(Profile())
        assert_that(none.passed, equal_to([]), label="Empty")
        assert_that(none.failed, failures(), label="Empty failed")
        written = pipeline | "Twice" >> beam.Create(evidence).with_output_types(Evidence) | rewrite
        tampered = written.passed | "Tamper" >> beam.Map(tamper).with_output_types(Rewritten)
        outcome = tampered | "Verify twice" >> VerifyInstance(Profile())
        assert_that(outcome.passed | beam.Map(lambda one: one.ref), equal_to(["CLIP"] * 2), label="Retried")
        assert_that(outcome.failed, failures(*[("NAME", STAGE, "residual_identifier")] * 2), label="Retried failed")
