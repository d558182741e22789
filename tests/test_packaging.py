"""What is installed is what is on the disk."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from support.wheel import FOLDERS, build_wheel

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


DIRECT = {folder: name for name, folder in PROJECT["tool"]["setuptools"]["package-dir"].items() if "/" in folder}
"""Folders that are imported under another name than their place says."""


def import_name(folder):
    """What a folder of the repository is imported as."""
    place = folder.relative_to(ROOT)
    return DIRECT.get(str(place), ".".join(("efface", *place.parts)))


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


def pins(lock):
    return dict(re.findall(r"^([\w.-]+)(?:\[.*?\])?==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_lock_holds_the_versions_of_the_whole_one():
    whole = pins("requirements-all.lock")
    for lock in sorted(ROOT.glob("requirements*.lock")):
        assert pins(lock.name).items() <= whole.items(), lock.name


def test_the_cpu_set_has_no_torch_and_no_image_has_tools_of_development():
    heavy, tools = {"torch", "torchvision", "easyocr", "transformers", "triton"}, {"pytest", "ruff", "mypy", "duckdb", "pandas"}
    assert not (heavy | tools) & set(pins("requirements.lock"))
    assert heavy <= set(pins("requirements-gpu.lock"))
    assert not tools & {*pins("requirements-gcp.lock"), *pins("requirements-gpu.lock")}


def test_what_the_core_imports_at_the_top_of_a_module_is_in_the_cpu_set():
    """But for the adapters of extras, each of which is imported by those alone who ask for it."""
    adapters = {"easyocr.py", "monai.py", "airflow_dag.py"}
    names = {
        "cv2": "opencv-python-headless",
        "PIL": "pillow",
        "yaml": "pyyaml",
        "google": "google-cloud-storage",
        "jpeg_ls": "pyjpegls",
        "zxingcpp": "zxing-cpp",
    }
    held = set(pins("requirements.lock"))
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
                for module in (module.partition(".")[0] for module in modules):
                    package = names.get(module, module).replace("_", "-")
                    is_ours = module == "efface" or module in sys.stdlib_module_names or path.name in adapters
                    assert is_ours or package in held, f"{path.relative_to(ROOT)}: {module}"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds what the wheel installs, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(build_wheel(tmp_path_factory.mktemp("built"))) as archive:
        archive.extractall(folder)
    return folder


def alone(folder, code):
    """What a program prints that sees the folder and the standard library alone."""
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def test_the_wheel_holds_every_module_once(installed):
    held = {path.relative_to(installed / "efface") for path in (installed / "efface").rglob("*.py")}
    on_disk = {Path(*name.split(".")[1:], path.name) for name, folder in packages().items() for path in folder.glob("*.py")}
    assert len(on_disk) > 150
    assert held == on_disk


def test_the_wheel_is_imported_without_any_other_package(installed):
    printed = alone(installed, "import efface; print(efface.__file__, efface.__version__)").split()
    assert printed == [str(installed / "efface" / "__init__.py"), PROJECT["project"]["version"]]


def test_the_wheel_has_its_parts(installed):
    code = "import efface.pipeline, efface.transforms, efface.runners; print(efface.runners.__path__[0])"
    assert alone(installed, code) == str(installed / "efface" / "runners")
