"""The policies that ship with efface, as texts."""

from __future__ import annotations

from importlib import resources

SHIPPED = ("basic", "tcia")


def shipped_text(name: str) -> str:
    """The YAML of a policy that ships with efface, comments included."""
    return resources.files(__package__).joinpath("policies", f"{name}.yaml").read_text(encoding="utf-8")
