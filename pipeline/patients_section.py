"""The setting `metadata.patients` of a policy: a table of patients whose new IDs are already decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from efface.transforms.metadata.patients import OTHERS, PatientColumns, PatientMapping, parse_patients
from efface.transforms.storage import read_text, reason_of

from .policy_document import PolicyError, checked_section

KEYS = ("table", "columns", "others")
COLUMNS = ("old_id", "new_id", "offset_days")
_PLACE = "metadata.patients"


class PatientsSection(NamedTuple):
    """The table, and what happens to patients who are not in it."""

    patients: tuple[PatientMapping, ...] = ()
    others: str = OTHERS[0]


def parse_patients_section(raw: Any, further_columns: Iterable[str]) -> PatientsSection:
    """The table that a policy names: a file, or a mapping with more about it.

    Args:
        raw: The value of the setting.
        further_columns: Columns whose values the policy uses elsewhere.

    Raises:
        PolicyError: The table cannot be read or used; the message names the line and no value.
    """
    if raw is None:
        return PatientsSection()
    section = {"table": raw} if isinstance(raw, str) else checked_section(raw, _PLACE, KEYS)
    table = _text("table", section.get("table"))
    names = checked_section(section.get("columns"), f"{_PLACE}.columns", COLUMNS)
    columns = PatientColumns(
        **{key: _text(f"columns.{key}", name) for key, name in names.items()},
        further=tuple(dict.fromkeys(further_columns)),
    )
    try:
        patients = parse_patients(_read(table), columns)
    except ValueError as error:
        raise PolicyError(f"{_PLACE}: the table cannot be used ({error})") from None
    return PatientsSection(patients, section.get("others", OTHERS[0]))


def _read(table: str) -> str:
    try:
        return read_text(table)
    except UnicodeDecodeError:
        raise PolicyError(f"{_PLACE}: the table is neither in UTF-8 nor in UTF-16; save it as CSV UTF-8") from None
    except Exception as error:  # Whatever a bucket's client raises.
        raise PolicyError(f"{_PLACE}: the table cannot be read ({reason_of(error)})") from None


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(f"{_PLACE}.{key}: expected a text; write it in quotes if YAML takes it for something else")
    return value
