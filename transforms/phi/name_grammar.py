"""Reads a name at a place of a text: initials, particles, given names and surnames, in any case, up to what is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.word_lists import words_of
from .lexicon import is_known
from .name_words import NAMES_THAT_ARE_WORDS, Evidence, ends_like_a_term, is_frequent_name, is_name, names_nobody

LETTER = r"(?:[^\W\d_][\u0300-\u036f]{0,3}+)"
"""With its combining marks, where they are characters of their own."""
_PART = re.compile(
    rf"{LETTER}{{2,40}}(?:['’]{LETTER}{{1,40}}|(?:[-‐‑]|(?<=St)\.\s?){LETTER}{{1,40}}){{0,3}}|{LETTER}['’]{LETTER}{{2,40}}"
)
_INITIALS = re.compile(rf"{LETTER}(?:\.[ ]?-?{LETTER}(?!{LETTER})){{0,3}}(?![^\W_]|['’])\.?")
_PARTICLES = re.compile(
    r"(?i:de la|de las|de los|de|del|della|dell|di|da|do|dos|das|du|des|d|la|le|van de[rn]?|van|von der|von|vom|der|den"
    r"|ter|ten|te"
    r"|op|zu|zum|zur|al|el|bin|ibn|ben|abu|af|av|st|mac|mc|’t|'t)(?:[ ]{1,2}|['’-](?=\w)|\.[ ]?)"
)
_TITLES_WITHIN = re.compile(
    r"(?:(?i:prof|professor|drs?|pd|priv|doz|med|dent|phil|rer|nat|h\.c|univ|habil|dipl|ing|mag|herrn?|frau|mrs?|ms|sir"
    r"|dott|ssa|dra"
    r"|sra?|mme|mevr|dhr|mw|prim|oa|oä|ra|doctor|docteur|the|fr|kolleg(?:e|en|in)|koll|lek|hab|mudr|mgr|bc|doc|uzm|op|doç"
    r"|signora?|sig|señora?|monsieur|madame|mister|miss|sn)\b\.?[ -]{0,2}){1,8}"
)
_BETWEEN = re.compile(r"[ \u00a0]{1,3}(?!-\s)|[ ]?\^{1,3}|_|\.(?=[^\W\d_])")
_COMMA = re.compile(r"[ ]?,[ ]{0,2}")
_AND = re.compile(r"[ ]?(?:[/&+]|,?[ ](?:and|und|et|y|e|en|och|og|ja|ve|oraz|и|та)\b)[ ]?", re.I)
_TWO_OR_THREE_INITIALS = re.compile(rf"(?:{LETTER}{{2,3}}(?![\w'’])|{LETTER}\.[ ]?{LETTER}\.?(?:[ ]?{LETTER}\.?)?(?![\w'’]))")
_LOGIN = re.compile(
    r"[a-z][a-z0-9]{0,20}(?:[._-][a-z0-9]{1,20}){1,3}(?![\w@])|[a-z]{2,12}[0-9]{1,4}(?![\w@.])"
    r"|[A-Z]{2,4}[0-9]{1,4}(?![\w@.])",
    re.A,
)
_INITIAL_BEFORE = re.compile(r"(?<![^\W\d_])[^\W\d_]\.[ ]?$")
_LONGEST_INITIAL = 4
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwz")
_DUTCH_PARTICLES = re.compile(r"(?:[Vv]an(?: de[nr]?)?|[Tt]e[nr]|in 't)")
_WORD_FOLLOWS = re.compile(rf"[ ]{LETTER}")
_NO_INITIALS = frozenset(
    words_of("""
    CT MR MRI US XR CR DX DR NM PT PET MG XA RF NO NA YES NR ED ER GP ICU OR IV PRN AI QA QC RM TC RX TAC ECO IRM TDM
    RMN ECG EKG
    MRA CTA OK KM
    """)
)
_ARTICLES = frozenset("de la le der den el al das des du del della te ten op".split())  # noqa: SIM905
_MOST_PARTS = 4
_MOST_PARTS_WITHOUT_CASE = 2
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Context:
    """What stands in front of a name.

    Attributes:
        evidence: How much it says that a name follows.
        near: The word in front. Where that is in capitals, capitals say nothing.
        follows_preposition: An article may follow: "door de afdeling".
        takes_initials: Initials or the name of a user may follow: "operator JS".
        needs_proof: Nothing but a name in the form of one counts: with an initial, or a part that is a frequent name.
        case_proves: Two parts with capitals are such a form as well.
    """

    evidence: Evidence
    near: str
    follows_preposition: bool = False
    takes_initials: bool = False
    needs_proof: bool = False
    case_proves: bool = True

    def is_name(self, part: str, first: str) -> bool:
        """Whether a part is of the name that a first part began ("" where it is the first)."""
        if first and (first[0].isupper() != part[0].isupper() or first.isupper() != part.isupper()):
            return False
        is_loud = part.isupper() and self.near.isupper() and len(self.near) > 1
        # English has capitals within a sentence for names alone: "patient Fleming", not "Patient Positioning".
        is_within_sentence = self.evidence is Evidence.ROLE and self.near.islower() and part.istitle()
        evidence = max(self.evidence, Evidence.LABEL) if first or is_within_sentence else self.evidence
        has_no_case = part[0].lower() == part[0].upper()
        case_is_open = self.near.islower() or self.near.isupper() or has_no_case
        return is_name(part, evidence, shows_case=part[0].isupper() and not is_loud, case_is_open=case_is_open)


def names_at(text: str, position: int, context: Context) -> Iterator[tuple[int, int]]:
    """Half-open ranges of characters of the names that begin at a position: one, or several with "and" between them."""
    for _ in range(_MOST_NAMES):
        start = skip(_TITLES_WITHIN, text, position)
        end = _login_end(text, start) if context.takes_initials and context.evidence >= Evidence.LABEL else None
        end = name_end(text, start, context) if end is None else end
        if end is None and context.takes_initials:
            end = _initials_end(text, start, context.evidence)
        if end is None or (context.needs_proof and not is_proven(text[start:end], case_proves=context.case_proves)):
            return
        yield start, end
        more = _AND.match(text, end)
        if more is None:
            return
        position = more.end()


_PROOF = re.compile(rf"(?:^|[ ])(?=[^\W\d_a-z]){LETTER}(?:\.|(?=[ ]|$))")
_FEWEST_PARTS = 2


def is_proven(name: str, *, case_proves: bool = True) -> bool:
    """Whether a name has an initial beside a word, a part that is a frequent name, or two parts with capitals."""
    words = [word for word in _PART.findall(name) if not (names_nobody(word) or is_known(word))]
    if not words:
        return False
    has_parts = len(words) >= _FEWEST_PARTS and all(word[0].isupper() and not word.isupper() for word in words)
    return (case_proves and has_parts) or _PROOF.search(name) is not None or any(map(is_frequent_name, words))


def name_end(text: str, position: int, context: Context) -> int | None:
    """Where a name ends that begins at a position, or None: up to a term, a common word, another case, or a sign."""
    end, first, is_turned = None, "", False
    behind_initial = replace(context, evidence=max(context.evidence, Evidence.LABEL))
    for count in range(_MOST_PARTS):
        if (initial := _initial_end(text, position, context, first)) is not None:
            # "SMITH A", but not "PAZIENTE SMITH A DIGIUNO".
            is_last = text[initial - 1] == "." or (text[position].isupper() and _WORD_FOLLOWS.match(text, initial) is None)
            end = initial if count and is_last else end
            position = skip(_BETWEEN, text, initial)
            continue
        part = _part_at(text, position, behind_initial if count else context, first)
        if part is None:
            break
        first, end = first or part.group(), part.end()
        if count + 1 >= _MOST_PARTS_WITHOUT_CASE and first.islower():
            break
        between = _BETWEEN.match(text, end)
        may_turn = not is_turned and (count == 0 or context.evidence >= Evidence.LABEL)
        if between is None and may_turn and _is_turned(text, end, context, first):
            between, is_turned = _COMMA.match(text, end), True
        if between is None:
            break
        position = between.end()
    return end


_WORD_OF_CLAUSE = re.compile(
    rf"(?P<initial>{LETTER}\.?(?![^\W_]))|(?P<word>{LETTER}{{2,40}}(?:['’‐‑-]{LETTER}{{1,40}}){{0,3}})"
)
_END_OF_CLAUSE = re.compile(r"[ \t]*(?:[;\n]|\.(?:\s|$)|$)")
_MOST_WORDS_OF_CLAUSE = 4


def clause_end(text: str, position: int, first: str = "") -> int | None:
    """Where a clause ends of which every word may be of a name, since none is a term or a common word; None for others.

    Behind the sign of a label that is the whole name, whatever endings its words have: "Médico: ramona caballero-benavente".
    An initial shows that one word behind it is a name, whatever it means elsewhere: "Médico: a. izquierdo".

    Args:
        text: Any text.
        position: Where the words begin, behind a label with a sign or behind a name.
        first: The first word of a name in front of the position; the others have its case.
    """
    end, has_word = None, bool(first)
    for _ in range(_MOST_WORDS_OF_CLAUSE):
        if end is not None and _END_OF_CLAUSE.match(text, end):
            break
        position = skip(_BETWEEN, text, skip(_COMMA, text, position))
        while particle := _PARTICLES.match(text, position):
            position = particle.end()
        found = _WORD_OF_CLAUSE.match(text, position)
        if found is None:
            return None
        word = found["word"]
        if word is not None:
            is_after_initial = end is not None and not has_word and text[end - 1] == "."
            if not (is_after_initial or _may_be_name(word, first)):
                return None
            first, has_word = first or word, True
        end = position = found.end()
    return end if end is not None and has_word and _END_OF_CLAUSE.match(text, end) else None


def _may_be_name(word: str, first: str) -> bool:
    has_other_case = bool(first) and (first[0].isupper() != word[0].isupper() or first.isupper() != word.isupper())
    parts = re.split(r"[‐‑-]", word)
    return not (has_other_case or ends_like_a_term(word) or any(is_known(part) or names_nobody(part) for part in parts))


def _initial_end(text: str, position: int, context: Context, first: str) -> int | None:
    found = _INITIALS.match(text, position)
    if found is None:
        return None
    is_sure = found.group()[0].isupper() or found.group().endswith(".")
    if is_sure or (context.evidence >= Evidence.LABEL and (not first or first.islower())):
        return found.end()
    # "nurse t miller", but not "patient a smoker".
    return found.end() if not first and found.group() in _CONSONANTS and _BETWEEN.match(text, found.end()) else None


def _part_at(text: str, position: int, context: Context, first: str) -> re.Match[str] | None:
    """The part of a name at a position, with the particles in front of it."""
    start = position
    while found := _PARTICLES.match(text, start):
        start = found.end()
    part = _PART.match(text, start) or _PART.match(text, position)
    if part is None:
        return None
    particles = text[position : part.start()].strip()
    is_dutch = part.group().istitle() and context.evidence >= Evidence.ROLE and _DUTCH_PARTICLES.fullmatch(particles)
    if (
        not is_dutch
        and not context.is_name(part.group(), first)
        and not (_is_surname_behind_initial(text, part, first) if first else _has_surname_behind(text, part, context))
    ):
        return None
    is_article = context.follows_preposition and not first and particles.lower() in _ARTICLES and part.group()[0].islower()
    return None if is_article and not _is_frequent_with(particles, part.group()) else part


def _has_case_of(word: str, first: str) -> bool:
    return first[0].isupper() == word[0].isupper() and first.isupper() == word.isupper()


def _is_surname_behind_initial(text: str, part: re.Match[str], first: str) -> bool:
    """Whether a word stands behind a given name and an initial with a full stop, so that its ending says nothing."""
    word = part.group()
    has_same_case = _has_case_of(word, first)
    follows_initial = _INITIAL_BEFORE.search(text, max(0, part.start() - _LONGEST_INITIAL), part.start()) is not None
    return follows_initial and has_same_case and not (is_known(word) or names_nobody(word))


def _has_surname_behind(text: str, part: re.Match[str], context: Context) -> bool:
    """Whether what looks like a term or a word is a given name, since a surname follows: "Radiologist: Antero Lehtinen"."""
    word, is_capitalised = part.group(), part.group().istitle()
    is_label = context.evidence >= Evidence.LABEL or (context.near.islower() and is_capitalised)
    is_name_too = is_capitalised and word.lower() in NAMES_THAT_ARE_WORDS
    if not is_label or (names_nobody(word) and not is_name_too) or (is_known(word) and not is_capitalised):
        return False
    between = _BETWEEN.match(text, part.end())
    position = between.end() if between else len(text)
    initial = _INITIALS.match(text, position)
    surname = _PART.match(text, skip(_BETWEEN, text, initial.end()) if initial else position)
    if surname is None or surname.group()[0].isupper() != word[0].isupper():
        return False
    evidence = Evidence.ROLE if is_capitalised else Evidence.LABEL
    return is_name(surname.group(), evidence, shows_case=surname.group().istitle())


def _is_frequent_with(particles: str, part: str) -> bool:
    return is_frequent_name(part) or is_frequent_name(re.sub(r"[ .'’]", "", particles) + part)


def _is_turned(text: str, end: int, context: Context, first: str) -> bool:
    """Whether a comma parts a surname from the given name behind it."""
    comma = _COMMA.match(text, end)
    if comma is None:
        return False
    given = _PART.match(text, comma.end())
    if given is None:
        return _INITIALS.match(text, comma.end()) is not None
    word = given.group()
    if word.lower() in NAMES_THAT_ARE_WORDS and context.evidence >= Evidence.LABEL and _has_case_of(word, first):
        return True
    if word[0].isupper() != first[0].isupper() or names_nobody(word):
        return False
    evidence = max(min(context.evidence, Evidence.LABEL), Evidence.ROLE)
    return is_frequent_name(word) or is_name(word, evidence, shows_case=word.istitle(), case_is_open=not word.istitle())


def _login_end(text: str, position: int) -> int | None:
    """Where the name of a user ends that stands at a position: "q.miller", "miller2"."""
    found = _LOGIN.match(text, position)
    return found.end() if found else None


def _initials_end(text: str, position: int, evidence: Evidence) -> int | None:
    """Where initials end that stand at a position."""
    found = _TWO_OR_THREE_INITIALS.match(text, position)
    if found is None:
        return None
    letters = found.group()
    if "." in letters:
        return found.end()
    if names_nobody(letters) or letters in _NO_INITIALS:
        return None
    if letters.isupper():
        return found.end() if evidence >= Evidence.LABEL or not is_known(letters) else None
    return found.end() if evidence >= Evidence.LABEL and letters.islower() and not is_known(letters) else None


def skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where a pattern ends that may stand at a position."""
    found = pattern.match(text, position)
    return found.end() if found else position
