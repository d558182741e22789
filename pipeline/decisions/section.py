"""The settings `regions` and `decisions` of a policy: boxes for all images of a device, and what people decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from efface.transforms.core.decisions import NO_DECISIONS, Action, Decision, Decisions, Scope
from efface.transforms.core.pseudonyms import Pseudonyms

from ..policy_document import PolicyError, checked_list, checked_section
from .table import box_of, decision_of, device_of, read_rows

DEVICE_KEYS = ("manufacturer", "model", "rows", "columns", "image_type")
REGION_KEYS = (*DEVICE_KEYS, "boxes", "note")
DECISION_KEYS = ("scope", "target", "action", "frames", "box", "new_box", "code", "note")


@dataclass(frozen=True)
class DecisionsSection:
    """What a policy says about decisions. It is no part of the policy's version: each Instance has a version of its own.

    Attributes:
        stated: What the policy says itself: regions first.
        table: Where the table of signed decisions is; "" for none.
    """

    stated: tuple[Decision, ...] = ()
    table: str = ""

    def __bool__(self) -> bool:
        return bool(self.stated or self.table)

    def read(self, pseudonyms: Pseudonyms) -> Decisions:
        """All decisions that are in force, those of the table last.

        Raises:
            DecisionError: The table is missing, or not signed by this key.
        """
        if not self:
            return NO_DECISIONS
        rows = read_rows(self.table, pseudonyms, must_exist=True) if self.table else ()
        return Decisions.of((*self.stated, *rows), pseudonyms)


def parse_decisions(regions: Any, decisions: Any) -> DecisionsSection:
    """The two settings.

    Args:
        regions: A list of devices with their boxes, or None.
        decisions: The place of a table, a list of decisions, or None.

    Raises:
        PolicyError: Something in them is not understood; the message names the entry by its number.
    """
    listed = checked_list({"regions": regions}, "regions", "regions")
    stated = [one for number, raw in enumerate(listed, 1) for one in _region(f"regions, entry {number}", raw)]
    if isinstance(decisions, str):
        return DecisionsSection(tuple(stated), decisions)
    listed = checked_list({"decisions": decisions}, "decisions", "decisions")
    stated += [_decision(f"decisions, entry {number}", raw) for number, raw in enumerate(listed, 1)]
    return DecisionsSection(tuple(stated))


def _region(place: str, raw: Any) -> list[Decision]:
    fields = _fields(place, raw, REGION_KEYS)
    boxes = checked_list(fields, f"{place}, boxes", "boxes")
    try:
        device = device_of({key: fields[key] for key in DEVICE_KEYS if fields.get(key) is not None})
        made = [Decision(Scope.DEVICE, device, Action.REDACT, box=box_of(box)) for box in boxes]
    except ValueError as error:
        raise PolicyError(f"{place}: {error}") from None
    if not made:
        raise PolicyError(f"{place}: give boxes, a list of [left, top, right, bottom]")
    return made


def _decision(place: str, raw: Any) -> Decision:
    fields = _fields(place, raw, DECISION_KEYS)
    try:
        decision = decision_of({key: value for key, value in fields.items() if key != "note" and value is not None})
    except ValueError as error:
        raise PolicyError(f"{place}: {error}") from None
    return decision


def _fields(place: str, raw: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
    fields = dict(checked_section(raw, place, allowed))
    if not isinstance(fields.get("note", ""), str | None):
        raise PolicyError(f"{place}, note: expected a text")
    return fields
