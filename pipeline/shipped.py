"""The policies that ship with efface, as YAML text."""

from __future__ import annotations

from importlib import resources

SHIPPED = ("basic", "tcia")


def shipped_text(name: str) -> str:
    """The YAML text of a shipped policy, with its comments."""
    return resources.files(__package__).joinpath("policies", f"{name}.yaml").read_text(encoding="utf-8")
