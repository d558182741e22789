"""The wheel in a new environment with the CPU set alone, on every Python of this machine: what a user installs."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pydicom
import pytest

from support.wheel import ROOT, build_wheel

MAX_BYTES = 1_300_000_000
VERSIONS = ("3.11", "3.12", "3.13")

pytestmark = pytest.mark.wheel


def python_of(version):
    """The interpreter of a version, or None where it is not installed or does not start."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    places = [f"python{version}", *sorted(str(path) for path in Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))]
    for place in places:
        try:
            done = subprocess.run([place, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.startswith(f"{version}."):
            return place
    return None


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("built"))


def install(python, environment, *requirements):
    """Install into an environment, with uv where `make` found it."""
    uv = ROOT / ".venv-uv" / "bin" / "uv"
    if uv.exists():
        command = [uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python"]
    else:
        command = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *requirements], check=True, timeout=1200)


def size_bytes(folder):
    """What the files of a folder take, each once."""
    stats = [path.lstat() for path in folder.rglob("*")]
    return sum({stat.st_ino: stat.st_blocks * 512 for stat in stats}.values())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_runs_the_demonstration_with_the_cpu_set(version, wheel, tmp_path):
    python = python_of(version)
    if python is None:
        pytest.skip(f"Python {version} is not installed here")
    environment = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", environment], check=True, timeout=300)
    install(python, environment, "--require-hashes", "-r", ROOT / "requirements.lock")
    install(python, environment, "--no-deps", wheel)
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}

    def efface(*arguments):
        command = [environment / "bin" / "efface", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=600, check=False)

    assert efface("demo-data", "in").returncode == 0
    assert efface("key", "key").returncode == 0
    done = efface("run", "--input", "in", "--output", "out", "--key-file", "key", "--policy", "tcia")
    assert done.returncode == 3, done.stderr[-2000:]
    published = list((tmp_path / "out" / "instances").rglob("*.dcm"))
    assert len(published) == 11
    assert all(pydicom.dcmread(path).PatientIdentityRemoved == "YES" for path in published)
    rows = pq.read_table(tmp_path / "out" / "audit" / "findings").to_pylist()
    assert {"header_name", "header_id", "lexicon"} <= {row["reason"] for row in rows}
    assert {row["engine"] for row in rows} <= {"rapidocr", "prefilter", ""}
    code = "import importlib.util as u; print([n for n in ('torch', 'easyocr', 'transformers', 'pytest') if u.find_spec(n)])"
    names = subprocess.run([environment / "bin" / "python", "-c", code], env=clean, capture_output=True, text=True, check=True)
    assert names.stdout.strip() == "[]"
    assert size_bytes(environment) < MAX_BYTES
