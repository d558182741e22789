"""The value of a content item whose concept says what it is: an age over 89 years becomes 90; what repeats an attribute of the
header follows the rule for that attribute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from ...core.published import AttributeAction
from ...phi.ages import cap_age_value, cap_number, years_of
from ..elements import encode_text, items_of, text_of
from ..sr_content import header_attribute_of, is_age_item

if TYPE_CHECKING:
    from ..walk import Level, Walk

_DATE_TIME, _DATE, _TIME, _TEXT, _MEASURED = 0x0040A120, 0x0040A121, 0x0040A122, 0x0040A160, 0x0040A300
_NUMERIC, _FLOATING, _NUMERATOR, _DENOMINATOR = 0x0040A30A, 0x0040A161, 0x0040A162, 0x0040A163
_UNITS = 0x004008EA
_GONE = {
    **dict.fromkeys((_DATE_TIME, _DATE, _TIME, _TEXT, _NUMERIC, _FLOATING, _NUMERATOR, _DENOMINATOR), "D"),
    _MEASURED: "Z",
}
"""What becomes of the value of an item that does not stay: Type 1C, and Type 2 of measurements."""
_UNITS_OF_AGE = {"mo": "M", "wk": "W", "d": "D"}
"""UCUM. Every other unit of an age is read as years."""
_RULE = "age"


def rules_of(walk: Walk, item: Dataset) -> Mapping[int, tuple[str, str]]:
    """Action code and rule of the values of a content item that repeats an attribute which the profile does not keep."""
    repeated = header_attribute_of(item)
    planned = None if repeated is None else walk.plan[repeated]
    return {} if planned is None or planned[0] in "KC" else {tag: (action, planned[1]) for tag, action in _GONE.items()}


def cap_ages(walk: Walk, level: Level) -> None:
    """Make 90 years of an age over 89 years in a content item, as a number in each of its representations or as a text."""
    if not is_age_item(level.dataset):
        return
    _cap_text(walk, level)
    _cap_numbers(walk, level)
    measured = level.dataset._dict.get(BaseTag(_MEASURED))
    for index, item in enumerate(items_of(level.dataset, measured) if measured is not None else ()):
        _cap_numbers(walk, replace(level, dataset=item, path=f"{level.path}{_MEASURED:08X}[{index}]."))


def _cap_text(walk: Walk, level: Level) -> None:
    text = _text_at(level, _TEXT)
    capped = cap_age_value(text)
    value = encode_text(capped, level.encodings, "UT")
    if capped != text and value is not None:
        walk.put(level, _TEXT, "UT", value, action="C", rule=_RULE)


def _cap_numbers(walk: Walk, level: Level) -> None:
    unit = _unit_of(level)
    written = _text_at(level, _NUMERIC)
    numbers = [_number(part) for part in written.split("\\")]
    if any(number is not None and cap_number(number, unit) != number for number in numbers):
        capped = "\\".join("" if number is None else f"{cap_number(number, unit):g}" for number in numbers)
        walk.put(level, _NUMERIC, "DS", capped.encode(), action="C", rule=_RULE)
    _cap_binary(walk, level, _FLOATING, "FD", unit)
    _cap_binary(walk, level, _NUMERATOR, "SL", unit, _binary_at(level, _DENOMINATOR) or [1.0])


def _cap_binary(walk: Walk, level: Level, tag: int, vr: str, unit: str, denominators: Sequence[float] = (1.0,)) -> None:
    numbers = _binary_at(level, tag)
    denominator = denominators[0] or 1.0
    capped = [cap_number(number / denominator, unit) * denominator for number in numbers]
    if any(
        years_of(number / denominator, unit) > years_of(new / denominator, unit)
        for number, new in zip(numbers, capped, strict=True)
    ):
        values = [int(number) for number in capped] if vr == "SL" else capped
        level.dataset._dict[BaseTag(tag)] = DataElement(tag, vr, values)
        walk.actions.append(AttributeAction(f"{level.path}{tag:08X}", "C", _RULE))


def _unit_of(level: Level) -> str:
    """The unit of an age, by its letter in AS."""
    element = level.dataset._dict.get(BaseTag(_UNITS))
    codes = items_of(level.dataset, element) if element is not None else []
    return next((_UNITS_OF_AGE[str(code.get("CodeValue"))] for code in codes if code.get("CodeValue") in _UNITS_OF_AGE), "Y")


def _text_at(level: Level, tag: int) -> str:
    element = level.dataset._dict.get(BaseTag(tag))
    return "" if element is None else text_of(element, level.encodings) or ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _binary_at(level: Level, tag: int) -> list[float]:
    """The values of a binary attribute; none of one that is malformed."""
    if BaseTag(tag) not in level.dataset._dict:
        return []
    try:
        value = level.dataset[tag].value
        return [float(part) for part in (value if isinstance(value, MultiValue) else [value])]
    except (TypeError, ValueError):
        return []
