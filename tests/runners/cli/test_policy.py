"""`efface policy check` for a program: one JSON object, whatever it finds."""

import json

from efface.pipeline.policy import load_policy
from efface.runners.cli.main import main


def test_a_valid_policy_has_its_version(capsys):
    assert main(["policy", "check", "tcia", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "valid": True,
        "version": load_policy("tcia").version,
        "model_sha256": None,
    }


def test_an_error_is_in_the_object_and_on_standard_error(tmp_path, capsys):
    (tmp_path / "policy.yaml").write_text("pixels: some")
    assert main(["policy", "check", str(tmp_path / "policy.yaml"), "--json"]) == 2
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert (found["valid"], set(found)) == (False, {"valid", "error"})
    assert said.err == f"efface: {found['error']}\n"
