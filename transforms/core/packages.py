"""Tells which packages are not installed, without importing any."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import util


def missing_packages(projects: Mapping[str, str], extra: str = "") -> str:
    """What is not installed of some packages, and the command that installs it; "" when everything is.

    Args:
        projects: Name of a module -> name of the project that holds it.
        extra: The extra of efface that names them; "" when efface itself does.
    """
    missing = [project for module, project in projects.items() if util.find_spec(module) is None]
    target = f'"efface[{extra}]"' if extra else "efface"
    return f"not installed: {', '.join(missing)} (pip install {target})" if missing else ""
