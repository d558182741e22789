"""The section `select` of a policy: which instances it takes."""

from __future__ import annotations

from typing import Any

from efface.transforms.instance.selection import Selection, SelectRule

from .policy_document import PolicyError, checked_list, checked_section

RULE_LISTS = ("leave_out", "only")
VALUES = ("sop_class", "modality", "image_type", "series_description")


def parse_selection(raw: Any) -> Selection:
    """The section as a selection.

    Raises:
        PolicyError: A key or a value is none; the message names the list and the number of the rule in it.
    """
    section = checked_section(raw, "select", RULE_LISTS)
    return Selection(**{name: _rules(section, name) for name in RULE_LISTS})


def _rules(section: Any, name: str) -> tuple[SelectRule, ...]:
    return tuple(
        _rule(f"select.{name}, rule {n}", raw) for n, raw in enumerate(checked_list(section, f"select.{name}", name), 1)
    )


def _rule(place: str, raw: Any) -> SelectRule:
    fields = checked_section(raw, place, (*VALUES, "reason"))
    values = {key: _texts(f"{place}, {key}", fields[key]) for key in VALUES if fields.get(key) is not None}
    reason = fields.get("reason")
    try:
        return SelectRule(**values, reason="" if reason is None else _text(f"{place}, reason", reason))
    except ValueError as error:
        raise PolicyError(f"{place}: {error}") from None


def _texts(place: str, value: Any) -> tuple[str, ...]:
    """One text, or a list of texts."""
    values = value if isinstance(value, list) else [value]
    if not values:
        raise PolicyError(f"{place}: expected a text or a list of texts")
    return tuple(_text(place, one) for one in values)


def _text(place: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PolicyError(f"{place}: expected a text; write it in quotes if YAML takes it for something else")
    return str(value)
