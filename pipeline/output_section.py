"""The section `output` of a policy: what the outputs are called, and what happens where several sources claim one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from efface.transforms.audit.conflict_choices import ON_CONFLICT
from efface.transforms.core.choices import require_one_of
from efface.transforms.instance.output_layout import DEFAULT_LAYOUT, OutputLayout
from efface.transforms.metadata.profile import Option, Profile

from .policy_document import PolicyError, checked_section

_LONGEST_UID = 64
KEYS = ("layout", "on_conflict")


class OutputSettings(TypedDict):
    """The settings of the section, by the names of a policy's fields."""

    layout: OutputLayout
    on_conflict: str


def parse_output(raw: Any, profile: Profile) -> OutputSettings:
    """The section.

    Raises:
        PolicyError: It is none.
    """
    section = checked_section(raw, "output", KEYS)
    on_conflict = section.get("on_conflict", ON_CONFLICT[0])
    try:
        require_one_of("output.on_conflict", on_conflict, ON_CONFLICT)
    except ValueError as error:
        raise PolicyError(str(error)) from None
    return OutputSettings(layout=_layout(section, profile), on_conflict=on_conflict)


def _layout(section: Mapping[str, Any], profile: Profile) -> OutputLayout:
    layout = section.get("layout", DEFAULT_LAYOUT)
    if not isinstance(layout, str):
        raise PolicyError("output.layout: expected a text in quotes")
    longest_patient = max((len(patient.new_id) for patient in profile.patients), default=0)
    sizes = {"longest_uid": _LONGEST_UID} if Option.RETAIN_UIDS in profile.options else {}
    try:
        return OutputLayout(layout, longest_patient, **sizes)
    except ValueError as error:
        raise PolicyError(str(error)) from None
