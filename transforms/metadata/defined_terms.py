"""The values that the standard itself gives to an attribute of VR CS: they name nobody, whatever the patient is called."""

from __future__ import annotations

import re
from functools import cache

from ..phi.header_keys import is_term
from .tables import read_table


@cache
def _terms() -> dict[int, frozenset[str]]:
    return {int(tag, 16): frozenset(terms.split("|")) for tag, terms in read_table("defined_terms")["terms"].items()}


@cache
def _all_terms() -> frozenset[str]:
    return frozenset().union(*_terms().values())


@cache
def _closed() -> frozenset[int]:
    return frozenset(int(tag, 16) for tag in read_table("defined_terms")["closed"])


def is_defined_term(tag: int, value: str) -> bool:
    """Whether a value is a Defined Term or an Enumerated Value of an attribute.

    An attribute for which the standard lists nothing, as a private one, may have what it lists for any other.
    """
    return value.strip() in _terms().get(tag, _all_terms())


def is_foreign_to(tag: int, value: str) -> bool:
    """Whether the standard enumerates the values of an attribute, and a value has a word that is no term of any list."""
    if tag not in _closed() or value.strip() in _all_terms():
        return False
    return not all(map(is_term, re.findall(r"[^\W\d_]{4,64}", value)))
