"""Distinguishes UIDs of the patient's data from UIDs of vocabularies, and replaces the former."""

from __future__ import annotations

import re
from functools import cache

from pydicom.datadict import keyword_for_tag

from ..core.pseudonyms import WELL_KNOWN_UID_ROOT, Pseudonyms

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_VOCABULARY = ("ClassUID", "SyntaxUID", "SOPClassesInStudy", "SOPClassesSupported", "SOPClassUIDInFile")
_VOCABULARY_KEYWORDS = {"CodingSchemeUID", "ContextUID", "MappingResourceUID", "ContextGroupExtensionCreatorUID"}


@cache
def is_vocabulary(tag: int) -> bool:
    """Whether a UI attribute's values name a class, a syntax or a coding scheme: the same at every site, never replaced."""
    keyword = keyword_for_tag(tag)
    return any(part in keyword for part in _VOCABULARY) or keyword in _VOCABULARY_KEYWORDS


def is_uid(value: str) -> bool:
    """Whether the value has the form of a UID: numbers and dots, 64 characters at most (PS3.5 9.1)."""
    return len(value) <= 64 and _UID.fullmatch(value) is not None


def uid_of_output(value: str, pseudonyms: Pseudonyms, *, retains_uids: bool) -> str:
    """The UID that stands for this one in the output."""
    return value if retains_uids and is_uid(value) else replace_uid(value, pseudonyms)


def replace_uid(value: str, pseudonyms: Pseudonyms) -> str:
    """The replacement of a UID; what only looks like a well-known one is replaced like any other."""
    value = value.strip("\0 ")
    if value.startswith(WELL_KNOWN_UID_ROOT) and not is_uid(value):
        return pseudonyms.uid(f"malformed {value}")
    return pseudonyms.uid(value)
