"""Content items of structured reports that name a person by their concept (PS3.15 E.3.4)."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from .elements import items_of

_CONCEPT_NAME = BaseTag(0x0040A043)
_IDENTIFYING_CONCEPTS = frozenset(
    {
        "113870",  # Person Name
        "113873",  # Organization Name
        "121008",  # Person Observer Name
        "121009",  # Person Observer's Organization Name
        "121013",  # Device Observer Name
        "121016",  # Device Observer Serial Number
        "121017",  # Device Observer Physical Location During Observation
        "121020",  # Placer Number
        "121021",  # Filler Number
        "121022",  # Accession Number
        "121029",  # Subject Name
        "121030",  # Subject ID
        "121036",  # Mother of fetus
        "121114",  # Performing Physician
        "121193",  # Device Subject Name
        "128774",  # Person Observer's Login Name
    }
)


def is_identifying_item(item: Dataset) -> bool:
    """Whether the concept of a content item says that its text is a name or an identifier."""
    if _CONCEPT_NAME not in item._dict:
        return False
    return any(str(code.get("CodeValue", "")) in _IDENTIFYING_CONCEPTS for code in items_of(item, item._dict[_CONCEPT_NAME]))


def dummy_code() -> Dataset:
    """A code that says that a code was removed."""
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "REMOVED", "99EFFACE", "Removed"
    return code


def is_dummy_code(item: Dataset) -> bool:
    """Whether an item is what `dummy_code` gives, and nothing else."""
    return item.get("CodeValue") == "REMOVED" and item == dummy_code()
