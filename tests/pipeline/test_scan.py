"""`efface scan`: what it says of files, for people and for programs."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from efface.pipeline.demo_data import write_demo_data
from efface.runners.launch import main


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
    code, said = scan(capsys, file, "--json")
    boxes = [json.loads(line) for line in said.out.splitlines()]
    assert code == 0
    assert {box["verdict"] for box in boxes} == {"redact", "keep"}
    place = ["file", "frame", "left", "top", "right", "bottom"]
    assert all(list(box) == [*place, "engine", "score", "verdict", "reason"] for box in boxes)
    assert {box["file"] for box in boxes} == {str(file)}
    assert "VANDERMOLEN" not in said.out + said.err


def test_the_text_is_shown_on_demand(demo, capsys):
    _, said = scan(capsys, demo / "us" / "still.dcm", "--json", "--show-text")
    [box] = [box for box in map(json.loads, said.out.splitlines()) if "VANDERMOLEN" in box["text"]]
    assert (box["verdict"], box["reason"]) == ("redact", "header_name")


def test_every_frame_of_a_clip_has_its_boxes(demo, capsys):
    _, said = scan(capsys, demo / "us" / "cine.dcm", "--json")
    assert {json.loads(line)["frame"] for line in said.out.splitlines()} == {0, 1, 2, 3}


def test_pictures_show_the_boxes_and_are_not_named_after_files(demo, capsys, tmp_path):
    code, said = scan(capsys, demo / "us" / "still.dcm", "--png", tmp_path / "pictures")
    [picture] = (tmp_path / "pictures").iterdir()
    assert (code, picture.name) == (0, "0001-0000.png")
    colours = {
        tuple(int(part) for part in colour) for colour in np.unique(np.asarray(Image.open(picture)).reshape(-1, 3), axis=0)
    }
    assert {(255, 64, 64), (64, 220, 96)} <= colours
    assert "redact  header_name" in said.out


def test_what_cannot_be_scanned_is_told_and_the_others_are_scanned(demo, capsys):
    code, said = scan(capsys, demo / "cut_off.dcm", demo / "us" / "still.dcm", "--json")
    assert code == 3
    assert f"{demo / 'cut_off.dcm'}: structure" in said.err
    assert said.out


@pytest.mark.parametrize("arguments", [["/no/such/file"], ["{demo}", "--policy", "/no/such/policy"]])
def test_wrong_usage_is_told_before_any_work(demo, capsys, arguments):
    code, said = scan(capsys, *(argument.format(demo=demo) for argument in arguments))
    assert (code, said.out) == (2, "")
    assert said.err.startswith("efface: ")


def test_pictures_that_cannot_be_written_are_wrong_usage(demo, capsys, tmp_path):
    Path(tmp_path, "file").write_text("")
    code, said = scan(capsys, demo / "us" / "still.dcm", "--png", tmp_path / "file")
    assert (code, said.out) == (2, "")
