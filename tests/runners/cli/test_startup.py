"""Commands load only the packages that they need, so that those that only print return at once."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from efface.pipeline.demo.data import write_demo_data
from efface.runners.cli.main import COMMANDS, efface

SLOW = (
    "apache_beam",
    "jinja2",
    "numpy",
    "onnxruntime",
    "openvino",
    "pandas",
    "pyarrow",
    "pydicom",
    "torch",
    "transformers",
    "yaml",
)


def loaded(*arguments, environment=None):
    """The top-level packages that a command loads."""
    code = f"""
import sys
from efface.runners.cli.main import main
try:
    main({list(arguments)!r})
finally:
    print(*{{name.partition(".")[0] for name in sys.modules}}, file=sys.stderr)
"""
    environment = os.environ | (environment or {})
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        *((name, "--help") for name in COMMANDS),
        ("policy", "check", "--help"),
        ("audit", "misses", "--help"),
        ("policy",),
        ("policy", "show", "tcia"),
    ],
    ids=" ".join,
)
def test_a_command_that_only_prints_loads_nothing_slow(arguments):
    assert not loaded(*arguments) & set(SLOW)


def test_a_policy_is_checked_without_beam_and_without_a_model(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("{pixels: none, text: {keep_words: [supine]}}")
    for policy in ("basic", str(file)):
        assert not loaded("policy", "check", policy) & (set(SLOW) - {"numpy", "pydicom", "yaml", "pandas"})


def test_a_key_is_made_without_beam_and_without_a_model(tmp_path):
    assert not loaded("key", str(tmp_path / "key")) & (set(SLOW) - {"numpy"})
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_run_on_this_machine_leaves_beam_to_its_workers(tmp_path):
    write_demo_data(tmp_path / "in")
    (tmp_path / "policy.yaml").write_text("pixels: none")
    where = ("--input", str(tmp_path / "in" / "report.dcm"), "--output", str(tmp_path / "out"))
    names = loaded("run", *where, "--policy", str(tmp_path / "policy.yaml"), environment={"EFFACE_KEY": "0" * 64})
    assert list((tmp_path / "out" / "instances").rglob("*.dcm"))
    assert not names & {"apache_beam", "pandas"}


@pytest.mark.parametrize("words", ["efface ", "efface run --", "efface run --policy ", "efface policy show "])
def test_completion_loads_nothing_slow(words):
    environment = {"_EFFACE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    assert not loaded(environment=environment) & set(SLOW)


def test_every_command_has_a_module():
    context = click.Context(efface)
    for name in COMMANDS:
        assert isinstance(efface.get_command(context, name), click.Command), name


def test_beam_without_its_extras_says_nothing(tmp_path):
    """Where efface[gcp] is not installed, Beam logs a warning at every import, in every worker too."""
    write_demo_data(tmp_path / "in")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys\nsys.modules['apitools'] = None\n")
    command = [Path(sys.executable).parent / "efface", "run", "--input", tmp_path / "in" / "report.dcm", "--output", "out"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "EFFACE_KEY": "0" * 64}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "apitools" not in done.stderr
