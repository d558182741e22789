"""The section `output` of a policy: what the outputs are called, and what happens where several sources claim one."""

from __future__ import annotations

from typing import Any

from efface.transforms.instance.output_layout import DEFAULT_LAYOUT, OutputLayout
from efface.transforms.metadata.profile import Option, Profile

from .policy_document import PolicyError, checked_section

_LONGEST_UID = 64
KEYS = ("layout",)


def parse_layout(raw: Any, profile: Profile) -> OutputLayout:
    """The layout of the section.

    Raises:
        PolicyError: It is none.
    """
    section = checked_section(raw, "output", KEYS)
    layout = section.get("layout", DEFAULT_LAYOUT)
    if not isinstance(layout, str):
        raise PolicyError("output.layout: expected a text in quotes")
    longest_patient = max((len(patient.new_id) for patient in profile.patients), default=0)
    sizes = {"longest_uid": _LONGEST_UID} if Option.RETAIN_UIDS in profile.options else {}
    try:
        return OutputLayout(layout, longest_patient, **sizes)
    except ValueError as error:
        raise PolicyError(str(error)) from None
