"""A box that most instances of a series show is looked for again on those that do not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import apache_beam as beam
import numpy as np
import pydicom
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.pipeline.policy import Policy
from efface.transforms.agree_by_series import AgreeBySeries
from efface.transforms.core.counters import Counter
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.evidence import Evidence, InstanceText, Plan
from efface.transforms.core.text_line import TileText
from efface.transforms.instance import open as opened
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.judge_text import judge_instance
from efface.transforms.instance.read_text import find_tiles, read_tiles
from efface.transforms.phi.settings import PhiSettings
from efface.transforms.step import Outcome
from efface.transforms.steps import agree_by_series
from efface.transforms.storage import storage_of
from support.corpus import minimal, pseudonyms, saved
from support.runs import QUICK, deidentify_here, instances, quick_policy, table
from support.steps import counted, failures, graph, leaks

AGREE = dataclasses.replace(quick_policy(), ocr=dataclasses.replace(QUICK, series="agree"))
SLICES = 5
LABEL = (slice(20, 30), slice(40, 70))
SMALL = (slice(22, 25), slice(50, 53))
"""Too small for the quick engine, which takes blocks of four pixels a side, but not when it is enlarged."""


@pytest.fixture
def series(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    random = np.random.default_rng(5)
    for number in range(SLICES):
        pixels = random.integers(0, 90, (96, 128), dtype=np.uint8)
        pixels[SMALL if number == SLICES - 1 else LABEL] = 255
        dataset = minimal()
        dataset.SOPInstanceUID += f".{number}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.Rows, dataset.Columns = pixels.shape
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit = 7
        dataset.PixelData = pixels.tobytes()
        (folder / f"{number}.dcm").write_bytes(saved(dataset))
    return folder


def brightest(output: str) -> list[int]:
    return sorted(
        int(pydicom.dcmread(pydicom.filebase.DicomBytesIO(data)).pixel_array.max()) for data in instances(output).values()
    )


def run(series: Path, output: Path, key_file: Path, policy: Policy) -> list[dict]:
    deidentify_here(str(series), str(output), key_file, policy)
    assert table(str(output), "failures") == []
    return table(str(output), "findings")


def test_what_the_others_show_is_found_on_the_one_that_hides_it(series: Path, tmp_path: Path, key_file: Path) -> None:
    findings = run(series, tmp_path / "out", key_file, AGREE)
    [second] = [row for row in findings if row["rendering"] == "series"]
    assert second["verdict"] == "redact"
    assert (second["left"], second["top"]) <= (50, 22)
    assert (second["right"], second["bottom"]) >= (53, 25)
    assert max(brightest(str(tmp_path / "out"))) < 255


def test_the_second_look_is_in_every_window_too(series: Path, tmp_path: Path, key_file: Path) -> None:
    for path in series.iterdir():
        dataset = pydicom.dcmread(path)
        pixels = dataset.pixel_array.copy()
        pixels[pixels == 255] = 96
        pixels[60:, 100:] = np.arange(28) * 9
        dataset.PixelData = pixels.tobytes()
        dataset.WindowCenter, dataset.WindowWidth = [128, 48], [256, 96]
        path.write_bytes(saved(dataset))
    findings = run(series, tmp_path / "out", key_file, AGREE)
    [second] = [row for row in findings if row["rendering"] == "series"]
    assert (second["left"], second["top"]) <= (50, 22)
    assert (second["right"], second["bottom"]) >= (53, 25)


def test_each_instance_is_left_alone_unless_the_policy_asks_for_more(series: Path, tmp_path: Path, key_file: Path) -> None:
    findings = run(series, tmp_path / "out", key_file, quick_policy())
    assert not [row for row in findings if row["rendering"] == "series"]
    assert brightest(str(tmp_path / "out"))[-1] == 255


def test_another_series_is_another_matter(series: Path, tmp_path: Path, key_file: Path) -> None:
    path = series / f"{SLICES - 1}.dcm"
    dataset = pydicom.dcmread(path)
    dataset.SeriesInstanceUID += ".9"
    path.write_bytes(saved(dataset))
    assert not [row for row in run(series, tmp_path / "out", key_file, AGREE) if row["rendering"] == "series"]


def test_an_interrupted_run_that_published_an_instance_alone_is_no_conflict(
    series: Path, tmp_path: Path, key_file: Path
) -> None:
    """What stands there was made without the others of its series, and no audit tells of it."""
    output = tmp_path / "out"
    deidentify_here(str(series / f"{SLICES - 1}.dcm"), str(output), key_file, AGREE)
    left = set(instances(str(output)).values())
    for table_folder in (output / "audit").iterdir():
        for file in table_folder.rglob("*.*"):
            file.unlink()
    deidentify_here(str(series), str(output), key_file, AGREE, began_sec=2e9 * 2)
    assert table(str(output), "failures") == []
    assert len(instances(str(output))) == SLICES
    assert not left & set(instances(str(output)).values())


def test_a_run_still_tells_two_sources_of_its_own_with_one_uid(series: Path, tmp_path: Path, key_file: Path) -> None:
    path = series / f"{SLICES - 1}.dcm"
    dataset = pydicom.dcmread(path)
    dataset.SliceThickness = 7
    (series / "copy.dcm").write_bytes(saved(dataset))
    deidentify_here(str(series), str(tmp_path / "out"), key_file, AGREE, began_sec=1.0)
    assert {row["code"] for row in table(str(tmp_path / "out"), "failures")} <= {"output_conflict"}
    assert len(instances(str(tmp_path / "out"))) == SLICES


def test_one_file_alone_and_in_a_batch_gives_the_same_bytes(series: Path, tmp_path: Path, key_file: Path) -> None:
    deidentify_here(str(series), str(tmp_path / "together"), key_file, quick_policy())
    alone: dict[str, bytes] = {}
    for path in series.iterdir():
        deidentify_here(str(path), str(tmp_path / path.name), key_file, quick_policy())
        alone |= instances(str(tmp_path / path.name))
    assert alone == instances(str(tmp_path / "together"))


def evidence_of(series: Path) -> list[Evidence]:
    """What the quick engine finds on each slice of the series alone."""
    found = []
    for path in sorted(series.iterdir()):
        [source] = storage_of(str(path)).list(str(path))
        instance = read_instance(source, pseudonyms())
        search, tiles = find_tiles(instance, QUICK, False)
        texts = tuple(TileText(tile, *read_tiles([tile], QUICK)) for tile in tiles)
        found.append(judge_instance(InstanceText(Plan(instance, len(tiles), search), texts), PhiSettings()))
    return found


def agree(pipeline: beam.Pipeline, evidence: list[Evidence]) -> Outcome[Evidence]:
    given = pipeline | beam.Create(evidence).with_output_types(Evidence)
    return given | AgreeBySeries(AGREE.ocr, PhiSettings())


def test_a_retried_bundle_adds_the_same_findings(series: Path) -> None:
    alone = evidence_of(series)
    before = {one.ref: one.findings for one in alone}

    def check(actual: Iterable[Evidence]) -> None:
        after = {one.ref: one.findings for one in actual}
        assert after.keys() == before.keys()
        grown = [ref for ref, findings in after.items() if findings != before[ref]]
        assert len(grown) == 1
        assert all(after[ref][: len(before[ref])] == before[ref] for ref in grown)
        assert not leaks(list(after.values()))

    with graph() as pipeline:
        outcome = agree(pipeline, alone * 2)
        assert_that(outcome.passed, check, label="Passed")
        assert_that(outcome.failed, equal_to([]), label="Failed")
    assert counted(pipeline, "compare_series")[Counter.PASSED] == 1
    assert counted(pipeline, "agree_by_series")[Counter.PASSED] == SLICES


def test_an_instance_that_cannot_be_read_again_fails_alone(series: Path) -> None:
    alone = evidence_of(series)
    (series / f"{SLICES - 1}.dcm").write_bytes(b"gone")
    opened._kept_of.cache_clear()
    with graph() as pipeline:
        outcome = agree(pipeline, alone)
        assert_that(outcome.failed, failures((alone[-1].ref, "agree_by_series", "source_changed")), label="Failed")
        passed = outcome.passed | beam.Map(lambda one: one.ref)
        assert_that(passed, equal_to([one.ref for one in alone[:-1]]), label="Passed")


def test_a_series_that_cannot_be_compared_fails_each_of_its_instances_once(
    series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("Plantagenet^Zebulon")

    alone = evidence_of(series)
    monkeypatch.setattr(agree_by_series, "places_to_reread", fail)
    with graph() as pipeline:
        outcome = agree(pipeline, alone * 2)
        assert_that(outcome.passed, equal_to([]), label="Passed")
        expected = [(one.ref, "compare_series", EffaceError.code) for one in alone]
        assert_that(outcome.failed, failures(*expected), label="Failed")
    assert counted(pipeline, "compare_series") == {Counter.FAILED: SLICES}


def test_no_evidence_agrees_with_nothing() -> None:
    with graph() as pipeline:
        outcome = agree(pipeline, [])
        assert_that(outcome.passed, equal_to([]), label="Passed")
        assert_that(outcome.failed, equal_to([]), label="Failed")
