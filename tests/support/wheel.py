"""Builds the wheel of the repository as it stands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("pipeline", "transforms", "runners")


def build_wheel(folder: Path) -> Path:
    """Build it below a folder, from a copy of the sources: a build leaves files behind, which a later one would pack."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source" / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    command = [*pip, "--disable-pip-version-check", "--wheel-dir", folder / "wheel", folder / "source"]
    subprocess.run(command, check=True, timeout=300)
    return next((folder / "wheel").glob("*.whl"))
