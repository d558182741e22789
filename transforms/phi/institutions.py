"""Finds hospitals, practices and universities in text, by the words that go with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import words_of
from .finders import Finders, merged
from .lexicon import is_known
from .name_words import ends_like_a_term, ends_like_a_word, is_common, names_nobody
from .proper_words import end_behind, start_before
from .rules import Found, Rule

_SHARED = frozenset(
    words_of("""
    general regional county city community memorial university national royal children children's childrens women
    women's womens central teaching district veterans north northern south southern east eastern west western
    medical center centre clínic clinic clinics health healthcare care system systems services hospital hospitals
    group associates partners imaging radiology diagnostic diagnostics cancer heart eye foundation trust nhs
    universitaire universitario universitaria universitätsklinik régional régionale regionale civile civil privé
    privée privada médical médico medico intercommunal hospitalier clinico clínico städtisches evangelisches
    katholisches allgemeines helios asklepios sana academic academisch ziekenhuis medisch centrum klinikum
    krankenhaus klinik maria public state infirmary institute college school of
    """)
)
"""Words that the names of many institutions share."""
_NAMED_BEFORE = frozenset(
    words_of("""
    hospital hospitals infirmary clinic clinics hospice sanatorium university institute college trust healthcare
    ziekenhuis kliniek klinikum klinik krankenhaus spital gasthuis sjukhus sygehus sykehus sairaala hastanesi
    practice polyclinic hospitaal zorggroep zorgcentrum verpleeghuis zentrum centrum
    """)
)
"""Their names stand in front of them: "Mercy Hospital"."""
_NAMED_BEHIND = frozenset(
    words_of("""
    hospital hôpital hopital hôpitaux clinique polyclinique chu chru chr clínica clinica policlínica policlinica
    sanatorio ambulatorio ospedale policlinico istituto poliambulatorio asl ausl irccs klinikum klinik kliniken
    krankenhaus spital kantonsspital uniklinik uniklinikum universitätsklinikum universitätsklinik
    universitätsspital charité charite praxis gemeinschaftspraxis mvz ziekenhuis kliniek umc uz az amc zna ehpad
    cabinet szpital szpitala nemocnice больница клиника университет university universität universitat université
    universidad università universidade universiteit infirmary hastane νοσοκομείο institut hospice hospitaal
    """)
)
"""Their names stand behind them: "Hôpital Saint-Louis"."""
_CAPITALS_ALONE = frozenset(("chu", "chru", "chr", "mvz", "asl", "ausl", "irccs", "umc", "uz", "az", "amc", "zna"))
_COMMON_TOO = frozenset(
    ("clinique", "clínica", "clinica", "praxis", "institut", "cabinet", "practice", "institute", "klinik", "college")
)
"""They are also common words: a capital must follow."""
_LAST_WORDS = frozenset(
    words_of("""
    general memorial regional community presbyterian methodist baptist lutheran adventist deaconess infirmary mercy
    """)
)
"""The names of American and British hospitals end with them where the word hospital is left out."""
_PAIRS = re.compile(
    r"(?:medical|health|imaging|cancer|heart|diagnostic|surgery|care|medisch|academic|healthcare)"
    r"[ ](?:cent(?:er|re|rum)|group|associates|systems?|partners|board)"
    r"|radiology[ ](?:associates|group|partners)|(?:nhs[ ])?(?:foundation[ ])?trust|MC",
    re.I,
)
"""Several words that together are a keyword behind or in front of a name."""
_FIRST_OF_PAIRS = frozenset(
    (
        "medical",
        "health",
        "imaging",
        "cancer",
        "heart",
        "diagnostic",
        "medisch",
        "academic",
        "radiology",
        "nhs",
        "foundation",
        "trust",
        "mc",
    )
)
_PHRASES = re.compile(
    r"centre[ ](?:hospitalier|médical|medical|d['’]imagerie|de radiologie|de santé)(?:[ ](?:universitaire|régional"
    r"|général|intercommunal))?"
    r"|centro[ ](?:médico|medico|de salud|de saúde|diagnóstico|diagnostico|hospitalar|hospitalario|sanitario)"
    r"|casa[ ]di[ ]cura"
    r"|maison[ ]de[ ]santé|presidio[ ]ospedaliero"
    r"|azienda[ ](?:ospedaliera|sanitaria|ospedaliero-universitaria)(?:[ ]universitaria)?",
    re.I,
)
_FIRST_OF_PHRASES = frozenset(("centre", "centro", "casa", "maison", "azienda", "presidio"))
_ADJECTIVES_BEHIND = re.compile(
    r"(?:[ ](?:universitaire|universitario|universitaria|régionale?|regionale?|priv[ée]e?s?|intercommunal|médicale?"
    r"|hospitalier|clínico"
    r"|general|général|nacional|provincial|municipal|civil[ei]?|maggiore|di cura|de salud|de saúde|médico|de radiologie"
    r"|d'imagerie"
    r"|de especialidades|für \w+(?: und \w+)?)){0,4}",
    re.I,
)
_PRACTICES = ("praxis", "praktijk", "praksis", "mottagning", "apotheke", "apotheek")
COMPOUND_ENDS = (
    *_PRACTICES,
    *("krankenhaus", "klinik", "klinikum", "kliniken", "hospital", "spital", "ziekenhuis", "gasthuis", "kliniek"),
    *("sjukhus", "sjukhuset", "sygehus", "sykehus", "sairaala"),
)
"""Ends of words that are institutions: "Marienhospital"."""
_TITLES = re.compile(r"[ ](?:Prof\.|Dr\.|med\.|[A-Z]\.|[ ]){1,8}(?=[ ])")
_SAINTS = re.compile(r"(?:St|ST|Saint|SAINT)\.?[ -][A-Z][A-Za-z]+['’][sS](?:[ ](?=[A-Z])[A-Z][a-z]+)?(?![^\W_])")
_ABBREVIATIONS = re.compile(r"(?:LUMC|UMCG|UMCU|VUmc|VUMC|MUMC\+?|Radboudumc|RADBOUDUMC|AP-HP|AP-HM|LMU Klinikum)(?![^\W_])")
_EAST_ASIAN = re.compile(
    r"[\u3400-\u9fff々ァ-ヶー]{2,16}(?:病院|医院|クリニック|医療センター|大学|研究所)|[\uac00-\ud7a3]{2,12}(?:병원|대학교|의원)"
)
_LONGEST_COMPOUND = 60


def _find_named_before(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Mercy | Hospital", "Elisabeth- | Krankenhaus"."""
    if (name := _start_of_name(text, start, end)) is not None:
        yield Found(name, end, Rule.INSTITUTION)


def _start_of_name(text: str, start: int, end: int) -> int | None:
    written = text[start:end]
    before = start_before(text, start, 5, also=_SHARED)
    if before is not None:
        are_capital = text[before.start].isupper() and written[0].isupper()
        needs_both = written.lower() in ("zentrum", "centrum")
        if (before.identifies and (are_capital or not needs_both)) or (
            are_capital and not written.isupper() and not needs_both
        ):
            return before.start
    first = _compound_start(text, start)
    return first if text[start - 1 : start] == "-" and text[first].isupper() else None


def _find_named_behind(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Hôpital | Saint-Louis"."""
    written, word = text[start:end], text[start:end].lower()
    if word not in _CAPITALS_ALONE or written.isupper():
        name = _end_of_name(text, end, needs_capital=word in _COMMON_TOO)
        if name is not None:
            yield Found(start, name, Rule.INSTITUTION)


def _end_of_name(text: str, end: int, *, needs_capital: bool) -> int | None:
    adjectives = _ADJECTIVES_BEHIND.match(text, end)
    position = adjectives.end() if adjectives else end
    name = end_behind(text, position, 4, also=_SHARED)
    if name is None and position > end + 1 and text[end + 1].isupper() and not needs_capital:  # "Hospital Clínico"
        return position
    return None if name is not None and needs_capital and not any(map(str.isupper, text[position:name])) else name


_SHORT_NAME = re.compile(r"(?![ ](?!at|in|for|on|to|with|and|by|was|is|ED|ER|ICU)[^\W\d_]|-|['’][^s])")


def _find_short(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Mercy | General", without the word hospital, at the end of its phrase."""
    written = text[start:end]
    if not written.istitle() or _SHORT_NAME.match(text, end) is None or text[start - 1 : start] != " ":
        return
    before = start_before(text, start, 3, also=_SHARED)
    if before is None or not before.identifies or not text[before.start].isupper():
        return
    words = re.findall(r"[^\W\d_]+", text[before.start : start])
    if not any(ends_like_a_word(word) or ends_like_a_term(word) or names_nobody(word) for word in words):
        yield Found(before.start, end, Rule.INSTITUTION)


def _find_pair(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Oakhollow | Medical Center", "Medisch Centrum | Leeuwarden"."""
    pair = _PAIRS.match(text, start)
    if pair is None:
        return
    name = _start_of_name(text, start, pair.end()) if text[start - 1 : start] != "-" else None
    if name is not None:
        yield Found(name, pair.end(), Rule.INSTITUTION)
    elif "cent" in pair.group().lower() and (behind := _end_of_name(text, pair.end(), needs_capital=True)) is not None:
        yield Found(start, behind, Rule.INSTITUTION)


def _find_phrase(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Centre hospitalier | de Valence"."""
    phrase = _PHRASES.match(text, start)
    if phrase and (name := _end_of_name(text, phrase.end(), needs_capital=False)) is not None:
        yield Found(start, name, Rule.INSTITUTION)


def find_compound(text: str, start: int, end: int) -> Iterator[Found]:
    """The institution that one word names, if it ends like one: "Marienhospital", "Hausarztpraxis Huber"."""
    bare = text[start:end].lower()
    if is_known(bare) or is_common(bare):
        return
    titles = _TITLES.match(text, end)
    behind = end_behind(text, titles.end() if titles else end, 3) if text[start].isupper() else None
    first = _compound_start(text, start)
    is_term = first < start and not text[first].isupper()  # "in-hospital"
    if not is_term and (behind is not None or not bare.endswith(_PRACTICES)):
        yield Found(first, behind or end, Rule.INSTITUTION)


def _compound_start(text: str, start: int) -> int:
    first = max(0, start - _LONGEST_COMPOUND)
    while start > first and (text[start - 1].isalpha() or text[start - 1] in "-."):
        start -= 1
    return start - 4 if text[max(0, start - 4) : start] in ("St. ", "ST. ") else start


def _find_saint(text: str, start: int, end: int) -> Iterator[Found]:
    """ "St. Mary's"."""
    if found := _SAINTS.match(text, start):
        yield Found(*found.span(), Rule.INSTITUTION)


def _find_abbreviation(text: str, start: int, end: int) -> Iterator[Found]:
    if found := _ABBREVIATIONS.match(text, start):
        yield Found(*found.span(), Rule.INSTITUTION)


def find_east_asian_institutions(text: str) -> Iterator[Found]:
    """Hospitals, clinics and universities of Japan, China and Korea, whose words have no spaces between."""
    yield from (Found(*found.span(), Rule.INSTITUTION) for found in _EAST_ASIAN.finditer(text))


FINDERS: Finders = merged(
    (
        dict.fromkeys(_NAMED_BEFORE, (_find_named_before,)),
        dict.fromkeys(_NAMED_BEHIND, (_find_named_behind,)),
        dict.fromkeys(_FIRST_OF_PAIRS, (_find_pair,)),
        dict.fromkeys(_LAST_WORDS, (_find_short,)),
        dict.fromkeys(_FIRST_OF_PHRASES, (_find_phrase,)),
        dict.fromkeys(("st", "saint"), (_find_saint,)),
        dict.fromkeys(("lumc", "umcg", "umcu", "vumc", "mumc", "radboudumc", "ap", "lmu"), (_find_abbreviation,)),
    )
)
"""Each word, in lower case, that an institution may stand around."""
