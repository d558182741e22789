"""Finds names in front of a degree, a profession or a verb: "Miller, MD", "J. Miller RN", "A. Miller (radiographer)"."""

from __future__ import annotations

import re
from enum import Enum

from ..core.word_lists import words_of
from .degrees import DEGREES, DOUBTFUL_DEGREES, GRADES
from .lexicon import is_known
from .name_grammar import LETTER
from .name_words import Evidence, ends_like_a_term, is_frequent_name, is_name, names_nobody
from .person_labels import ROLES

_TOKEN = re.compile(rf"{LETTER}[^\W\d_'’-]*+(?:['’-]{LETTER}+)*\.?")
_SIGN = re.compile(r"(,[ ]{0,2}|[ ]?[(\[]|[ ]?[-–—/:][ ]|['’]s[ ]|[ ]{1,2})$")
_DOTTED = re.compile(r"(?:[A-Za-z]{1,3}\.[ ]?){1,6}[A-Za-z]{1,3}(?![^\W\d_])")
_DOTTED_BEFORE = re.compile(r"(?:^|[\s,(])(?:[A-Za-z]{1,3}\.[ ]?)$")
_GRADE = re.compile(r"[- ]?[1-9](?![\w.,]\d)")
_ADJECTIVES = re.compile(
    r"(?:(?:consultant|consulting|senior|junior|chief|staff|attending|medical|lead|leading|clinical|specialist|registered|diagnostic"
    r"|interventional|certified|breast|on[ -]call|duty|acting|locum|visiting|referring|reporting|reading|ordering|treating"
    r"|patient['’]?s|pt['’]?s|his|her|their|the|a|an|your|my|our|next of|legal|cardiac|ultrasound|x-ray|ct|mri?|radiology|night"
    r"|\d(?:st|nd|rd|th)[ -]year|leitender|leitende|behandelnder|zuweisender|diensthabender|seine|ihre|die|der|médecin|chef|son"
    r"|sa|le|la|médico|medico|su|sua|il|haar|zijn|de)[ ]){1,3}$",
    re.I,
)
_VERBS = frozenset(
    words_of("""
    dictated reported reviewed performed scanned signed verified interpreted approved notified informed requested called
    transcribed assisted injected cannulated supervised examined acknowledged paged attended agrees agreed concurs concurred
    was is has will would confirmed stated phoned rang replied
    befundet diktiert validiert vidiert untersucht informiert angerufen
    """)
)
_TITLES_BEHIND = frozenset(("bey", "hanım", "beyefendi", "hanımefendi"))
_KNOWN_TWO_PARTS = 2
FIRST_LETTERS = frozenset(word[:length] for word in DEGREES for length in (1, 2) if len(word) > length)
"""The first letters of degrees that are written with dots: M.D., Ph.D."""
IN_FRONT_OF = DEGREES | DOUBTFUL_DEGREES | GRADES | ROLES | _VERBS | _TITLES_BEHIND
"""Words, in lower case, that a name may stand in front of."""
_LOOK_BACK = 80
_LONGEST_SIGN = 3
_LONGEST_ADJECTIVES = 40


class _Kind(Enum):
    """What stands behind a name.

    A sure degree needs no sign in front of it. A profession is apart from the name, in brackets or behind a comma or
    a dash. What
    is a term as well needs a whole name, and so does a verb.
    """

    DEGREE = 1
    DOUBTFUL = 2
    ROLE = 3
    VERB = 4
    TITLE = 5


def name_in_front(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The half-open range of characters of a name in front of one word.

    Args:
        text: Any text.
        start, end: Of the word, a degree, a profession, or a verb.
    """
    kind = _kind_at(text, start, end)
    if kind is None or (kind is _Kind.VERB and not _follows_capital(text, start)):
        return None
    if kind is _Kind.ROLE:
        adjectives = _ADJECTIVES.search(text, max(0, start - _LONGEST_ADJECTIVES), start)
        start = adjectives.start() if adjectives and adjectives.start() else start
    sign = _SIGN.search(text, max(0, start - _LONGEST_SIGN), start)
    mark = sign.group().strip() if sign else ""
    if sign is None or not _fits(kind, mark, text, end):
        return None
    base = max(0, sign.start() - _LOOK_BACK)
    before = text[base : sign.start()]
    if kind is not _Kind.VERB and mark != "-" and (whole := _turned_name(before)) is not None:
        return base + whole[0], base + whole[1]
    name = _name_at_end(before, text[start:end], is_sure=bool(mark) and kind is _Kind.DEGREE)
    if name is None:
        return None
    if kind in (_Kind.DOUBTFUL, _Kind.VERB) or mark.endswith("s"):
        is_clause = name[0] == max((found.end() for found in _CLAUSE_START.finditer(before)), default=0)
        if not _is_whole(before[slice(*name)], has_sign=bool(mark), is_clause=is_clause):
            return None
    return base + name[0], base + name[1]


def _follows_capital(text: str, start: int) -> bool:
    """Whether a word with a capital stands directly in front of a place."""
    first = text.rfind(" ", max(0, start - _LOOK_BACK), max(0, start - 1)) + 1
    return text[max(first, start - _LOOK_BACK, 0)].isupper() if start else False


def _kind_at(text: str, start: int, end: int) -> _Kind | None:
    word = text[start:end].lower()
    if _is_dotted_degree(text, start, end) or (word == "pa" and text[end : end + 2].lower() == "-c"):
        return _Kind.DEGREE
    if word in GRADES and _GRADE.match(text, end):
        return _Kind.ROLE
    if word in DOUBTFUL_DEGREES and (text[start:end].isupper() or text[start:end] == "SpR"):
        return _Kind.DOUBTFUL if text[end : end + 1] != "(" else _Kind.DEGREE
    return _KINDS.get(word) if word not in _TITLES_BEHIND or not text[start:end].islower() else None


_KINDS = {
    **dict.fromkeys(_TITLES_BEHIND, _Kind.TITLE),
    **dict.fromkeys(_VERBS, _Kind.VERB),
    **dict.fromkeys(ROLES, _Kind.ROLE),
    **dict.fromkeys(DEGREES, _Kind.DEGREE),
}


def _is_dotted_degree(text: str, start: int, end: int) -> bool:
    """Whether a degree that is written with dots begins at a place: "M.D.", "Ph.D."."""
    if text[end : end + 1] != "." or text[start:end].lower() not in FIRST_LETTERS:
        return False
    dotted = _DOTTED.match(text, start)
    if dotted is None or _DOTTED_BEFORE.search(text, max(0, start - 5), start) is not None:
        return False
    letters = re.sub(r"[^a-z]", "", dotted.group().lower())
    return letters in DEGREES or letters in ("do", "np", "rt", "pa", "ma", "ba")


def _fits(kind: _Kind, mark: str, text: str, end: int) -> bool:
    """Whether the sign between a name and what stands behind it is one that may stand there."""
    if kind in (_Kind.VERB, _Kind.TITLE):
        return not mark
    if kind is not _Kind.ROLE:
        return mark not in ("-", "–", "—", "/", ":")
    return bool(mark) and (mark not in "([" or _CLOSED.match(text, end) is not None)


_NUMBER_BEFORE = re.compile(r"\d[ ]?$")
_LONGEST_UNIT = 4
_GIVEN_NAME_BEFORE = re.compile(r"(?<![^\W\d_])(?:[^\W\d_a-z]\.?|[^\W\d_a-z][^\W\d_A-Z]{2,20}(?:-[^\W\d_]{2,20})?)[ ]$")
_CLOSED = re.compile(r"[^\[(\n;]{0,24}[)\]]|[,;.]")


def _is_whole(name: str, *, has_sign: bool, is_clause: bool) -> bool:
    """Whether a name has two parts, one of them an initial or a frequent name, in a case that shows it; or a sign
    behind it."""
    words = [word.strip(".") for word in name.split()]
    if name.islower() or len(words) < _KNOWN_TWO_PARTS:
        return is_clause and has_sign and name.istitle() and any(map(is_frequent_name, words))
    are_names = not any(len(word) > 1 and (is_known(word) or names_nobody(word)) for word in words)
    return are_names and (any(len(word) == 1 or is_frequent_name(word) for word in words) or (has_sign and name.istitle()))


_TURNED = re.compile(
    rf"(?<![^\s(])(?:(?i:van|de|den|der|von|di|da|la|el|al|dos|du|ten|ter)[ ]){{0,3}}"
    rf"(?P<surname>{LETTER}{{1,40}}(?:['’‐‑-]{LETTER}{{1,40}}|-(?:van|de|von)(?:[ ]de[nr])?[ ]{LETTER}{{2,40}}"
    rf"|[ ]{LETTER}{{2,40}}){{0,3}}),[ ]?(?P<given>{LETTER}{{1,40}}(?:[ ‐‑-]{LETTER}{{1,40}}){{0,2}}\.?)$"
)
_CLAUSE_START = re.compile(r"[.;:(\n]\s*")
_WITHIN = frozenset(("van", "de", "den", "der", "von", "di", "da", "la"))


def _turned_name(before: str) -> tuple[int, int] | None:
    """The name with which a text ends, the surname first: "Miller, Anna". It is all of its clause, and none of it is
    a term."""
    clause = max((found.end() for found in _CLAUSE_START.finditer(before)), default=0)
    found = _TURNED.match(before, clause)
    if found is None:
        return None
    words = re.split(r"[ ‐‑-]", f"{found['surname']} {found['given'].rstrip('.')}")
    shows_case = not words[0].isupper()
    are_names = all(
        len(word) == 1
        or is_frequent_name(word)
        or is_name(word, Evidence.LABEL, shows_case=shows_case and word[0].isupper(), case_is_open=True)
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
        follows_given_name = _GIVEN_NAME_BEFORE.search(before, 0, token.start()) is not None and token.group().istitle()
        evidence = Evidence.LABEL if is_sure or name or follows_given_name else Evidence.ROLE
        if len(token.group()) < _LONGEST_UNIT and _NUMBER_BEFORE.search(before, 0, token.start()):  # "1.5 T. Miller, RN"
            break
        if not _is_part(token.group(), name, evidence, is_lower=written.islower(), is_loud=before.isupper()):
            break
        name.append(token)
    if not any(len(token.group().strip(".")) > 1 for token in name) or ends_like_a_term(name[0].group()):
        return None
    return name[-1].start(), name[0].end()


def _is_part(token: str, name: list[re.Match[str]], evidence: Evidence, *, is_lower: bool, is_loud: bool) -> bool:
    word = token.rstrip(".")
    if len(word) == 1:
        return word.isupper() or (is_lower and (token.endswith(".") or not name))
    if token.endswith(".") or (name and len(name[0].group()) > 1 and word[0].isupper() != name[0].group()[0].isupper()):
        return False
    shows_case = word[0].isupper() and not (word.isupper() and is_loud)
    return is_name(word, evidence, shows_case=shows_case, case_is_open=is_lower or is_loud)
