"""Overlay planes with the Clean Graphics Option: they stay without their text."""

import dataclasses
import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels.utils import pack_bits

from efface.pipeline.policy import Policy, load_policy, parse_policy
from support.runs import QUICK, deidentify_here, instances, table
from support.samples import sample
from support.text_images import blank

NAME = "MR-SIEMENS-DICOM-WithOverlays.dcm"
CLEAN_GRAPHICS = "{metadata: {options: [clean_graphics]}}"


def clean_graphics(**ocr: str) -> Policy:
    policy, _ = parse_policy(CLEAN_GRAPHICS).resolve()
    return dataclasses.replace(policy, ocr=dataclasses.replace(policy.ocr, **ocr))


@pytest.fixture
def written_on(tmp_path: Path) -> Path:
    """The sample, with a name, a clinical word and a line in its first overlay plane."""
    dataset = pydicom.dcmread(io.BytesIO(sample(NAME)))
    image = blank(484, 484, 0)
    image.write("HAUGEN, SVEN 1961", 40, 50, size_px=22, value=255)
    image.write("SUPINE", 300, 400, size_px=24, value=255)
    drawn = (image.pixels > 127).astype(np.uint8)
    drawn[250, 20:460] = 1
    dataset[0x6000, 0x3000].value = pack_bits(drawn.ravel(), pad=True)
    dataset[0x6000, 0x0022].value = "drawn by Haugen"
    folder = tmp_path / "in"
    folder.mkdir()
    dataset.save_as(folder / "mr.dcm")
    return folder


def test_text_is_removed_from_a_plane_and_the_rest_stays(written_on: Path, tmp_path: Path, key_file: Path) -> None:
    output = str(tmp_path / "out")
    deidentify_here(str(written_on), output, key_file, clean_graphics())
    assert table(output, "failures") == []
    [data] = instances(output).values()
    before, after = pydicom.dcmread(written_on / "mr.dcm"), pydicom.dcmread(io.BytesIO(data))
    old, new = before.overlay_array(0x6000), after.overlay_array(0x6000)
    assert not new[45:75, 35:260].any()
    assert np.array_equal(new[100:], old[100:])
    assert new[400:430, 300:400].any()
    assert (0x6000, 0x0022) not in after
    assert after[0x6000, 0x0040].value == "G"
    assert before.PixelData == after.PixelData
    assert {item.CodeValue for item in after.DeidentificationMethodCodeSequence} >= {"113100", "113101", "113103"}
    rows = [row for row in table(output, "findings") if row["overlay_group"] == 0x6000]
    assert {row["verdict"] for row in rows} == {"redact", "keep"}
    [instance] = table(output, "instances")
    assert dict(instance["carriers"])["overlays"] == "cleaned"


@pytest.mark.parametrize(
    "policy", [load_policy("basic"), parse_policy("{pixels: none, metadata: {options: [clean_graphics]}}")]
)
def test_a_plane_that_is_not_searched_is_removed(policy: Policy, written_on: Path, tmp_path: Path, key_file: Path) -> None:
    output = str(tmp_path / "out")
    deidentify_here(str(written_on), output, key_file, dataclasses.replace(policy, ocr=QUICK))
    [data] = instances(output).values()
    assert not [element for element in pydicom.dcmread(io.BytesIO(data)) if element.tag.group >> 8 == 0x60]


def test_an_unreadable_plane_is_removed_and_the_others_stay(written_on: Path, tmp_path: Path, key_file: Path) -> None:
    path = written_on / "mr.dcm"
    dataset = pydicom.dcmread(path)
    for element in list(dataset.group_dataset(0x6000)):
        dataset.add_new(element.tag + 0x20000, element.VR, element.value)
    dataset[0x6002, 0x0010].value = 9999
    dataset.save_as(path)
    output = str(tmp_path / "out")
    deidentify_here(str(written_on), output, key_file, clean_graphics(engine="fake"))
    [data] = instances(output).values()
    groups = {element.tag.group for element in pydicom.dcmread(io.BytesIO(data)) if element.tag.group >> 8 == 0x60}
    assert groups == {0x6000}


def test_the_validator_finds_no_new_error(written_on: Path, tmp_path: Path, key_file: Path) -> None:
    from metadata.test_validity import errors  # type: ignore[import-not-found]

    output = str(tmp_path / "out")
    deidentify_here(str(written_on), output, key_file, clean_graphics(engine="fake"))
    [data] = instances(output).values()
    (tmp_path / "out.dcm").write_bytes(data)
    assert set(errors(tmp_path / "out.dcm")) <= set(errors(written_on / "mr.dcm"))
