"""Tells the codes of public coding schemes, whose meanings name nobody, from those that a site makes for itself."""

from __future__ import annotations

import re

from pydicom.dataset import Dataset

from .elements import value_of

_SCHEME, _CODE_MEANING, _LONG_CODE_VALUE = 0x00080102, 0x00080104, 0x00080119
_PUBLIC = frozenset(
    re.findall(
        r"\w[\w-]*",
        """
    ACR ASTM-SIGPURPOSE BARI BI BRNEU C4 C5 CADSR CD2 CPT4 CVX DC DCM DCMUID DNUMS FDAUDI FMA HCPCS HPC I10 I10P I11 I9 I9C IBSI
    ICD10 ICD9 ICDO3 ISO3166_1 ISO639_1 ISO639_2 ITIS_TSN LN MA MAYOASRG MDC MDNS MGI MSH NCDR NCIT NDC NEU NICIP NYUMCCG POS
    PUBCHEM_CID RADELEMENT RADLEX RFC3066 RFC5646 RO RXNORM SCPECG SCT SDM 99SDM SNM3 SRT UBERON UCUM UMLS UNS UPC
    """,
    )
)
"""Coding Scheme Designators of PS3.16 Table 8-1, in upper case."""


def is_typed(item: Dataset, tag: int) -> bool:
    """Whether an attribute of a code is free text of whoever made the code, which is of no public coding scheme.

    That is its meaning, and a Long Code Value of several words: codes have no blanks.
    """
    if tag == _LONG_CODE_VALUE:
        return " " in value_of(item, tag).strip() and not _is_public(item)
    return tag == _CODE_MEANING and not _is_public(item)


def _is_public(item: Dataset) -> bool:
    return value_of(item, _SCHEME).upper() in _PUBLIC
