"""`efface scan`: its tables, its JSON and its pictures."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from efface.pipeline.demo.data import write_demo_data
from efface.runners.cli.main import main
from efface.transforms.core.box import Box
from efface.transforms.core.text_line import TextLine
from efface.transforms.ocr.base import EVERYTHING
from efface.transforms.ocr.registry import register_detector
from support.corpus import minimal, saved


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    write_demo_data(folder)
    return folder


def scan(capsys, *arguments):
    code = main(["scan", *map(str, arguments)])
    return code, capsys.readouterr()


def test_one_line_of_json_a_box_and_no_text_in_it(demo, capsys):
    file = demo / "us" / "still.dcm"
    code, output = scan(capsys, file, "--json")
    boxes = [json.loads(line) for line in output.out.splitlines()]
    assert code == 0
    assert {box["verdict"] for box in boxes} == {"redact", "keep"}
    position = ["file", "frame", "left", "top", "right", "bottom"]
    assert all(list(box) == [*position, "engine", "score", "verdict", "reason"] for box in boxes)
    assert {box["file"] for box in boxes} == {str(file)}
    assert "VANDERMOLEN" not in output.out + output.err


def test_the_text_is_shown_on_demand(demo, capsys):
    _, output = scan(capsys, demo / "us" / "still.dcm", "--json", "--show-text")
    [box] = [box for box in map(json.loads, output.out.splitlines()) if "VANDERMOLEN" in box["text"]]
    assert (box["verdict"], box["reason"]) == ("redact", "header_name")


def test_every_frame_of_a_clip_has_its_boxes(demo, capsys):
    _, output = scan(capsys, demo / "us" / "cine.dcm", "--json")
    assert {json.loads(line)["frame"] for line in output.out.splitlines()} == {0, 1, 2, 3}


def test_pictures_show_the_boxes_and_are_not_named_after_files(demo, capsys, tmp_path):
    code, output = scan(capsys, demo / "us" / "still.dcm", "--png", tmp_path / "pictures")
    [picture] = (tmp_path / "pictures").iterdir()
    assert (code, picture.name) == (0, "0001-0000.png")
    assert Image.open(picture).size[0] == 480
    assert Image.open(picture).size[1] > 360, "the frame, and below it what the numbers of the boxes mean"
    colours = {
        tuple(int(part) for part in colour) for colour in np.unique(np.asarray(Image.open(picture)).reshape(-1, 3), axis=0)
    }
    assert {(255, 64, 64), (64, 220, 96)} <= colours
    assert "redact  header_name" in output.out


def test_a_file_that_cannot_be_scanned_is_reported_and_the_others_are_scanned(demo, capsys):
    code, output = scan(capsys, demo / "cut_off.dcm", demo / "us" / "still.dcm", "--json")
    assert code == 3
    assert f"{demo / 'cut_off.dcm'}: structure" in output.err
    assert output.out


@pytest.mark.parametrize("arguments", [["/no/such/file"], ["{demo}", "--policy", "/no/such/policy"]])
def test_wrong_usage_is_reported_before_any_work(demo, capsys, arguments):
    code, output = scan(capsys, *(argument.format(demo=demo) for argument in arguments))
    assert (code, output.out) == (2, "")
    assert output.err.startswith("efface: ")


def test_pictures_that_cannot_be_written_are_wrong_usage(demo, capsys, tmp_path):
    Path(tmp_path, "file").write_text("")
    code, output = scan(capsys, demo / "us" / "still.dcm", "--png", tmp_path / "file")
    assert (code, output.out) == (2, "")


class FailingDetector:
    """An engine that fails on images that are not square."""

    name = version = "failing"

    def detect(self, images, *, rendering, prefiltered=(), wanted=EVERYTHING):
        if any(image.shape[0] != image.shape[1] for image in images):
            raise KeyError("VANDERMOLEN")
        return [[TextLine(Box(1, 1, 9, 5), "", 0.5, self.name, rendering)] for _ in images]


@pytest.fixture
def mixed(tmp_path):
    """A good file among files that cannot be scanned for different reasons."""
    dataset = minimal("1.2.840.10008.5.1.4.1.1.7")
    dataset.Rows, dataset.Columns = 16, 16
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.PixelData = bytes(range(64)) * 4
    good = saved(dataset)
    dataset.Columns, dataset.PixelData = 8, dataset.PixelData[:128]
    narrow = saved(dataset)
    malformed = good.replace(b"\x28\0\x10\0US\x02\0\x10\0", b"\x28\0\x10\0DS\x02\0xy")
    files = {
        "a_cut.dcm": good[:-9],
        "b_no_dicom.txt": b"Doe, Jane",
        "c_good.dcm": good,
        "d_malformed.dcm": malformed,
        "e_narrow.dcm": narrow,
        "f_empty.dcm": b"",
    }
    for name, data in files.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    (tmp_path / "policy.yaml").write_text("ocr: {engine: failing, device: cpu}")
    register_detector(FailingDetector.name, lambda settings: FailingDetector())
    return tmp_path


@pytest.mark.parametrize("how", [[], ["--json"], ["--png", "{folder}/pictures"]])
def test_each_bad_file_is_one_line_with_its_code_and_the_good_ones_are_scanned(mixed, capsys, how):
    how = [argument.format(folder=mixed) for argument in how]
    files = sorted((mixed / "in").glob("*.*"))
    code, output = scan(capsys, *files, "--policy", mixed / "policy.yaml", *how)
    assert code == 3
    lines = [line.removeprefix(f"{mixed}/in/").split(" ")[:2] for line in output.err.splitlines()]
    assert lines == [
        ["a_cut.dcm:", "structure"],
        ["b_no_dicom.txt:", "not_dicom"],
        ["d_malformed.dcm:", "pixel_facts"],
        ["e_narrow.dcm:", "internal"],
        ["f_empty.dcm:", "not_dicom"],
    ]
    assert "Traceback" not in output.err + output.out
    assert "VANDERMOLEN" not in output.err
    assert "c_good.dcm" in output.out
    if "--json" in how:
        assert {json.loads(line)["file"] for line in output.out.splitlines()} == {str(files[2])}


def test_files_that_are_not_dicom_are_not_quarantined(mixed, capsys):
    files = [mixed / "in" / name for name in ("b_no_dicom.txt", "c_good.dcm")]
    assert scan(capsys, *files, "--policy", mixed / "policy.yaml")[0] == 0
    assert scan(capsys, files[0], "--policy", mixed / "policy.yaml")[0] == 3  # A run would publish nothing.


def test_an_engine_that_cannot_start_is_reported_once(demo, tmp_path, capsys):
    (tmp_path / "policy.yaml").write_text(f"ocr: {{engine: easyocr, weights: {tmp_path}, device: cpu}}")
    code, output = scan(capsys, demo, "--policy", tmp_path / "policy.yaml")
    assert (code, output.out) == (1, "")
    [line] = output.err.splitlines()
    assert line.startswith("efface: the text engine easyocr cannot start")
