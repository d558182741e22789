"""`efface decide` and `efface regions`: signed decisions from a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from efface.pipeline.decisions.table import read_rows
from efface.runners.cli.exit_codes import ExitCode
from efface.runners.cli.main import main
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Device, Scope
from efface.transforms.storage.key_source import KeySource
from support.device_audit import BANNER, DEVICE, device_audit, finding

UID = "2.25.1234"


@pytest.fixture
def decide(tmp_path: Path, key_file: Path):
    def decide(command: str, *arguments: str) -> int:
        who = () if command == "list" else ("--author", "Ada Lovelace")
        return main(["decide", command, str(tmp_path / "table.jsonl"), *arguments, "--key-file", str(key_file), *who])

    return decide


@pytest.fixture
def rows(tmp_path: Path, key_file: Path):
    return lambda: read_rows(str(tmp_path / "table.jsonl"), KeySource(str(key_file)).pseudonyms())


def test_every_action_is_signed_and_listed(decide, rows, capsys):
    box = ("--box", "1", "2", "30", "40")
    assert decide("redact", "--instance", UID, *box, "--frame", "2", "--frame", "0") == ExitCode.OK
    assert decide("keep", "--series", UID, *box) == ExitCode.OK
    assert decide("resize", "--instance", UID, *box, "--new-box", "1", "2", "20", "30") == ExitCode.OK
    assert (
        decide("redact", "--device", "Acme", "Scan 1", "480", "640", "--image-type", r"ORIGINAL\PRIMARY", *box) == ExitCode.OK
    )
    assert decide("release", "--instance", UID, "--code", "text_left") == ExitCode.OK
    assert decide("reject", "--instance", UID, "--code", "structure") == ExitCode.OK
    made = rows()
    assert [row.action for row in made] == ["redact", "keep", "resize", "redact", "release", "reject"]
    assert made[0].frames == (0, 2)
    assert made[0].box == Box(1, 2, 30, 40)
    assert made[1].scope is Scope.SERIES
    assert made[3].target == Device("Acme", "Scan 1", 480, 640, ("ORIGINAL", "PRIMARY"))
    assert capsys.readouterr().out.split() == [row.id for row in made]
    assert decide("withdraw", made[1].id) == ExitCode.OK
    capsys.readouterr()
    assert decide("list", "--json") == ExitCode.OK
    listed = [json.loads(text)["id"] for text in capsys.readouterr().out.splitlines()]
    assert listed == [row.id for row in made if row.id != made[1].id]
    assert decide("list") == ExitCode.OK


@pytest.mark.parametrize("code", ["structure", "frame_decode", "readers_disagree", "residual_identifier", "verification", "x"])
def test_what_is_no_judgement_is_not_released(decide, rows, capsys, code):
    assert decide("release", "--instance", UID, "--code", code) == ExitCode.USAGE
    assert "nothing else" in capsys.readouterr().err
    assert rows() == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ("redact", "--box", "0", "0", "1", "1"),
        ("redact", "--instance", UID, "--series", UID, "--box", "0", "0", "1", "1"),
        ("redact", "--instance", "Lovelace^Ada", "--box", "0", "0", "1", "1"),
        ("redact", "--instance", UID, "--box", "5", "0", "1", "1"),
        ("redact", "--device", "Acme", "Scan 1", "many", "640", "--box", "0", "0", "1", "1"),
        ("withdraw", "AAAA"),
        ("list",),
    ],
)
def test_what_is_no_decision_is_a_usage_error(decide, rows, arguments, capsys):
    assert decide(*arguments) == ExitCode.USAGE
    assert "Lovelace" not in capsys.readouterr().err
    assert rows() == ()


def test_recurring_boxes_are_printed_and_can_be_accepted(tmp_path, key_file, rows, capsys):
    output = device_audit(tmp_path, [finding(f"R{one}", BANNER) for one in range(10)])
    assert main(["regions", "propose", output]) == ExitCode.OK
    assert "[0, 0, 300, 20]  # 10 of 10 images (100%)" in capsys.readouterr().out
    accept = ["--accept", str(tmp_path / "table.jsonl")]
    assert main(["regions", "propose", output, *accept]) == ExitCode.USAGE
    capsys.readouterr()
    signed = [*accept, "--author", "Ada Lovelace", "--key-file", str(key_file), "--json"]
    assert main(["regions", "propose", output, *signed]) == ExitCode.OK
    [proposal] = map(json.loads, capsys.readouterr().out.splitlines())
    assert proposal["instances"] == 10
    [row] = rows()
    assert (row.scope, row.action, row.target, row.box) == (Scope.DEVICE, Action.REDACT, DEVICE, BANNER)


def test_the_name_of_who_decides_is_not_written_into_an_output(tmp_path, decide, rows, capsys):
    output = device_audit(tmp_path / "out", [finding("R", BANNER)])
    vault = ("--vault", f"{output}/vault")
    assert decide("redact", "--instance", UID, "--box", "1", "2", "30", "40", *vault) == ExitCode.USAGE
    assert decide("withdraw", "AAAA", *vault) == ExitCode.USAGE
    table = str(tmp_path / "table.jsonl")
    assert main(["regions", "propose", output, "--accept", table, "--author", "Ada Lovelace", *vault]) == ExitCode.USAGE
    assert capsys.readouterr().err.count("readers of an output must not find the vault") == 3
    assert rows() == () and not (tmp_path / "out" / "vault").exists()
