"""The policies that ship with efface, as YAML text, and the JSON Schema of a policy."""

from __future__ import annotations

from importlib import resources

SHIPPED = ("basic", "tcia")


def shipped_text(name: str) -> str:
    """The YAML text of a shipped policy, with its comments."""
    return resources.files(__package__).joinpath("policies", f"{name}.yaml").read_text(encoding="utf-8")


def schema_text() -> str:
    """The JSON Schema of a policy, for editors."""
    return resources.files(__package__).joinpath("policy.schema.json").read_text(encoding="utf-8")
