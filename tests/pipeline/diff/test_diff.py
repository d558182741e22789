"""A comparison finds just what differs, agrees with what a run says that it filled, and names nobody unasked."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.diff import pixels as comparison
from efface.pipeline.diff.attributes import Change, compare_attributes
from efface.pipeline.diff.pixels import SecondReading, changed_pixels, compare_pixels
from efface.runners.cli.main import main
from efface.transforms.audit.vault import from_csv
from efface.transforms.core.box import Box
from efface.transforms.dicom.parse import read_dataset
from support.corpus import minimal, saved
from support.runs import QUICK, quick_policy, refresh_here, table
from support.steps import leaks, pictured

CLIP = np.random.default_rng(5).integers(1, 200, (3, 40, 60), dtype=np.uint8)
BOXES = (Box(4, 2, 14, 6), Box(40, 30, 60, 40))


def parsed(dataset: Dataset) -> FileDataset:
    return read_dataset(io.BytesIO(saved(dataset)))


def filled(pixels: np.ndarray, frame: int = 1) -> np.ndarray:
    changed = pixels.copy()
    for box in BOXES:
        changed[frame, box.top : box.bottom, box.left : box.right] = 0
    return changed


def test_attributes_are_compared_at_every_level() -> None:
    source, output = minimal(), minimal()
    item, inner = Dataset(), Dataset()
    inner.PatientName, inner.Modality, inner.StudyID = "Zebulon", "CT", "7"
    item.RequestedProcedureID, item.RequestAttributesSequence = "8", [inner]
    source.RequestAttributesSequence = [item]
    output.RequestAttributesSequence = copy.deepcopy(source.RequestAttributesSequence)
    cleaned = output.RequestAttributesSequence[0].RequestAttributesSequence[0]
    del cleaned.PatientName
    cleaned.StudyID, cleaned.PatientIdentityRemoved = "", "YES"
    source.add_new(0x00091001, "OB", b"Zebulon")
    found = {one.path: one for one in compare_attributes(parsed(source), parsed(output))}
    level = "00400275[0].00400275[0]."
    assert {path.removeprefix(level): one.change for path, one in found.items() if path.startswith(level)} == {
        "00080060": Change.KEPT,
        "00100010": Change.REMOVED,
        "00120062": Change.ADDED,
        "00200010": Change.REPLACED,
    }
    assert found["00091001"].keyword == "Private" and found["00091001"].source_value == "<8 bytes>"
    assert not any(one.value for one in found.values() if one.change is Change.REMOVED)


def test_the_same_file_has_no_differences() -> None:
    one = parsed(pictured(CLIP))
    assert {row.change for row in compare_attributes(one, one)} == {Change.KEPT}
    assert compare_pixels(one, one).changed == ()
    assert compare_pixels(parsed(minimal()), parsed(minimal())) is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless], ids=lambda uid: uid.keyword)
def test_boxes_are_around_what_changed(dtype: type, syntax: pydicom.uid.UID) -> None:
    pair = []
    for values in (CLIP, filled(CLIP)):
        bits = 8 * np.dtype(dtype).itemsize
        depth = {"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1}
        dataset = pydicom.dcmread(io.BytesIO(saved(pictured(values.astype(dtype), **depth))))
        if syntax == RLELossless:
            dataset.compress(RLELossless, generate_instance_uid=False)
        elif syntax == ExplicitVRBigEndian:
            dataset.file_meta.TransferSyntaxUID = syntax
            dataset.PixelData = values.astype(np.dtype(dtype).newbyteorder(">")).tobytes()
            dataset["PixelData"].VR = "OW" if dtype == np.uint16 else "OB"
        buffer = io.BytesIO()
        little = syntax != ExplicitVRBigEndian
        pydicom.dcmwrite(buffer, dataset, implicit_vr=False, little_endian=little, force_encoding=True)
        pair.append(read_dataset(io.BytesIO(buffer.getvalue())))
    change = compare_pixels(*pair)
    assert change.same_syntax and change.same_shape and change.bytes_outside_equal
    [frame] = change.changed
    assert (frame.frame, frame.boxes, frame.second_reading) == (1, BOXES, SecondReading.AGREES)
    assert frame.changed_px == sum(box.area_px for box in BOXES)


@pytest.mark.parametrize("planar", [0, 1])
def test_colours_may_lie_by_pixel_or_by_plane(planar: int) -> None:
    pair = []
    for values in (CLIP, filled(CLIP)):
        dataset = pictured(CLIP)
        colours = np.stack([values, values // 2, values // 3], axis=1 if planar else -1)
        dataset.PixelData, dataset.SamplesPerPixel, dataset.PlanarConfiguration = colours.tobytes(), 3, planar
        dataset.PhotometricInterpretation = "RGB"
        pair.append(parsed(dataset))
    change = compare_pixels(*pair)
    assert [frame.boxes for frame in change.changed] == [BOXES]
    assert change.bytes_outside_equal


def test_a_byte_that_no_decoder_shows_is_noticed() -> None:
    odd = CLIP[:1, :39, :59]
    pair = [pictured(odd), pictured(odd)]
    for dataset, padding in zip(pair, (b"\0", b"Z"), strict=True):
        dataset.PixelData = odd.tobytes() + padding
    change = compare_pixels(*map(parsed, pair))
    assert change.changed == () and change.bytes_outside_equal is False


def test_another_shape_is_not_compared() -> None:
    change = compare_pixels(parsed(pictured(CLIP)), parsed(pictured(CLIP[:2])))
    assert not change.same_shape and not change.changed


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of the demonstration, and the output and the vault of a run over it."""
    folder = tmp_path_factory.mktemp("diff")
    write_demo_data(folder / "in")
    (folder / "key").write_text("0" * 64)
    policy = dataclasses.replace(quick_policy("tcia"), ocr=QUICK)
    places = (str(folder / "in"), str(folder / "out"), folder / "key", policy)
    refresh_here(*places, run_id="run-1", vault=str(folder / "vault"))
    return folder


def test_what_changed_lies_in_the_boxes_that_the_run_says_it_filled(run: Path) -> None:
    refs = {source: ref for ref, source in from_csv((run / "vault" / "refs.csv").read_bytes())}
    recorded = defaultdict(list)
    for row in table(str(run / "out"), "findings"):
        if row["verdict"] == "redact" and not row["overlay_group"]:
            for frame in row["frame_indices"]:
                recorded[row["ref"], frame].append(Box(*(row[side] for side in Box._fields)))
    compared = 0
    for source, path, *_ in from_csv((run / "vault" / "instances.csv").read_bytes()):
        pair = [read_dataset(io.BytesIO(file.read_bytes())) for file in (Path(source), run / "out" / "instances" / path)]
        change = compare_pixels(*pair)
        for frame in change.changed if change else ():
            mask = changed_pixels(*pair, frame.frame, change.tolerance)
            for box in recorded[refs[source], frame.frame]:
                mask[box.top : box.bottom, box.left : box.right] = False
            assert not mask.any()
            compared += 1
        assert change is None or (change.is_confirmed and change.bytes_outside_equal in (True, None))
    assert compared > 3


def diff(run: Path, *more: str) -> int:
    return main(["diff", str(run / "in" / "us" / "still.dcm"), *more])


def test_the_key_the_vault_and_the_file_lead_to_the_same(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    [path] = [
        row[1]
        for row in from_csv((run / "vault" / "instances.csv").read_bytes())
        if row[0] == str(run / "in" / "us" / "still.dcm")
    ]
    for where in (
        (str(run / "out"), "--key-file", str(run / "key")),
        (str(run / "out"), "--vault", str(run / "vault")),
        (str(run / "out" / "instances" / path),),
    ):
        assert diff(run, *where, "--json") == 0
        printed.append(capsys.readouterr().out)
    assert len(set(printed)) == 1
    found = json.loads(printed[0])
    assert found["pixels"]["changed"] and found["pixels"]["same_syntax"]
    assert "source_value" not in found["attributes"][0]


def test_values_of_the_source_are_printed_only_when_asked(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = pydicom.dcmread(run / "in" / "us" / "still.dcm")
    where = (str(run / "out"), "--key-file", str(run / "key"))
    assert diff(run, *where) == 0
    assert str(source.PatientName) not in capsys.readouterr().out
    assert diff(run, *where, "--show-values") == 0
    assert str(source.PatientName) in capsys.readouterr().out


def test_each_frame_that_changed_has_a_picture(run: Path, tmp_path: Path) -> None:
    source = run / "in" / "us" / "cine.dcm"
    where = [str(source), str(run / "out"), "--key-file", str(run / "key"), "--png", str(tmp_path / "pictures")]
    assert main(["diff", *where]) == 0
    dataset = pydicom.dcmread(source)
    pictures = sorted((tmp_path / "pictures").iterdir())
    assert [path.name for path in pictures] == [f"frame-{number:04d}.png" for number in range(dataset.NumberOfFrames)]
    assert Image.open(pictures[0]).size == (3 * dataset.Columns + 16, dataset.Rows)


def test_a_second_reader_that_disagrees_is_told(run: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(
        comparison.SecondReader, "read_cells", lambda reader, frame: np.zeros((reader._dataset.Rows, reader._dataset.Columns))
    )
    assert diff(run, str(run / "out"), "--key-file", str(run / "key")) == 3
    assert "second reader: disagrees" in capsys.readouterr().out


def test_a_file_without_an_output_is_one_line_that_names_nobody(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for source, code in ((run / "in" / "readme.txt", 1), (run / "in" / "Plantagenet.dcm", 1)):
        assert main(["diff", str(source), str(run / "out"), "--key-file", str(run / "key")]) == code
        said = capsys.readouterr()
        assert said.out == "" and len(said.err.splitlines()) == 1
        assert not leaks(said.err)
