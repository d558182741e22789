"""What is installed is what is on the disk."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("pipeline", "transforms", "runners")


def import_name(folder):
    """What a folder of the repository is imported as."""
    parts = folder.relative_to(ROOT).parts
    return "efface" if parts == ("pipeline", "public") else ".".join(("efface", *parts))


def packages():
    return {import_name(path.parent): path.parent for name in FOLDERS for path in (ROOT / name).rglob("__init__.py")}


def test_every_package_is_listed():
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == set(packages())


def test_every_data_file_is_packaged():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            is_data = path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
            if is_data and path.suffix in {".json", ".txt", ".yaml"} and (path.parent / "__init__.py").exists():
                assert any(path.match(pattern) for pattern in patterns), path


def test_the_packages_are_typed():
    assert (packages()["efface"] / "py.typed").is_file()
    assert resources.files("efface.pipeline").joinpath("policy.py").is_file()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds what the wheel installs, and nothing else."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("made")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--disable-pip-version-check", "--wheel-dir", made, source], check=True, timeout=300)
    [wheel] = made.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def alone(folder, code):
    """What a program prints that sees the folder and the standard library alone."""
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def test_the_wheel_holds_every_module_once(installed):
    held = {path.relative_to(installed / "efface") for path in (installed / "efface").rglob("*.py")}
    on_disk = {Path(*name.split(".")[1:], path.name) for name, folder in packages().items() for path in folder.glob("*.py")}
    assert held == on_disk


def test_the_wheel_is_imported_without_any_other_package(installed):
    printed = alone(installed, "import efface; print(efface.__file__, efface.__version__)").split()
    assert printed == [str(installed / "efface" / "__init__.py"), PROJECT["project"]["version"]]


def test_the_wheel_has_its_parts(installed):
    code = "import efface.pipeline, efface.transforms, efface.runners; print(efface.runners.__path__[0])"
    assert alone(installed, code) == str(installed / "efface" / "runners")
