"""Tells whether a volume shows the head, whose face can be rendered from it: efface does not deface."""

from __future__ import annotations

import re

from pydicom.dataset import Dataset

from ..core.malformed import malformed
from .elements import get_value

CARRIER, LEFT = "face_in_volume", "not_defaced"
"""What the audit says of such an instance, among its carriers."""
_MODALITIES = frozenset({"CT", "MR"})
_PARTS = frozenset(
    """
    BRAIN EAR EYE FACE HEAD HEADNECK IAC JAW MANDIBLE MAXILLA NASAL NOSE ORBIT ORBITS PITUITARY SELLA SINUS SINUSES SKULL
    """.split()  # noqa: SIM905  # a table of words reads better than a list of strings
)
"""Body Part Examined (PS3.16 Annex L), without spaces and underscores."""
_CODES = frozenset(
    """
    69536005 774007 12738006 89546000 89545001 363654007 2095001 117590005 56329008
    T-D1100 T-D1000 T-A0100 T-11100 T-D1200 T-D1480 T-22000 T-AB000 T-B1000
    """.split()  # noqa: SIM905
)
"""Of SNOMED CT and SNOMED RT: head, head and neck, brain, skull, face, orbit, paranasal sinus, ear, pituitary."""
_WORDS = re.compile(
    r"(?<![^\W\d_])(?:head|brain|skull|cranium|cranial|cerebral|neuro|facial|face|sinus(?:es)?|orbits?|pituitary|sella|iac|"
    r"kopf|schädel|schaedel|hirn|gehirn|gesicht|nnh|crâne|crane|tête|tete|cerveau|cérébral|cerebro|cabeza|cráneo|craneo|"
    r"encefalo|encéfalo|testa|cranio|cervello|hoofd|schedel|hersenen)(?![^\W\d_])",
    re.IGNORECASE,
)
_TEXTS = ("SeriesDescription", "StudyDescription", "ProtocolName", "RequestedProcedureDescription")
_MOST_CHARACTERS = 1024


@malformed(raised_in="pydicom.")
def shows_head(dataset: Dataset) -> bool:
    """Whether the header of a CT or MR image says that it shows the head: the body part, anatomic codes, or a description.

    Args:
        dataset: As it came.
    """
    if str(get_value(dataset, "Modality") or "").strip().upper() not in _MODALITIES:
        return False
    part = re.sub(r"[\s_&/-]+", "", str(get_value(dataset, "BodyPartExamined") or "")).upper()
    regions = get_value(dataset, "AnatomicRegionSequence") or ()
    return (
        part in _PARTS
        or any(str(item.get("CodeValue") or "").strip() in _CODES for item in regions)
        or any(_WORDS.search(str(get_value(dataset, keyword) or "")[:_MOST_CHARACTERS].replace("_", " ")) for keyword in _TEXTS)
    )
