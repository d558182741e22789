"""Blanks the results of a laboratory in a text, whose numbers look like those of houses, postal codes and patients."""

from __future__ import annotations

import re

from ..core.word_lists import words_of
from .dates.calendar_names import alternatives

_ANALYTES = words_of("""
    alt alat gpt sgpt ast asat got sgot ggt gamma-gt alp ap ldh ck ck-mb cpk lipase amylase amylasa amilasi lipasi lipasa
    bilirubin bilirubine bilirubina albumin albumine albumina alb glob globulin protein prot creatinine creatinin kreatinin
    créatinine creatinina crea urea urée harnstoff bun gfr egfr glucose glukose glucosa glycemia glicemia
    troponin troponine troponina tnt tni hstnt hs-tnt bnp nt-probnp probnp myoglobin procalcitonin pct crp
    d-dimer d-dimere ddimer dimer d-dimeri ferritin ferritine ferritina iron transferrin fibrinogen fibrinogène fibrinogeno
    afp cea psa ca19-9 ca125 ca15-3 hcg bhcg beta-hcg β-hcg nse tsh ft3 ft4 calcitonin cortisol prolactin
    hb hgb hemoglobin haemoglobin hämoglobin hémoglobine emoglobina hemoglobina hct wbc leukocytes leucocytes leukozyten
    leucocitos leucociti leukocyten rbc erythrocytes erythrozyten plt platelets plaquettes plaquetas piastrine thrombozyten
    trombocyten thrombocytes neutrophils lymphocytes eosinophils monocytes cd4 cd8 inr ptt aptt quick
    potassium sodium calcium phosphate magnesium kalium natrium lactate laktat ammonia
    chromogranin thyroglobulin tg psma agatston counts count voxels dlp ctdi ctdivol
    """)
_RESULT = re.compile(
    rf"(?<![\w-]){alternatives(_ANALYTES)}"
    r"(?P<value>[ \t]?(?:score|level|value)?[ \t]?[:=]?[ \t]?[<>≤≥~]?[ \t]?\d{1,3}(?:[.,]?\d{3}|\d{0,4})(?:[.,]\d{1,3})?)"
    r"(?![\w]|[.,/-]\d|[ ]\d)",
    re.I,
)
_BLANK = "~"


_LONG_NUMBER = re.compile(r"\d{4}")
"""Results that look like a code are as long; texts without one need no look."""
_ROOM = 120
"""So far from it stand the results beside it, which look like numbers of houses."""


def blank_results(text: str) -> str:
    """The text with a sign in place of each number behind the name of an analyte: "Lipase 12000, CRP 5"."""
    kept, end = [], 0
    for number in _LONG_NUMBER.finditer(text):
        if number.start() >= end:
            start, stop = max(end, number.start() - _ROOM), min(len(text), number.end() + _ROOM)
            kept += [text[end:start], _RESULT.sub(_blanked, text[start:stop])]
            end = stop
    return "".join(kept) + text[end:] if end else text


def _blanked(found: re.Match[str]) -> str:
    value = found["value"]
    return found.group()[: len(found.group()) - len(value)] + re.sub(r"\d", _BLANK, value)
