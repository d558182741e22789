"""Any command is run over a corpus, and what it wrote is scored."""

import json
import sys

import pytest

from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.certify.manifest import Manifest
from efface.pipeline.certify.trial import TrialError, run_trial, write_corpus

CORPUS = Corpus(seed=5, instances=8)


def script(tmp_path, lines):
    path = tmp_path / "command.py"
    path.write_text(lines, encoding="utf-8")
    return [sys.executable, str(path), "{input}", "{output}", "{held}"]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "trial"
    folder.mkdir()
    return folder


def test_a_copy_of_the_input_fails_in_all_that_identifies(folder):
    trial = run_trial(CORPUS, ["cp", "-r", "{input}/.", "{output}"], folder)
    assert (trial.exit_code, trial.score.published, trial.score.missing) == (0, 8, 0)
    assert trial.score.promises()["identifiers"].hits == 0
    assert trial.score.promises()["retained"].value == 1
    assert not trial.score.is_perfect


def test_the_right_answer_is_perfect(folder, tmp_path):
    write_corpus(CORPUS, tmp_path / "drawn", with_answer=True)
    copied = f"cp -r '{tmp_path}/drawn/answer/.' {{output}}  # not {{input}}"
    assert run_trial(CORPUS, ["sh", "-c", copied], folder).score.is_perfect


def test_what_a_command_says_that_it_holds_back_is_not_missing(folder, tmp_path):
    lines = """
import pathlib, sys
source, _, held = map(pathlib.Path, sys.argv[1:])
files = sorted(path.relative_to(source).as_posix() for path in source.rglob("*.dcm"))
held.write_text("\\n".join(files[:3]))
sys.exit(7)
"""
    trial = run_trial(CORPUS, script(tmp_path, lines), folder)
    assert (trial.exit_code, trial.score.quarantined, trial.score.missing) == (7, 3, 5)


def test_a_command_that_does_not_end_is_killed_with_its_children(folder):
    trial = run_trial(CORPUS, ["sh", "-c", "sleep 600 & wait # {input} {output}"], folder, timeout_sec=1)
    assert trial.exit_code == -9
    assert trial.score.missing == 8


@pytest.mark.parametrize("command", [["true", "{input}"], ["true", "{output}"], ["no-such-command", "{input}", "{output}"]])
def test_a_command_that_cannot_be_tried_is_refused(folder, command):
    with pytest.raises(TrialError):
        run_trial(CORPUS, command, folder)


def test_a_trial_is_told_as_json(folder):
    told = json.loads(json.dumps(run_trial(CORPUS, ["cp", "-r", "{input}/.", "{output}"], folder).to_json()))
    assert (told["seed"], told["instances"], told["published"]) == (5, 8, 8)
    assert told["promises"]["identifiers"]["low"] == 0
    assert Manifest.read(folder / "manifest.json").seed == 5
