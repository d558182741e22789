"""Commands that only print start at once: they load nothing that they do not need."""

import subprocess
import sys
from importlib import util

import pytest

from efface.runners.cli.arguments import parser

SLOW = ("apache_beam", "numpy", "onnxruntime", "openvino", "pandas", "pyarrow", "pydicom", "torch", "transformers", "yaml")


def loaded(*arguments):
    """The top-level packages that a command has loaded at its end."""
    code = f"""
import sys
from efface.runners.cli.main import main
try:
    main({list(arguments)!r})
finally:
    print(*{{name.partition(".")[0] for name in sys.modules}}, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("--help",), ("run", "--help"), ("audit", "--help"), ("policy",), ("policy", "show", "tcia")],
    ids=" ".join,
)
def test_a_command_that_only_prints_loads_nothing_slow(arguments):
    assert not loaded(*arguments) & set(SLOW)


def test_a_policy_is_checked_without_beam_and_without_a_model():
    assert not loaded("policy", "check", "basic") & (set(SLOW) - {"numpy", "pydicom", "yaml", "pandas"})


def test_every_command_has_a_module():
    [commands] = [action for action in parser()._actions if action.dest == "command"]
    for name in commands.choices:
        assert util.find_spec(f"efface.runners.cli.{name.replace('-', '_')}"), name
