"""Finds names beside a label or a title, in any case: "Radiologist: A. Miller", "referred by miller", "Dr. Miller"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..core.word_lists import words_of
from .eponyms import names_a_thing
from .finders import Finders
from .name_grammar import Context, clause_end, is_proven, names_at, skip
from .name_words import NAMES_THAT_ARE_WORDS, Evidence, is_frequent_name, is_name
from .names_in_front import FIRST_LETTERS, IN_FRONT_OF, name_in_front
from .person_labels import (
    ABBREVIATIONS,
    CAPITALISED_TITLES,
    DOUBTFUL_ABBREVIATIONS,
    DOUBTFUL_TITLES,
    FIELDS,
    GREETINGS,
    MAIDEN_NAMES,
    NEEDS_CAPITAL,
    NOT_BEFORE_NAME,
    QUALIFIERS,
    ROLES,
    STAFF,
    TERMS_AS_TITLES,
    TITLES,
    TITLES_OF_NAMES,
    TITLES_WITH_DOT,
    WITHOUT_SIGN,
)
from .person_phrases import AGENTS, BY, OF_PERSONS, OF_WORDS, TO, VERBS
from .rules import Found, Rule

_SIGN = re.compile(
    r"\.?\s{0,3}[:=：]\s{0,3}|[ ]{0,2}(?:\t{1,3}|->|=>|→|\|)[ \t]{0,2}|[ ](?:is|was|ist|war|est|era|es|è)[ ]{1,3}(?::[ ])?"
)
_WEAK_SIGN = re.compile(r"\.?[ ]?[-–—][ ]{1,2}|\.?[ ]?[(\[\"“«'][ ]?")
_SPACE = re.compile(
    r"[ ]?[(\[\"“«'][ ]?|\.?[ \t\u00a0]{1,3}(?:[-–—][ ]{1,3})?|\.(?i:ra|ssa|na)\b\.?[ ]|\.(?=[^\W\d_])|[ ]?[-–—][ ]"
    r"|\.?\r?\n[ ]{0,3}|_|\^|\.ª[ ]"
)
_COMMA_OR_SPACE = re.compile(r"[ ]?[,!:]\s{0,4}|[ ]{1,2}|\s{1,4}|[ ]?[-–—][ ]?")
_ENDING_OF_LABEL = re.compile(r"\([sS]\)|['’]s(?![^\W\d_])|\((?:in|e|a|n)\)|[/*:_·-](?:in|innen|e|a)(?![^\W\d_])|\(?s\)")
_WORD_OF_LABEL = re.compile(r"(?:\.?[ /-]{1,2}|['’])(?P<word>[^\W\d_]{1,20})(?![^\W\d_])")
_MOST_WORDS_OF_LABEL = 5
_DISEASES = frozenset(
    words_of("""
    addison alzheimer basedow bechterew behçet behcet boeck crohn cushing dupuytren fabry gaucher hodgkin kahler
    kienböck köhler ledderhose meniere menière ormond osgood osler paget parkinson perthes raynaud recklinghausen
    scheuermann schlatter sudeck waldenström wegener werlhof whipple wilson still hirschsprung biceps triceps
    quadriceps psoas gluteus tuberculosis levator masseter soleus deltoideus trapezius sartorius morbus bruton weber
    hoffa forestier
    """)
)
"""What "M." stands in front of as "morbus", "musculus" or "mycobacterium"."""
_PARTICIPLES = frozenset().union(*BY.values())
_NAME_FIELDS = frozenset(
    words_of("""
    name names nom nombre nome naam namn navn nimi nume név jméno meno imię adı surname forename prénom vorname
    nachname familienname apellidos apellido cognome sobrenome achternaam voornaam efternamn förnamn etternavn
    efternavn fornavn sukunimi etunimi nazwisko příjmení priezvisko prenume soyadı firstname lastname patientname
    patientenname geburtsname
    """)
)
_DOCTORS = frozenset(("dr", "doctor", "drs", "docteur", "doktor", "doctora", "doutor", "doutora"))
_HYPHENATED_TITLES = {"р": "д", "н": "г", "жа": "г"}
"""Second letters of Russian titles -> the first: д-р, г-н, г-жа."""
_SURE_LABELS = STAFF | _NAME_FIELDS
_SHORT = re.compile(r"(?P<first>[^\W\d_]{2,20})(?:,?[ ](?P<other>[^\W\d_]{2,20}))?(?=[ \t]*(?:[.;,)\]\n]|$))")
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
    if word not in _WORDS:  # A compound; it is looked at like a profession.
        word = _ANY_PROFESSION
    yield from (found for found in _behind(text, start, end, word) if not names_a_thing(text, found.start, found.end))
    if word in IN_FRONT_OF or word in FIRST_LETTERS:
        span = name_in_front(text, start, end)
        if span is not None:
            yield Found(*span, Rule.TITLED_NAME)


def _behind(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    if (
        word in _DOTTED_LABELS
        and text[max(0, start - 1) : start] in _SIGNS_BEFORE_DOTTED
        and (is_title := _dotted_label(text, start, word)) is not None
    ):
        yield from _behind_dotted(text, start, end, is_title=is_title)
    elif (word in ROLES or word in FIELDS or word in _PARTICIPLES) and (sign := _sign_of_label(text, end, word)):
        yield from _behind_sign(text, start, sign, word)
    else:
        yield from _without_sign(text, start, end, word)
    if word in TITLES or word in DOUBTFUL_TITLES:
        yield from _behind_title(text, start, end, word)
    elif word in _HYPHENATED_TITLES and text[max(0, start - 2) : start].lower() == _HYPHENATED_TITLES[word] + "-":
        yield from _beside(text, end, Context(Evidence.TITLE, text[start:end]), Rule.TITLED_NAME)


def _without_sign(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    near = text[start:end]
    if word in BY and _follows(text, start, BY[word]):
        context = Context(Evidence.LABEL, near, follows_preposition=True, takes_initials=True)
        yield from _beside(text, end, context, Rule.LABELLED_NAME)
    elif word in AGENTS or word in _FAINT_WORDS:
        yield from _behind_faint_word(text, start, end, word)
    elif word in MAIDEN_NAMES or (word in TO and _follows(text, start, TO[word])):
        found = _beside(text, end, Context(Evidence.ROLE, near, follows_preposition=True), Rule.ROLE_NAME)
        # "known as Baker cyst"
        yield from (one for one in found if word != "as" or _WORD_BEHIND.match(text, one.end) is None)
    elif word in OF_WORDS and _follows(text, start, OF_PERSONS):
        yield from _beside_verb(text, end, Context(Evidence.VERB, near, follows_preposition=True))
    elif word in VERBS:
        yield from _beside_verb(text, end, Context(Evidence.VERB, near))
    elif word in GREETINGS:
        yield from _behind_greeting(text, start, end)
    elif word in ROLES:
        yield from _behind_role(text, start, end, word)
    elif word in _NAME_FIELDS or word in WITHOUT_SIGN or word in _BABIES:
        yield from _behind_field(text, start, end, word)
    elif word in ABBREVIATIONS:
        yield from _behind_abbreviation(text, start, end)


_DOTTED_LABELS = {
    "hd": ("z.", "z. "),
    "händen": ("zu ",),
    "handen": ("zu ", "te "),
    "v": ("t.a.", "i.", "i. "),
    "a": ("i.", "i. ", "a.k.", "c.", "a/"),
    "o": ("i.", "b/"),
    "g": ("w.",),
    "to": ("f.",),
    "p": ("g.",),
    "о": ("ф.и.", "ф. и. "),
    "н": ("д.м.", "к.м."),
    "er": ("mbb'", "mbb’"),
    "w": ("d/",),
    "nb": ("i.",),
}
"""The last part of a label of several short parts -> what stands in front of it: "z. Hd.", "t.a.v.", "a.k.a.", "d/w"."""
_WORD_BEHIND = re.compile(r"[ ][^\W\d_]|['’]")
_SIGNS_BEFORE_DOTTED = frozenset("./'’ ")
_BABIES = frozenset(("boy", "girl"))


def _dotted_label(text: str, start: int, word: str) -> bool | None:
    for before in _DOTTED_LABELS[word]:
        first = start - len(before)
        if text[max(0, first) : start].lower() == before and not text[max(0, first - 1) : max(0, first)].isalpha():
            return word == "н"
    return None


def _behind_dotted(text: str, start: int, end: int, *, is_title: bool) -> Iterator[Found]:
    if sign := _SIGN.match(text, end) or _SIGN.match(text, skip(_FULL_STOP, text, end)):
        context = Context(Evidence.LABEL, text[start:end])
        yield from (Found(*span, Rule.LABELLED_NAME) for span in names_at(text, sign.end(), context))
        return
    evidence = Evidence.TITLE if is_title else Evidence.ROLE
    sign = _SPACE.match(text, end)
    if sign is not None:
        needs_proof = not is_title and (
            text[max(0, start - 2) : end].lower() == "i.v" or not text[sign.end() : sign.end() + 2].istitle()
        )
        context = Context(evidence, text[start:end].lower(), needs_proof=needs_proof)
        yield from (Found(*span, Rule.ROLE_NAME) for span in names_at(text, sign.end(), context))


_FULL_STOP = re.compile(r"\.")


def _beside_verb(text: str, end: int, context: Context) -> Iterator[Found]:
    """Behind a verb, with a capital; or what shows that it is a name: "paged j. miller"."""
    found = list(_beside(text, end, context, Rule.ROLE_NAME))
    yield from found or _beside(text, end, replace(context, evidence=Evidence.ROLE, needs_proof=True), Rule.ROLE_NAME)


def _behind_field(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    if word in _NAME_FIELDS and _follows(text, start, NOT_BEFORE_NAME):
        return
    if word in _BABIES and not _follows(text, start, frozenset(("baby", "twin"))):
        return
    label = _label_end(text, end)
    position = label + 2 if text[label : label + 2] in (". ", "\t ") else label + 1
    shows_case = text[position : position + 2].istitle() and word not in _FAINT_FIELDS and not text[start:end].isupper()
    context = Context(Evidence.ROLE, text[start:end], needs_proof=not shows_case)
    yield from _beside(text, label, context, Rule.ROLE_NAME)


_FAINT_WORDS = frozenset(("for", "under", "w", "o", "für", "pour", "para", "per", "voor", "für", "formerly"))
"""In front of persons as well, and of much else: "for J. Miller", "w/ Tom", "c/o Miller"."""


def _behind_faint_word(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    is_letter = len(word) == 1
    if word == "von" and not text[start].islower():  # "Von Rosen view"
        return
    if is_letter and not (text[end : end + 1] == "/" if word == "w" else text[max(0, start - 2) : start].lower() == "c/"):
        return
    evidence = Evidence.VERB if word not in AGENTS else Evidence.ROLE
    position = end + (word == "w")
    proof = word not in TO or not _follows(text, start, TO[word])
    yield from _beside(
        text, position, Context(evidence, text[start:end].lower(), needs_proof=proof, case_proves=False), Rule.ROLE_NAME
    )


def _behind_greeting(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Thank you, Tom", "Sincerely, A. Miller", "Dear Tom,"."""
    sign = _COMMA_OR_SPACE.match(text, end)
    if sign is None:
        return
    near = text[start:end]
    shows_case = text[sign.end() : sign.end() + 2].istitle()
    if text[start:end].lower() in _GREETINGS_WITH_COMMA and "," not in sign.group():
        return
    context = Context(Evidence.VERB if shows_case else Evidence.ROLE, near.lower() if shows_case else near)
    for first, last in names_at(text, sign.end(), context):
        if shows_case or "," in sign.group() or _END_OF_GREETING.match(text, last) or is_proven(text[first:last]):
            yield Found(first, last, Rule.ROLE_NAME)


_GREETINGS_WITH_COMMA = frozenset(("best", "ta", "bw", "kr", "fede", "vous"))
"""They are words or abbreviations as well."""
_END_OF_GREETING = re.compile(r"[ ]?(?:[,.!:;\n]|$)")


def _behind_abbreviation(text: str, start: int, end: int) -> Iterator[Found]:
    near, label = text[start:end], _label_end(text, end)
    if sign := _SIGN.match(text, label):
        shows_case = text[sign.end() : sign.end() + 2].istitle()
        context = Context(Evidence.LABEL if shows_case else Evidence.ROLE, near, needs_proof=not shows_case)
        yield from (Found(*span, Rule.LABELLED_NAME) for span in names_at(text, sign.end(), context))
    else:
        found = _beside(text, end, Context(Evidence.ROLE, near, needs_proof=True), Rule.ROLE_NAME)
        yield from (one for one in found if near.lower() not in DOUBTFUL_ABBREVIATIONS or " " in text[one.start : one.end])


def _label_end(text: str, end: int) -> int:
    """Where a label ends that begins with a word: behind its ending and the words that go with it."""
    position = skip(_ENDING_OF_LABEL, text, end)
    for _ in range(_MOST_WORDS_OF_LABEL):
        found = _WORD_OF_LABEL.match(text, position)
        if found is None or found["word"].lower() not in QUALIFIERS:
            break
        position = skip(_ENDING_OF_LABEL, text, found.end())
    return position


def _sign_of_label(text: str, end: int, word: str) -> re.Match[str] | None:
    """The sign behind a label: a colon or the like; behind a profession also a dash or a bracket in front of a capital."""
    label = _label_end(text, end)
    sign = _SIGN.match(text, label) or _SIGN.match(text, end)
    if sign is not None or word not in ROLES:
        return sign
    weak = _WEAK_SIGN.match(text, label) or _WEAK_SIGN.match(text, end)
    return weak if weak and text[weak.end() : weak.end() + 1].isupper() else None


def _behind_sign(text: str, start: int, sign: re.Match[str], word: str) -> Iterator[Found]:
    if word in _NAME_FIELDS and _follows(text, start, NOT_BEFORE_NAME):
        return
    near = text[start : sign.start()]
    is_faint = word in _FAINT_FIELDS or (word in _FAINT_IN_SMALL_LETTERS and not text[sign.end() : sign.end() + 2].istitle())
    takes_initials = (word in STAFF or word not in ROLES) and not is_faint
    context = Context(Evidence.LABEL, near, takes_initials=takes_initials, needs_proof=is_faint)
    yield from (Found(*span, Rule.LABELLED_NAME) for span in _names_of_label(text, sign.end(), context, word))


_FAINT_FIELDS = frozenset(
    words_of("""
    consent vet source emergency narkose anesthesia anaesthesia aufklärung einwilligung verantwortlich responsable preliminary
    interpretation contact contacto contatto kontakt lecture relecture refertazione akkoord supervisie signoff kind enfant
    relative relatives assisting informé
    opis popis verslag laudo durchführung cadre diktat befund to from copy kopie copies copie copia kopi kopia
    """)
)
"""What stands behind them is as often no person."""
_FAINT_IN_SMALL_LETTERS = frozenset(
    words_of(
        "interne externe primario solicita informa realiza interno cara tutor sign adjunto technik auxiliar revisó validó "
        "realizó mor far mann pai tata syn contact responsável"
    )
)
"""So it is where it has no capital."""


_TITLE_CASE = re.compile(r"[.]?[^\w\n]{1,3}(?:[^\W\d_a-z][.’' ]|[^\W\d_a-z][^\W\d_A-Z]|[^\W\d_A-Z]{1,3}[ ][^\W\d_a-z])")


def _behind_role(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    near = text[start:end]
    label = _label_end(text, end)
    shows_case = _TITLE_CASE.match(text, label) is not None and not near.isupper()
    needs_proof = word in NEEDS_CAPITAL and not shows_case
    context = Context(Evidence.ROLE, near, takes_initials=word in STAFF and not near.isupper(), needs_proof=needs_proof)
    found = list(_beside(text, label, context, Rule.ROLE_NAME))
    if not found and label != end:
        found = list(_beside(text, end, context, Rule.ROLE_NAME))
    if not found and text[end : end + 2] == ", ":  # "her husband, Tom,"
        proven = Context(Evidence.ROLE, near, needs_proof=True)
        spans = names_at(text, end + 2, proven) if text[end + 2 : end + 4].istitle() else ()
        found = [Found(*span, Rule.ROLE_NAME) for span in spans]
    yield from found


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
    if context.evidence is Evidence.LABEL and (short := _short_name_end(text, sign.end())) is not None:
        names = [(sign.end(), short)]
    yield from (Found(*span, rule) for span in names)


def _names_of_label(text: str, position: int, context: Context, word: str) -> Iterator[tuple[int, int]]:
    """The names behind the sign of a label, up to the end of the clause where all of its words may be of a name."""
    names = list(names_at(text, position, context))
    if names and names[0][0] == position:
        first = _FIRST_WORD.search(text, *names[-1])
        end = clause_end(text, names[-1][1], first.group() if first else "") if word in _SURE_LABELS else None
        names[-1] = names[-1] if end is None else (names[-1][0], end)
    elif not names and word in _SURE_LABELS and (end := clause_end(text, position)) is not None:
        names = [(position, end)]
    if (short := _short_name_end(text, position)) is not None and (not names or names[-1][1] < short):
        names = [(position, short)]
    yield from names


def _short_name_end(text: str, position: int) -> int | None:
    """Where a name ends that is also a word, alone or beside another in its clause: "Go", "LI, LIN", "Om, Aishani"."""
    found = _SHORT.match(text, position)
    if found is None or not found["first"][0].isupper() or found["first"][0].isupper() != (found["other"] or "A")[0].isupper():
        return None
    words = [word for word in (found["first"], found["other"]) if word]
    short = [word for word in words if word.lower() in NAMES_THAT_ARE_WORDS]
    are_names = all(word in short or is_name(word, Evidence.LABEL, shows_case=word.istitle()) for word in words)
    return found.end() if short and are_names else None


def _behind_title(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    written, has_dot = text[start:end], text[end : end + 1] == "."
    is_lower_monsieur = (
        written == "m" and has_dot and re.search(r"(?:^|[.,;:(\n])\s*$", text[max(0, start - 4) : start]) is not None
    )
    if word in TITLES_WITH_DOT and not (has_dot or (text[end : end + 1] == " " and text[end + 1 : end + 2].isupper())):
        return
    needs_capital = word in CAPITALISED_TITLES and not is_lower_monsieur and text[end : end + 3].lower() != ".ra"
    sign = _SPACE.match(text, end)
    is_unit = word in _TITLES_THAT_ARE_UNITS and text[max(0, start - 2) : start].strip()[-1:].isdigit()
    if sign is None or is_unit or (word == "m" and not has_dot):
        return
    shows_no_case = needs_capital and not (_has_case_of_title(written) and text[sign.end() : sign.end() + 1].isupper())
    if shows_no_case and word not in TITLES_OF_NAMES:
        return
    if (
        word in ("m", "fr", "hr")
        and (behind := re.compile(r"[^\W\d_]+").match(text, sign.end()))
        and behind.group().lower() in _DISEASES
    ):
        return
    evidence = _evidence_of(word, written, has_dot=has_dot, is_lower_monsieur=is_lower_monsieur)
    is_doubtful = word in DOUBTFUL_TITLES or shows_no_case
    context = Context(Evidence.ROLE if is_doubtful else evidence, written, needs_proof=is_doubtful)
    yield from (Found(*span, Rule.TITLED_NAME) for span in names_at(text, sign.end(), context))


_TITLES_THAT_ARE_UNITS = frozenset(["d", "fr", "g", "gr", "h", "hr", "m", "mr", "ms", "s", "sr", "st", "t"])
"""Behind a number: "5 ms", "5 Fr"."""


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


_HEBREW = re.compile(
    r"(?<![\u0590-\u05ff])(?:ד[\"״']ר|פרופ[\"״'׳]?|גב['׳]|מר|גברת|אדון|הרב|עו[\"״]ד)[ ]{1,2}"
    r"(?P<name>[\u0590-\u05ff][\u0590-\u05ff'׳\"״-]{0,20}(?:[ ][\u0590-\u05ff][\u0590-\u05ff'׳-]{1,20}){0,2})"
)


def find_hebrew_names(text: str) -> Iterator[Found]:
    """Names behind a title in Hebrew, whose abbreviations have quotation marks within."""
    yield from (Found(*found.span("name"), Rule.TITLED_NAME) for found in _HEBREW.finditer(text))


def find_names_behind_signs(text: str) -> Iterator[Found]:
    """Names behind any label and a colon, and behind any preposition: with an initial, or with a frequent part, and whole.

    "Volunteer: F. Miller" up to the end of the clause; "handover to Miller, A".
    """
    for sign in _ANY_SIGN.finditer(text):
        context = Context(Evidence.LABEL, "label", needs_proof=True, case_proves=False)
        for start, end in names_at(text, sign.end(), context):
            is_whole = _END_OF_VALUE.match(text, end) is not None or text[end : end + 1] == ","
            if is_whole and _has_parts(text[start:end]):
                yield Found(start, end, Rule.LABELLED_NAME)
    for preposition in _PREPOSITION.finditer(text):
        context = Context(Evidence.ROLE, "to", needs_proof=True, case_proves=False)
        for start, end in names_at(text, preposition.end(), context):
            if _has_parts(text[start:end]) and not names_a_thing(text, start, end):
                yield Found(start, end, Rule.ROLE_NAME)


_ANY_SIGN = re.compile(r"(?:^|(?<=[\n.]\s)|(?<=\n))(?:--|—|–)[ ](?=[^\W\d_a-z])|(?<=[^\W\d_)\]])[ ]?[:=：][ ]{0,3}(?=[^\W\d_])")
_PREPOSITION = re.compile(
    r"(?<![^\W\d_])(?:to|from|with|of|mit|an|bei|von|der|avec|à|de|con|a|met|aan|van|med|till|til|от|с)[ ](?=[^\W\d_a-z])"
)
_END_OF_VALUE = re.compile(r"[ ]?(?:[.;)\]\n]|$)")
_VESSEL_OR_MUSCLE = re.compile(r"[aAvVmMnNrRlL]\.?[ ](?P<word>[^\W\d_]{2,30})")
_LATIN = re.compile(r"(?:is|us|ae|um|ea|va|ta|ca|ens|ans|es|or|ia|na)$", re.I)


def _has_parts(name: str) -> bool:
    """Whether a name has two parts, and is none of a vessel, a muscle or a disease: "A. Carotis", "M. Crohn"."""
    found = _VESSEL_OR_MUSCLE.fullmatch(name)
    if found is not None and (found["word"].lower() in _DISEASES or _LATIN.search(found["word"])):
        return is_frequent_name(found["word"]) and found["word"].lower() not in _DISEASES
    return re.search(r"[ ,^.]", name.strip(".")) is not None


_ANY_PROFESSION = "physician"
_WORDS = frozenset(
    TITLES
    | DOUBTFUL_TITLES
    | ROLES
    | FIELDS
    | ABBREVIATIONS
    | GREETINGS
    | _PARTICIPLES
    | MAIDEN_NAMES
    | VERBS
    | IN_FRONT_OF
    | BY.keys()
    | TO.keys()
    | AGENTS
    | OF_WORDS
    | _FAINT_WORDS
    | _HYPHENATED_TITLES.keys()
    | FIRST_LETTERS
    | _DOTTED_LABELS.keys()
    | _BABIES
)
FINDERS: Finders = dict.fromkeys(_WORDS, (find_name_beside,))
"""Each word, in lower case, that a name may stand beside."""
