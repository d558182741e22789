"""Tells the codes of public coding schemes, whose meanings name nobody, from those that a site makes for itself."""

from __future__ import annotations

import re

from pydicom.dataset import Dataset

from .elements import value_of

_SCHEME, CODE_MEANING = 0x00080102, 0x00080104
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


def is_of_a_local_code(item: Dataset) -> bool:
    """Whether the code of an item is of no public coding scheme: its meaning is free text of whoever made the code."""
    return value_of(item, _SCHEME).upper() not in _PUBLIC
