"""What is installed is what is on the disk."""

import tomllib
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_listed():
    on_disk = {
        ".".join(("efface", *path.parent.relative_to(ROOT).parts))
        for folder in ("pipeline", "transforms", "runners")
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == on_disk


def test_every_data_file_is_packaged():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    for folder in ("pipeline", "transforms", "runners"):
        for path in (ROOT / folder).rglob("*"):
            is_data = path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
            if is_data and path.suffix in {".json", ".txt", ".yaml"} and (path.parent / "__init__.py").exists():
                assert any(path.match(pattern) for pattern in patterns), path


def test_the_packages_are_typed():
    for package in ("efface.pipeline", "efface.transforms", "efface.runners"):
        assert resources.files(package).joinpath("py.typed").is_file()
