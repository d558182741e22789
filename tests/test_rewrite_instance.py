"""Evidence in, a de-identified instance out: boxes are filled, everything else of the pixels stays, nobody is named."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import numpy as np
import pydicom
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.counters import Counter
from efface.transforms.core.geometry import Box
from efface.transforms.core.records import Evidence, Finding, Rewritten, Verdict
from efface.transforms.metadata.profile import Profile
from efface.transforms.rewrite_instance import RewriteInstance
from efface.transforms.storage.key_source import KeySource
from support.corpus import minimal, saved
from support.steps import SECRETS, counted, failures, graph, instance_of, leaks, pictured, stored

STAGE = "rewrite_instance"
BOX = Box(4, 2, 10, 6)
REDACTED = Finding((1,), BOX, Verdict.REDACT, "header_name", "name", 1.0)
KEPT = Finding((0,), Box(0, 0, 3, 3), Verdict.KEEP, "lexicon", "list", 1.0)
CLIP = np.random.default_rng(3).integers(1, 255, (2, 12, 16), dtype=np.uint8)


def step(key_file: Path) -> RewriteInstance:
    return RewriteInstance(Profile(), KeySource(str(key_file)))


def rewritten(expected: dict[str, tuple[str, np.ndarray | None]]) -> Callable[[Iterable[Rewritten]], None]:
    """For `assert_that`: ref -> how the pixel data were written, and what they show. No output names the patient."""

    def check(actual: Iterable[Rewritten]) -> None:
        by_ref = {one.ref: one for one in actual}
        assert by_ref.keys() == expected.keys()
        for ref, (method, pixels) in expected.items():
            one = by_ref[ref]
            dataset = pydicom.dcmread(io.BytesIO(one.data))
            assert one.pixel_method == method
            if pixels is None:
                assert "PixelData" not in dataset
            else:
                assert np.array_equal(dataset.pixel_array, pixels)
            assert dataset.PatientIdentityRemoved == "YES"
            assert not [secret for secret in SECRETS if secret.encode() in one.data]
            assert one.names.path == "/".join(
                (dataset.PatientID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID, f"{dataset.SOPInstanceUID}.dcm")
            )
            assert one.linkage.originals.patient_id == "PLNT-770143"
            assert one.actions
            told = repr(one).replace(f"{dataset.SOPInstanceUID}.dcm", "")
            assert not leaks(told)

    return check


def test_only_the_boxes_change_and_only_where_something_goes(tmp_path: Path, key_file: Path) -> None:
    filled = CLIP.copy()
    filled[1, BOX.top : BOX.bottom, BOX.left : BOX.right] = CLIP[1].min()
    clip = instance_of(stored(tmp_path, pictured(CLIP)), "CLIP")
    without_pixels = instance_of(stored(tmp_path, minimal(), "2.dcm"), "WITHOUT_PIXELS")
    evidence = [
        Evidence(clip, 2, (REDACTED, KEPT)),
        Evidence(replace(clip, ref="KEPT"), 2, (KEPT,)),
        Evidence(replace(clip, ref="NONE"), 2, ()),
        Evidence(without_pixels, 0, ()),
    ]
    with graph() as pipeline:
        outcome = pipeline | beam.Create(evidence).with_output_types(Evidence) | step(key_file)
        expected = {"CLIP": ("in_place", filled), "KEPT": ("unchanged", CLIP), "NONE": ("unchanged", CLIP)}
        assert_that(outcome.passed, rewritten(expected | {"WITHOUT_PIXELS": ("none", None)}), label="Passed")
        assert_that(outcome.failed, failures(), label="Failed")
    assert counted(pipeline, STAGE) == {Counter.PASSED: 4}


def test_what_cannot_be_read_or_cleaned_fails_alone(tmp_path: Path, key_file: Path) -> None:
    two_patients, document = pictured(CLIP, 2), minimal("1.2.840.10008.5.1.4.1.1.104.1")
    two_patients.PatientID = ["PLNT-770143", "PLNT-2"]
    document.EncapsulatedDocument = b"%PDF-1.7 of Zebulon"
    good = instance_of(stored(tmp_path, pictured(CLIP)), "GOOD")
    cut = stored(tmp_path, saved(pictured(CLIP, 3))[:-100], "3.dcm")
    evidence = [
        Evidence(good, 2, ()),
        Evidence(replace(good, ref="CHANGED", source=replace(good.source, version="another")), 2, ()),
        Evidence(instance_of(stored(tmp_path, two_patients, "2.dcm"), "TWO_PATIENTS"), 2, ()),
        Evidence(instance_of(stored(tmp_path, document, "5.dcm"), "DOCUMENT"), 0, ()),
        Evidence(replace(good, ref="CUT", source=cut), 2, ()),
    ]
    with graph() as pipeline:
        outcome = pipeline | beam.Create(evidence).with_output_types(Evidence) | step(key_file)
        assert_that(outcome.passed, rewritten({"GOOD": ("unchanged", CLIP)}), label="Passed")
        codes = {"CHANGED": "source_changed", "TWO_PATIENTS": "patient_identity", "DOCUMENT": "carrier", "CUT": "structure"}
        assert_that(outcome.failed, failures(*((ref, STAGE, code) for ref, code in codes.items())), label="Failed")
    assert counted(pipeline, STAGE) == {Counter.PASSED: 1, Counter.FAILED: 4}


def test_nothing_gives_nothing_and_a_retried_instance_gives_the_same_bytes(tmp_path: Path, key_file: Path) -> None:
    evidence = Evidence(instance_of(stored(tmp_path, pictured(CLIP)), "R"), 2, (REDACTED,))
    with graph() as pipeline:
        none = pipeline | "None" >> beam.Create([]).with_output_types(Evidence) | "Rewrite none" >> step(key_file)
        assert_that(none.passed, equal_to([]), label="Empty")
        assert_that(none.failed, failures(), label="Empty failed")
        twice = pipeline | "Twice" >> beam.Create([evidence, evidence]).with_output_types(Evidence)
        outcome = twice | "Rewrite twice" >> step(key_file)
        same = outcome.passed | beam.Map(lambda one: (one.data, one.names.path, one.patient_ref)) | beam.Distinct()
        assert_that(same | beam.combiners.Count.Globally(), equal_to([1]), label="Retried")


def test_another_key_gives_other_names(tmp_path: Path, key_file: Path) -> None:
    other = tmp_path / "other"
    other.write_text("ffeeddccbbaa99887766554433221100" * 2)
    evidence = Evidence(instance_of(stored(tmp_path, pictured(CLIP)), "R"), 2, ())

    def apart(actual: Iterable[Rewritten]) -> None:
        one, another = (one.names.path.split("/") for one in actual)
        assert not set(one) & set(another)

    with graph() as pipeline:
        given = pipeline | beam.Create([evidence]).with_output_types(Evidence)
        outcomes = [given | f"Rewrite by {file.name}" >> step(file) for file in (key_file, other)]
        assert_that([outcome.passed for outcome in outcomes] | beam.Flatten(), apart)
