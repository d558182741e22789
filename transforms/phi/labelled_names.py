"""Finds names beside a label or a title, in any case: "Radiologist: A. Miller", "referred by miller", "Dr. Miller"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finders import Finders
from .name_grammar import Context, clause_end, names_at, skip
from .name_words import Evidence
from .names_in_front import FIRST_LETTERS, name_in_front
from .person_labels import (
    BY,
    CAPITALISED_TITLES,
    FIELDS,
    MAIDEN_NAMES,
    NOT_BEFORE_NAME,
    PROFESSIONS_BEHIND,
    ROLES,
    STAFF,
    TERMS_AS_TITLES,
    TITLES,
    TO,
    VERBS,
)
from .rules import Found, Rule

_SIGN = re.compile(r"\s{0,3}[:=：]\s{0,3}|[ ](?:is|was|ist|war|est|era|es|è)[ ]{1,3}(?::[ ])?")
_SPACE = re.compile(
    r"\.?[ \t\u00a0]{1,3}(?:[-–—][ ]{1,3})?|\.(?i:ra|ssa)\b\.?[ ]|\.(?=[^\W\d_])|[ ]?[-–—][ ]|[ ]?[(\[\"']|\.?\r?\n[ ]{0,3}"
    r"|_|\^"
)
_REST_OF_LABEL = re.compile(
    r"(?:\([sS]\)|['’]s|in)?(?:/in)?(?:[ ]{1,2}(?i:full|first|last|family|given|middle|maiden))?"
    r"(?:[ ]{1,2}(?i:names?|initials|identity))?\.?(?![^\W\d_])"
)
_QUALIFIER = re.compile(
    r"[ ](?:traitante?|prescripteur|référent|demandeur|curante|richiedente|solicitante|tratante|responsable|responsabile"
    r"|anforderende"
    r"|behandelnder?|behandelend|on (?:call|duty)|in charge|remittente|peticionario|de famille|de cabecera|di base|esecutore"
    r"|refertatore|refertante|informante)(?![^\W\d_])",
    re.I,
)
_IN_PLACE_OF = re.compile(r"i\.\s?A(?=\.)")
_DISEASES = frozenset(
    [
        "addison",
        "alzheimer",
        "basedow",
        "bechterew",
        "behçet",
        "behcet",
        "boeck",
        "crohn",
        "cushing",
        "dupuytren",
        "fabry",
        "gaucher",
        "hodgkin",
        "kahler",
        "kienböck",
        "köhler",
        "ledderhose",
        "meniere",
        "menière",
        "ormond",
        "osgood",
        "osler",
        "paget",
        "parkinson",
        "perthes",
        "raynaud",
        "recklinghausen",
        "scheuermann",
        "schlatter",
        "sudeck",
        "waldenström",
        "wegener",
        "werlhof",
        "whipple",
        "wilson",
        "still",
        "hirschsprung",
        "biceps",
        "triceps",
        "quadriceps",
        "psoas",
        "gluteus",
        "tuberculosis",
    ]
)
"""What "M." stands in front of as "morbus", "musculus" or "mycobacterium"."""
_PARTICIPLES = frozenset().union(*BY.values())
_NAME_FIELDS = frozenset(("name", "names", "nom", "nombre", "nome", "naam"))
_DOCTORS = frozenset(("dr", "doctor", "drs", "docteur", "doktor"))
_SURE_LABELS = STAFF | _NAME_FIELDS | frozenset(("patientname", "surname", "forename", "nachname", "vorname", "apellidos"))
"""Behind them and a sign stands a person and nothing else."""
_INITIAL = re.compile(r"[^\W\d_]\.[ ]?[^\W\d_]")
_FIRST_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_WORD = 30
_LONGEST_GAP = 3


def find_name_beside(text: str, start: int, end: int) -> Iterator[Found]:
    """Names beside one word, if the word is a label or a title.

    Args:
        text: Any text.
        start, end: Half-open range of characters of a word: letters alone.
    """
    word = text[start:end].lower()
    yield from _behind(text, start, end, word)
    if word in PROFESSIONS_BEHIND or word in ROLES or word in FIRST_LETTERS:
        span = name_in_front(text, start, end, is_role=word in ROLES and word not in PROFESSIONS_BEHIND)
        if span is not None:
            yield Found(*span, Rule.TITLED_NAME)


def _behind(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    near = text[start:end]
    if word == "i":
        if title := _IN_PLACE_OF.match(text, start):
            yield from _beside(text, title.end(), Context(Evidence.ROLE, near), Rule.ROLE_NAME)
    elif word in BY and _follows(text, start, BY[word]):
        context = Context(Evidence.LABEL, near, follows_preposition=True, takes_initials=True)
        yield from _beside(text, end, context, Rule.LABELLED_NAME)
    elif (word in TO and _follows(text, start, TO[word])) or word in MAIDEN_NAMES:
        yield from _beside(text, end, Context(Evidence.ROLE, near), Rule.ROLE_NAME)
    elif word in VERBS:
        yield from _beside(text, end, Context(Evidence.VERB, near), Rule.ROLE_NAME)
    elif word in ROLES or word in FIELDS or word in _PARTICIPLES:
        yield from _behind_label(text, start, end, word)
    if word in TITLES:
        yield from _behind_title(text, start, end, word)


def _follows(text: str, start: int, words: frozenset[str]) -> bool:
    """Whether one of these words stands in front of a position, with a space or the like between."""
    end = start
    while end > max(0, start - _LONGEST_GAP) and text[end - 1] in " \t\n'’.-":
        end -= 1
    first = end
    while first > max(0, end - _LONGEST_WORD) and text[first - 1].isalpha():
        first -= 1
    return first < end < start and text[first:end].lower() in words


def _beside(text: str, end: int, context: Context, rule: Rule) -> Iterator[Found]:
    sign = _SIGN.match(text, end) or _SPACE.match(text, end)
    if sign is None:
        return
    names = list(names_at(text, sign.end(), context))
    is_initial = context.evidence >= Evidence.LABEL and _INITIAL.match(text, sign.end()) is not None
    if not names and is_initial and (name := clause_end(text, sign.end())) is not None:  # "referred by f. she"
        names = [(sign.end(), name)]
    yield from (Found(*span, rule) for span in names)


def _behind_label(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    """Behind a field or a profession, with a sign; behind a profession, a patient or a relative also without."""
    if word in _NAME_FIELDS and _follows(text, start, NOT_BEFORE_NAME):
        return
    rest = skip(_REST_OF_LABEL, text, skip(_QUALIFIER, text, end))
    end = rest if _SIGN.match(text, rest) or _SPACE.match(text, rest) else end
    near = text[start:end]
    if sign := _SIGN.match(text, end):
        context = Context(Evidence.LABEL, near, takes_initials=word in STAFF or word not in ROLES)
        yield from (Found(*span, Rule.LABELLED_NAME) for span in _names_of_label(text, sign.end(), context, word))
    elif word in ROLES:
        context = Context(Evidence.ROLE, near, takes_initials=word in STAFF and not near.isupper())
        yield from _beside(text, end, context, Rule.ROLE_NAME)


def _names_of_label(text: str, position: int, context: Context, word: str) -> Iterator[tuple[int, int]]:
    """The names behind the sign of a label, up to the end of the clause where all of its words may be of a name."""
    names = list(names_at(text, position, context))
    if names and names[0][0] == position:
        first = _FIRST_WORD.search(text, *names[-1])
        end = clause_end(text, names[-1][1], first.group() if first else "") if word in _SURE_LABELS else None
        names[-1] = names[-1] if end is None else (names[-1][0], end)
    elif not names and word in _SURE_LABELS and (end := clause_end(text, position)) is not None:
        names = [(position, end)]
    yield from names


def _behind_title(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    written, has_dot = text[start:end], text[end : end + 1] == "."
    is_lower_monsieur = (
        written == "m" and has_dot and re.search(r"(?:^|[.,;:(\n])\s*$", text[max(0, start - 4) : start]) is not None
    )
    needs_capital = word in CAPITALISED_TITLES and not is_lower_monsieur and text[end : end + 3].lower() != ".ra"
    sign = _SPACE.match(text, end)
    follows_number = text[max(0, start - 2) : start].strip()[-1:].isdigit()  # 5 ms, 5 Fr
    if sign is None or follows_number or (word == "m" and not has_dot):
        return
    if needs_capital and not (_has_case_of_title(written) and text[sign.end() : sign.end() + 1].isupper()):
        return
    if (
        word in ("m", "fr", "hr")
        and (behind := re.compile(r"[^\W\d_]+").match(text, sign.end()))
        and behind.group().lower() in _DISEASES
    ):
        return
    context = Context(_evidence_of(word, written, has_dot=has_dot, is_lower_monsieur=is_lower_monsieur), written)
    yield from (Found(*span, Rule.TITLED_NAME) for span in names_at(text, sign.end(), context))


def _has_case_of_title(written: str) -> bool:
    return written[0].isupper() and (len(written) == 1 or not written.isupper())


def _evidence_of(word: str, written: str, *, has_dot: bool, is_lower_monsieur: bool) -> Evidence:
    if written.istitle() or (has_dot and not is_lower_monsieur):
        return Evidence.TITLE
    if word in _DOCTORS:  # Also a verb, or a modality.
        return Evidence.LABEL
    if word in ("mr", "ms") or is_lower_monsieur:
        return Evidence.VERB
    return Evidence.ROLE if word in TERMS_AS_TITLES else Evidence.TITLE


_EAST_ASIAN = re.compile(
    r"(?<![\u3400-\u9fff々])(?P<han>[\u3400-\u9fff々]{1,4})(?=先生|様|さん|氏(?!名)|医師|医生|大夫|主任|殿)"
    r"|(?<![\uac00-\ud7a3])(?P<hangul>[\uac00-\ud7a3]{3})(?=[ ]?(?:환자|님|선생|의사|씨|교수))"
)
_NO_EAST_ASIAN_NAMES = re.compile("担当|主治|放射|執刀|患者|読影|依頼|専門|外科|内科|当直|看護|主任|病人|皆|技師")


def find_east_asian_names(text: str) -> Iterator[Found]:
    """Names in front of a title in Japanese, Chinese and Korean, whose words have no spaces between."""
    for found in _EAST_ASIAN.finditer(text):
        if _NO_EAST_ASIAN_NAMES.search(found.group()) is None:
            yield Found(*found.span(), Rule.TITLED_NAME)


FINDERS: Finders = dict.fromkeys(
    TITLES
    | ROLES
    | FIELDS
    | _PARTICIPLES
    | MAIDEN_NAMES
    | VERBS
    | PROFESSIONS_BEHIND
    | BY.keys()
    | TO.keys()
    | FIRST_LETTERS
    | {"i"},
    (find_name_beside,),
)
"""Each word, in lower case, that a name may stand beside."""
