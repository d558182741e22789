"""Says of a word beside a label or a title whether it is a name: no term, no common word, and no ending of one."""

from __future__ import annotations

import functools
import re
from enum import IntEnum

from ..core.word_lists import load_words, words_of
from .lexicon import is_ambiguous, is_known
from .person_labels import FIELDS, GREETINGS, ROLES
from .spellings import plain
from .vocabulary import WORDS_AFTER_NAMES


class Evidence(IntEnum):
    """How much what stands beside a word says that the word is a name."""

    VERB = 1
    """A verb: "called Miller", but also "called ambulance"."""
    ROLE = 2
    """A word that goes with a person, without a sign between: "patient Miller", but also "patient supine"."""
    LABEL = 3
    """A label with a sign between, or "... by": "Radiologist: Miller", "referred by Miller"."""
    TITLE = 4
    """A title: "Dr. Miller"."""


_MEDICAL_ENDING = re.compile(
    r"(?:GRA(?:PH|F)(?:Y|IES?|IC|IA|ISCH)|GRAMM?S?|S[CK]OP(?:Y|IES?|IA)|TOM(?:Y|IE|IA)|LOG(?:Y|IES?|IA|IST|ICA?L?|ISCH)"
    r"|ITIS|OS[IE]S|OSE|PLAST(?:Y|IE)|PATH(?:Y|IE)|A?EMI[AC]|URIA|ALGIA|GEN(?:IC|ESE)|METR(?:Y|IE)|THERAP(?:Y|IE|IA)"
    r"|CENTESIS|LYSIS|PLASIA|TROPHY|IASIS|AUFNAHMEN?|UNTERSUCHUNG(?:EN)?|BEFUNDE?|SCHMERZ(?:EN)?|ZENTRUM|STATION|BEREICH"
    r"|FRAKTUR|VERLAUF|KONTROLLE|KARZINOME?|TUMORE?|KREBS|SARKOME?|LYMPHOME?|ADENOME?|MELANOM[AEI]?|CARCINOM[AEI]S?|CARCINOOM"
    r"|SARCOM[AEI]S?|LYMPHOM[AEI]S?|INFARKT|ERKRANKUNG|BLUTUNG|SYNDROM[EAI]?|INSUFFIZIENZ|HYPERTONIE|KRANKHEIT)$"
)
_COMMON_ENDING = re.compile(
    r"(?:[^AEIOU]ED|[AEIOU][^AEIOU]{1,2}ED|ING|LY|[ST]IONS?|NESS|MENTS?|[AI]BLE|OUS|IVE|ITY|IC|ICAL|ALLY|LESS|FUL|N'?T"
    r"|ARY|ORY"
    r"|[AE]N[CT][EY]|ISM|ICS|URE|UNG|UNGEN|HEIT|KEIT|SCHAFT|ISCHE?[RNSM]?|LICH|LAGE|BAR|IEREN|IERT|ITAET|IQUES?|EUX|EUSE"
    r"|ENUE?"
    r"|AIRES?|OIRES?|AD[OA]S?|ID[OA]S?|AT[OA]|MENTE|CION|CIONES|CAO|ZIONE|ZIONI|MENTO|DAD|HEID|INGEN|EERD|EZIG|ITEIT"
    r"|TIES?|IEKE?)$"
)
_FOREIGN_LETTERS = re.compile("[çćčđğıłńňřśşšťźżžățű]", re.I)
"""Letters that none of the endings has, though they look like it without their accents."""
_LONGEST_ENDING = 3
_PREFIXES = frozenset(
    [
        "post",
        "pre",
        "non",
        "endo",
        "intra",
        "inter",
        "trans",
        "anti",
        "peri",
        "semi",
        "extra",
        "infra",
        "supra",
        "sub",
        "multi",
        "pseudo",
        "ultra",
        "low",
        "high",
        "mid",
        "self",
        "left",
        "right",
        "short",
        "long",
        "re",
        "co",
        "bi",
        "un",
        "ex",
    ]
)
_LONGEST_ABBREVIATION = 4
_NO_SHORT_NAMES = frozenset("TO OF IN IS AT ON BY NO OR AM AS WE IF IT HE ME MY UP US GO BE".split())  # noqa: SIM905


NAMES_THAT_ARE_WORDS = frozenset(
    words_of("""
    an au ba bo bu do dy fu ge go gu ha hu im ji ke ko le li lo lu lý ma mo na ng ni oh om ou pi qi ra so su ta to tu ty
    uy vo vu wu xu ye yi yu zu ahn bai ban cai cha chi cho dai dan ding fan fang gan han hui jin kim lai lam lau lee lie
    lim lin liu long low luo mai man may min mok nam pan park ping qin ren shi shin sim sin son song sun tai tan tang tao
    tin ton tong wan wang won xie yan yang yao yin yip yoo young yue zhu hand fast major mark marks short small black
    brown white green gray grey king bishop pope little strong wise rich love joy hope frost snow stone rock hill wood
    woods field lake brook banks bush rose reed fox wolf lamb bird swan pike bass cook baker butcher mason turner walker
    fisher hunter porter page hall house church temple castle bridge street lane parks bill dean grant chase case day
    knight price cash gold bell horn singer judge law self best good moody savage wild sharp blunt keen swift early head
    foot beard palm back bone bones blood heart fry rice bean berry brand kurz lang klein gross schwarz weiss braun grün
    roth koch jung alt neu vogel fuchs stark sommer winter herbst petit legrand leroy blanc noir rouge brun roux court
    lebon bon bello rossi bianchi neri verdi costa monte rocca fonte leon rey flores rojas blanco moreno rubio delgado
    bravo calvo cano toro vaca prado rio groot bakker visser smit bos berg dijk kok signe line paw will rob art june april
    august lily grace faith dawn eve ivy iris violet olive ruby pearl amber crystal jade jasmine summer autumn max jack
    frank ernest guy gene drew chance carter tanner cooper tyler parker ray rusty sandy chip chuck pat sue angel jesus
    prudence constance patience felicity victor melody harmony destiny christian lance miles pierce wade ward clay cliff
    dale glen heath forest rod randy herb basil ginger rosemary sage viola carol harry jerry jimmy nick jean marine claire
    blanche constant prosper ange reine rosa alba luz sol mar pilar dolores consuelo remedios socorro mercedes concepción
    asunción milagros nieves angustias inmaculada esperanza caridad paz gloria victoria amparo cruz cielo estrella flor
    blanca clara linda bella serena vera nova stella luna aurora primo secondo quinto felice fortunato benvenuto salvatore
    pio santo angelo bruno ernst karl kurt treu simon sans mir pero mari nas nes åge aage liv dag stig odd even ask embla
    vår tor gro ida eli else tove rune arne sten kay sam tim tom ben ken ron don john mary thomas james martin
    """)
)
"""They count alone behind a label, with a capital, or as one part of a name beside another that is no word."""


def is_frequent_name(word: str) -> bool:
    """Whether a word, and each half of it, is a frequent given name or surname."""
    names = load_words(__package__, "surnames.txt", "given_names.txt")
    parts = [part for part in re.split(r"[-'’]", plain(word)) if len(part) > 1]
    return bool(parts) and all(part in names for part in parts)


@functools.lru_cache(maxsize=4096)
def is_common(word: str) -> bool:
    """Whether a word stands beside labels and names nobody."""
    shown = plain(word)
    return shown in load_words(__package__, "words_beside_labels.txt") or shown.lower() in WORDS_AFTER_NAMES


@functools.lru_cache(maxsize=4096)
def names_nobody(word: str) -> bool:
    """Whether a word beside the label of a person is no name: a common word, or another that stands there for nobody."""
    return is_common(word) or plain(word) in load_words(__package__, "words_that_name_nobody.txt")


def ends_like_a_term(word: str) -> bool:
    """Whether a word has the ending of a medical term: "urography", "Kniebefund"."""
    return _ends(_MEDICAL_ENDING, word)


def ends_like_a_word(word: str) -> bool:
    """Whether a word has an ending of common words: "requested", "quickly", "Lagerung"."""
    return _ends(_COMMON_ENDING, word)


@functools.lru_cache(maxsize=4096)
def is_name(word: str, evidence: Evidence, *, shows_case: bool, case_is_open: bool = False) -> bool:
    """Whether a word beside a label or a title is a name.

    Args:
        word: Letters, with hyphens and apostrophes within.
        evidence: What stands beside it.
        shows_case: The word has a capital, and its surroundings are not in capitals throughout.
        case_is_open: The words around it are in small letters, or in capitals, throughout, and so may names be.
    """
    shown = plain(word)
    if shown.lower() in WORDS_AFTER_NAMES or _is_label(word, evidence):
        return False
    is_capitalised = shows_case and not word.isupper()
    if names_nobody(word) or is_known(word):
        return _is_name_too(word, evidence, is_capitalised=is_capitalised)
    if is_frequent_name(word):
        return evidence >= Evidence.LABEL or shows_case or not is_ambiguous(word)
    if ends_like_a_term(word) or _is_compound(word, shows_case=shows_case):
        return False
    if evidence >= Evidence.LABEL:
        return shows_case or evidence is Evidence.TITLE or not ends_like_a_word(word)
    may_be_verb = not shows_case and (evidence is Evidence.VERB or not case_is_open or shown[-1] == "S")  # "nurse helps"
    is_abbreviation = not is_capitalised and len(word) < _LONGEST_ABBREVIATION + shows_case
    return not (may_be_verb or is_abbreviation or ends_like_a_word(word))


def _is_label(word: str, evidence: Evidence) -> bool:
    """Whether a word is the label of a person itself: "Arzt Krankenschwester". Behind a sign, a capital makes it a name."""
    lower = word.lower()
    is_label = lower in ROLES or lower in FIELDS or lower in GREETINGS
    return is_label and not is_frequent_name(word) and (evidence < Evidence.LABEL or not word.istitle())


def _is_name_too(word: str, evidence: Evidence, *, is_capitalised: bool) -> bool:
    """Whether a word that is also a term or a common word names somebody here: "Dr. Young", "Radiologist: Moles"."""
    if evidence < Evidence.LABEL:
        return False
    if evidence is Evidence.TITLE and is_capitalised and len(word) == 2:  # Dr. Ma
        return plain(word) not in _NO_SHORT_NAMES
    if names_nobody(word):
        return (is_capitalised or evidence is Evidence.TITLE) and is_frequent_name(word)
    is_known_name = evidence is Evidence.TITLE and is_frequent_name(word)
    return is_capitalised and (is_known_name or plain(word) in load_words(__package__, "names_that_are_terms.txt"))


def _is_compound(word: str, *, shows_case: bool) -> bool:
    """Whether a word with hyphens is one of terms: "post-operative", but not "Smith-Jones"."""
    first, *others = re.split("[-‐‑]", word)
    if not others:
        return False
    are_terms = [is_known(part) or is_common(part) for part in others]
    is_term = is_known(first) or (is_common(first) and not shows_case)
    return first.lower() in _PREFIXES or any(are_terms) or (is_term and (all(are_terms) or not shows_case))


def _ends(ending: re.Pattern[str], word: str) -> bool:
    if not word.isascii() and _FOREIGN_LETTERS.search(word, max(0, len(word) - _LONGEST_ENDING)):
        return False
    return ending.search(plain(word), 2) is not None
