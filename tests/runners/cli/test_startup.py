"""Commands load only the packages that they need, so that those that only print return at once."""

import subprocess
import sys
from importlib import import_module

import pytest

from efface.runners.cli.arguments import build_parser

SLOW = ("apache_beam", "numpy", "onnxruntime", "openvino", "pandas", "pyarrow", "pydicom", "torch", "transformers", "yaml")


def loaded(*arguments):
    """The top-level packages that a command loads."""
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
    [
        ("--version",),
        ("--help",),
        *((name, "--help") for name in ("run", "key", "policy", "explain", "scan", "vault", "audit", "demo-data")),
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


def test_every_command_has_a_module_with_a_function_run():
    [commands] = [action for action in build_parser()._actions if action.dest == "command"]
    for name in commands.choices:
        assert callable(import_module(f"efface.runners.cli.{name.replace('-', '_')}").run), name
