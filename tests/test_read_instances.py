"""Stored objects in, instances out; what is no instance fails with its reason, and the run goes on."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.counters import Counter
from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind, Instance, Source
from efface.transforms.instance.describe import ReadOptions
from efface.transforms.read_instances import ReadInstances
from efface.transforms.storage.key_source import KeySource
from support.corpus import minimal, saved
from support.steps import counted, failures, graph, leaks, pictured, stored

STAGE = "read_instances"
PICTURE = np.zeros((6, 8), np.uint8)


def described(*expected: Source, key: KeySource) -> Callable[[Iterable[Instance]], None]:
    """For `assert_that`: an instance of each of these sources, whose header is known and shown to nobody."""
    refs = [key.pseudonyms().ref(source.uri) for source in expected]

    def check(actual: Iterable[Instance]) -> None:
        instances = list(actual)
        assert sorted(instance.ref for instance in instances) == sorted(refs)
        assert {instance.source for instance in instances} == set(expected)
        for instance in instances:
            assert HeaderIdentifier(IdentifierKind.NAME, "Plantagenet^Zebulon") in instance.identifiers
            assert HeaderIdentifier(IdentifierKind.ID, "PLNT-770143") in instance.identifiers
            assert 0 <= instance.draw <= 1
        assert not leaks(instances)

    return check


def without_uid() -> bytes:
    """A file that no UID tells from others, neither in its data set nor in its file meta."""
    dataset = pictured(PICTURE)
    del dataset.SOPInstanceUID
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=False)
    return buffer.getvalue()


def test_instances_pass_and_everything_else_fails_with_its_reason(tmp_path: Path, key_file: Path) -> None:
    key = KeySource(str(key_file))
    picture, without_pixels = stored(tmp_path, pictured(PICTURE), "picture"), stored(tmp_path, minimal(), "report.txt")
    private_class, no_pixels_there = pictured(PICTURE), pictured(PICTURE)
    del no_pixels_there.PixelData
    private_class.SOPClassUID = "1.2.3.4"
    index = minimal("1.2.840.10008.1.3.10")
    bad = {
        "not_dicom": stored(tmp_path, b"Plantagenet^Zebulon was here. " * 9, "notes.dcm"),
        "dicomdir": stored(tmp_path, index, "DICOMDIR"),
        "sop_class": stored(tmp_path, private_class, "2.dcm"),
        "instance_identity": stored(tmp_path, without_uid(), "3.dcm"),
        "structure": stored(tmp_path, no_pixels_there, "4.dcm"),
        "pixel_facts": stored(tmp_path, pictured(PICTURE, BitsStored=77), "5.dcm"),
        "source_changed": stored(tmp_path, pictured(PICTURE), "6.dcm"),
    }
    empty = stored(tmp_path, b"", "empty")
    Path(bad["source_changed"].uri).write_bytes(b"written to after it was listed")
    sources = [picture, without_pixels, empty, *bad.values()]
    with graph() as pipeline:
        read = pipeline | beam.Create(sources).with_output_types(Source) | ReadInstances(key)
        assert_that(read.passed, described(picture, without_pixels, key=key), label="Passed")
        codes = {source: code for code, source in bad.items()} | {empty: "not_dicom"}
        expected = [(key.pseudonyms().ref(source.uri), STAGE, code) for source, code in codes.items()]
        assert_that(read.failed, failures(*expected), label="Failed")
    assert counted(pipeline, STAGE) == {Counter.PASSED: 2, Counter.FAILED: 8}


def test_a_withdrawn_patient_is_left_out(tmp_path: Path, key_file: Path) -> None:
    key = KeySource(str(key_file))
    other = pictured(PICTURE)
    other.PatientID = "OTHER-1"
    withdrawn, stays = stored(tmp_path, pictured(PICTURE), "1.dcm"), stored(tmp_path, other, "2.dcm")
    with graph() as pipeline:
        refs = frozenset({key.pseudonyms().patient_ref("PLNT-770143")})
        read = (
            pipeline
            | beam.Create([withdrawn, stays]).with_output_types(Source)
            | ReadInstances(key, ReadOptions(withdrawn=refs))
        )
        ref_of = key.pseudonyms().ref
        assert_that(read.passed | beam.Map(lambda one: one.ref), equal_to([ref_of(stays.uri)]), label="Passed")
        assert_that(read.failed, failures((ref_of(withdrawn.uri), STAGE, "withdrawn")), label="Failed")


def test_no_source_is_no_instance_and_a_retried_one_is_the_same(tmp_path: Path, key_file: Path) -> None:
    key, source = KeySource(str(key_file)), stored(tmp_path, pictured(PICTURE))
    with graph() as pipeline:
        none = pipeline | "None" >> beam.Create([]).with_output_types(Source) | "Read none" >> ReadInstances(key)
        assert_that(none.passed, equal_to([]), label="Empty")
        assert_that(none.failed, failures(), label="Empty failed")
        twice = pipeline | "Twice" >> beam.Create([source, source]).with_output_types(Source)
        read = twice | "Read twice" >> ReadInstances(key)
        assert_that(read.passed, described(source, source, key=key), label="Retried")
        assert_that(read.passed | beam.Distinct(), described(source, key=key), label="The same")


def test_without_the_key_the_run_ends_and_no_instance_fails_for_it(tmp_path: Path) -> None:
    source = stored(tmp_path, saved(minimal()))
    key = KeySource(str(tmp_path / "no key"))
    with pytest.raises(Exception, match="the key file cannot be read") as caught, graph() as pipeline:
        _ = pipeline | beam.Create([source]).with_output_types(Source) | ReadInstances(key)
    assert not leaks(str(caught.value))
