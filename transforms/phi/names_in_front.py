"""Finds names in front of a degree or a profession: "Miller, MD", "J. Miller RN", "A. Miller (radiographer)"."""

from __future__ import annotations

import re

from .name_grammar import LETTER
from .name_words import Evidence, ends_like_a_term, is_name

_TOKEN = re.compile(rf"{LETTER}[^\W\d_'’-]*+(?:['’-]{LETTER}+)*\.?")
_SIGN = re.compile(r"(,[ ]{0,2}|[ ]?[(\[]|[ ]{1,2})$")
_DOTTED = re.compile(r"M\.\s?D\b|D\.\s?O\b|Ph\.\s?D\b|R\.\s?N\b|R\.\s?T\b")
FIRST_LETTERS = frozenset(("m", "d", "ph", "r"))
"""The first words of degrees that are written with dots: M.D., Ph.D."""
_LOOK_BACK = 80
_LONGEST_SIGN = 3


def name_in_front(text: str, start: int, end: int, *, is_role: bool) -> tuple[int, int] | None:
    """The half-open range of characters of a name in front of one word.

    Args:
        text: Any text.
        start, end: Of the word, a degree or a profession.
        is_role: A profession, which must be apart from the name: in brackets or behind a comma.
    """
    written, word = text[start:end], text[start:end].lower()
    if (word in FIRST_LETTERS and _DOTTED.match(text, start) is None) or (word == "do" and not written.isupper()):
        return None
    sign = _SIGN.search(text, max(0, start - _LONGEST_SIGN), start)
    mark = sign.group().strip() if sign else ""
    is_closed = re.match(r"[^\w]?[)\],;.]", text[end : end + 2]) is not None
    if sign is None or (is_role and (not mark or (mark in "([" and not is_closed))):
        return None
    base = max(0, sign.start() - _LOOK_BACK)
    before = text[base : sign.start()]
    if is_role and mark == "," and (whole := _turned_name(before)) is not None:
        return base + whole[0], base + whole[1]
    name = _name_at_end(before, written, is_sure=bool(mark) and not is_role)
    if name is None:
        return None
    if word == "rt" and text[end : end + 1] != "(" and re.match(rf"{LETTER}\.|[A-Z] ", before[name[0] :]) is None:
        return None  # "Ankle Weber, RT"
    return base + name[0], base + name[1]


_TURNED = re.compile(
    rf"(?<![^\s(])(?:(?i:van|de|den|der|von|di|da|la|el|al|dos|du|ten|ter)[ ]){{0,3}}"
    rf"(?P<surname>{LETTER}{{1,40}}(?:['’‐‑-]{LETTER}{{1,40}}|-(?:van|de|von)(?:[ ]de[nr])?[ ]{LETTER}{{2,40}}"
    rf"|[ ]{LETTER}{{2,40}}){{0,3}}),[ ]?(?P<given>{LETTER}{{1,40}}(?:[ ‐‑-]{LETTER}{{1,40}}){{0,2}})$"
)
_CLAUSE_START = re.compile(r"[.;:(\n]\s*")
_WITHIN = frozenset(("van", "de", "den", "der", "von", "di", "da", "la"))


def _turned_name(before: str) -> tuple[int, int] | None:
    """The name with which a text ends, the surname first: "Miller, Anna". It is all of its clause, and none of it is a term."""
    clause = max((found.end() for found in _CLAUSE_START.finditer(before)), default=0)
    found = _TURNED.match(before, clause)
    if found is None:
        return None
    words = re.split(r"[ ‐‑-]", f"{found['surname']} {found['given']}")
    shows_case = not words[0].isupper()
    are_names = all(
        len(word) == 1 or is_name(word, Evidence.LABEL, shows_case=shows_case and word[0].isupper(), case_is_open=True)
        for word in words
        if word not in _WITHIN
    )
    return found.span() if are_names and words[0][0].isupper() == found["given"][0].isupper() else None


def _name_at_end(before: str, written: str, *, is_sure: bool) -> tuple[int, int] | None:
    """The name with which a text ends, read backwards, as a half-open range of its characters."""
    name: list[re.Match[str]] = []
    for token in reversed(list(_TOKEN.finditer(before))):
        follows_initial = bool(name) and len(name[-1].group().strip(".")) == 1
        gap = before[token.end() : name[-1].start() if name else len(before)]
        if re.fullmatch(r"[ ]{0,2}|,[ ]?" if follows_initial else r"[ ^]{0,2}", gap) is None:
            break
        evidence = Evidence.LABEL if is_sure or name else Evidence.ROLE
        if not _is_part(token.group(), name, evidence, is_lower=written.islower(), is_loud=before.isupper()):
            break
        name.append(token)
    if not any(len(token.group().strip(".")) > 1 for token in name) or ends_like_a_term(name[0].group()):
        return None
    return name[-1].start(), name[0].end()


def _is_part(token: str, name: list[re.Match[str]], evidence: Evidence, *, is_lower: bool, is_loud: bool) -> bool:
    word = token.rstrip(".")
    if len(word) == 1:
        return word.isupper() or (is_lower and token.endswith(".") and bool(name))
    if token.endswith(".") or (name and word[0].isupper() != name[0].group()[0].isupper()):
        return False
    shows_case = word[0].isupper() and not (word.isupper() and is_loud)
    return is_name(word, evidence, shows_case=shows_case, case_is_open=is_lower or is_loud)
