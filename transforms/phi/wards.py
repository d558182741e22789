"""Finds wards, rooms, beds and departments in text, by the words that go with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import words_of
from .finders import Finders
from .proper_words import end_behind, start_before
from .rules import Found, Rule

_PLACES = frozenset(
    words_of("""
    ward room rm bed bay cubicle theatre theater zimmer zi bett bettplatz station saal raum haus etage stockwerk
    gebäude chambre ch lit étage salle habitación habitacion hab cama planta sala stanza letto kamer verdieping zaal
    quarto leito enfermaria floor building bldg wing block icu itu hdu ccu nicu picu palata палата койка 病室 病棟 unité
    sal avd avdeling avdelning rum säng seng sengeplads stue afsnit sengeafsnit osasto vuodeosasto huone sänky
    pokój pokoju łóżko oddział pokoj lůžko oddělení kórterem szoba ágy osztály salon secția oda yatak servis
    θάλαμος κλίνη отделение корпус этаж stat
    bedspace trolley resus majors locker trakt bâtiment batiment secteur torre piano ala gebouw tower unit pod box boks
    boxe platz piso verpleegafdeling
    unidad unità pav pavillon pabellón padiglione reparto afdeling afd dept department abteilung abt
    """)
)
_WITH_CAPITAL = frozenset(
    (
        "zi",
        "stat",
        "box",
        "boks",
        "boxe",
        "platz",
        "unit",
        "pod",
        "piano",
        "ala",
        "torre",
        "tower",
        "trakt",
        "secteur",
        "majors",
        "piso",
        "sal",
        "rum",
        "salon",
        "servis",
        "oda",
        "stue",
        "rm",
        "hab",
        "pav",
        "block",
        "wing",
        "raum",
        "haus",
        "saal",
        "sala",
        "salle",
        "abt",
        "dept",
        "department",
        "abteilung",
    )
)
"""They count with a capital alone: in small letters they are common words."""
_WITH_LETTER = frozenset(
    (
        "ward",
        "room",
        "bed",
        "bay",
        "bett",
        "bettplatz",
        "wing",
        "block",
        "building",
        "abteilung",
        "afdeling",
        "afd",
        "haus",
        "gebäude",
        "bldg",
        "pavillon",
        "pod",
        "trakt",
        "bâtiment",
        "batiment",
        "torre",
        "ala",
        "gebouw",
        "tower",
    )
)
"""One capital letter may follow: "Ward B"."""
_FLOORS = frozenset(("floor", "stockwerk", "etage", "étage", "planta", "verdieping"))
_DEPARTMENTS = frozenset(
    (
        "department",
        "dept",
        "abteilung",
        "abt",
        "institut",
        "klinik",
        "service",
        "servicio",
        "serviço",
        "reparto",
        "dipartimento",
    )
)
_NUMBER = re.compile(
    r"\.?(?:[ -](?:space|no|nr|number|n°|nº|bed|room|ward|bett|zimmer|lit|cama|letto|kamer)\b\.?)?[ \t:#-]{0,3}"
    r"(?P<value>[A-Za-z]{0,2}[.-]?\d{1,4}[A-Za-z]?(?:[./-][A-Z]?\d{1,4}[A-Za-z]?){0,2}|(?-i:[A-Z])(?![\w.'’-]|[ ][A-Z]))"
    r"(?![\w°%]|[.,]\d|[ ]?(?:of|von|de|min|mm|cm|ml|x|position|pos)\b)",
    re.I,
)
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.|e|er|ème|º|ª|°|de)[ ]$")
_NODES_AND_LEGS = re.compile(
    r"\b(?:nodes?|lymph\w*|nodal|ebus|mediastin\w*|lk|legs?|calf|thigh|mra|ce-?mra|twist|peripheral|run-?\s?off|angio\w*"
    r"|multi-?station"
    r"|pelvis|table|step)\b",
    re.I,
)
"""Stations are also places of lymph nodes, and steps of a table during angiography."""
_GERMAN = re.compile(
    r"\b(?:auf|von|der|die|das|zimmer|bett|patient(?:in)?|pat|nach|bei|dr|für|und|liegt|verlegt|stationär|tel|haus|arzt"
    r"|kam|zur|zum|vom)\b",
    re.I,
)
_CLAUSE = re.compile(r"|[.;,\n]|[.;,\n]\s|.[\n]")
_STATION = re.compile(r"Station:?[ ]\d{1,2}[A-Za-z]?[ ]?(?:[.;,\n]|$)")
"""What a clause is behind a sign that is a ward alone: "Thorax seitlich. Station 3"."""
_SENTENCE = re.compile(r"[a-z]{3,} [a-z]{3,}")
_NEAR = 200
_DEPARTMENT = re.compile(
    r"(?:department|dept\.?)[ ]of[ ](?:the[ ])?[^\W\d_]{4,30}(?:[ ](?:and|&)[ ][^\W\d_]{4,30}|[ ](?-i:[A-Z])[^\W\d_]{3,30})?"
    r"|(?:abteilung|abt\.|institut|klinik)[ ](?:für|fuer)[ ][^\W\d_]{4,40}(?:[ ]und[ ][^\W\d_]{4,40}"
    r"|(?<=e)[ ](?-i:[A-Z])[^\W\d_]{3,40})?"
    r"|(?:(?-i:Service)|servicio|serviço|reparto|dipartimento)[ ](?:de[ ](?:la[ ])?|di[ ]|d['’])[^\W\d_]{6,30}(?=[\s.,;)]|$)",
    re.I,
)


def _find_place(text: str, start: int, end: int) -> Iterator[Found]:
    """ "Ward 7", "Zimmer 12", "3rd floor", "Nightingale Ward"."""
    written, word = text[start:end], text[start:end].lower()
    if word == "ch" and text[start : end + 1] != "Ch.":
        return
    number = _NUMBER.match(text, end)
    if number is not None and _says_where(text, start, written, number["value"]):
        yield Found(start, number.end("value"), Rule.WARD)
    elif word == "ward":
        yield from _named_ward(text, start, end)
    elif word in _FLOORS and (ordinal := _ORDINAL.search(text, max(0, start - 8), start)):
        yield Found(ordinal.start(), end, Rule.WARD)


def _named_ward(text: str, start: int, end: int) -> Iterator[Found]:
    before = start_before(text, start, 2)
    if before is not None and before.identifies and text[before.start].isupper():
        yield Found(before.start, end, Rule.WARD)
    elif text[start:end].istitle() and (behind := end_behind(text, end, 1)) is not None and text[end + 1].isupper():
        yield Found(start, behind, Rule.WARD)


def _says_where(text: str, start: int, written: str, value: str) -> bool:
    word = written.lower()
    if not any(map(str.isdigit, value)):
        return word in _WITH_LETTER and written[0].isupper()
    if word in _WITH_CAPITAL:
        return written[0].isupper()
    return word != "station" or _is_ward(text, start, written, value)


def _is_ward(text: str, start: int, written: str, value: str) -> bool:
    """Whether "Station 4" is a ward in German, and no place of lymph nodes or of a table."""
    near = text[max(0, start - _NEAR) : start + _NEAR]
    if value[-1] in "RLrl" or _NODES_AND_LEGS.search(near) is not None:
        return False
    is_clause = _CLAUSE.fullmatch(text[max(0, start - 2) : start]) is not None and _STATION.match(text, start) is not None
    return _GERMAN.search(near) is not None or (written[0].isupper() and (is_clause or _SENTENCE.search(near) is None))


def _find_department(text: str, start: int, end: int) -> Iterator[Found]:
    if found := _DEPARTMENT.match(text, start):
        yield Found(*found.span(), Rule.WARD)


_NAMED_STATION = re.compile(
    r"Station[ ](?:Innere|Chirurgie|Kardiologie|Neurologie|Onkologie|Urologie|Gyn(?:äkologie)?|Orthopädie|Intensiv|Pädiatrie"
    r"|HNO|Med|Chir|Allgemein)\.?[ ]\d{1,2}[A-Za-z]?(?!\w)"
)
_WING = re.compile(
    r"(?<![\w.,/-])\d{1,2}[ ](?:North|South|East|West|Northeast|Northwest|Southeast|Southwest)(?=[ ]?(?:[,.;)\n]|$))"
)
_EAST_ASIAN = re.compile(
    r"(?:[東西南北新本]?[ ]?(?:\d{1,4}|[A-Z]))[ -]?(?:号室|號室|号床|號床|病棟|病房|病床|床(?![\u3400-\u9fff])|병동|병실|호실)"
    r"(?:[ ]?\d{1,4}(?:号室|床|호)?)?"
)


def _find_named_station(text: str, start: int, end: int) -> Iterator[Found]:
    if found := _NAMED_STATION.match(text, start):
        yield Found(*found.span(), Rule.WARD)


def _find_wing(text: str, start: int, end: int) -> Iterator[Found]:
    """ "4 West", at the end of its clause."""
    if found := _WING.search(text, max(0, start - 4), end + 2):
        yield Found(*found.span(), Rule.WARD)


def find_east_asian_wards(text: str) -> Iterator[Found]:
    """Wards, rooms and beds of Japan, China and Korea."""
    yield from (Found(*found.span(), Rule.WARD) for found in _EAST_ASIAN.finditer(text))


FINDERS: Finders = {
    **dict.fromkeys(_PLACES, (_find_place,)),
    **dict.fromkeys(_DEPARTMENTS, (_find_department,)),
    **dict.fromkeys(_PLACES & _DEPARTMENTS, (_find_place, _find_department)),
    **dict.fromkeys(("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"), (_find_wing,)),
    "station": (_find_place, _find_named_station),
}
"""Each word, in lower case, that a place within an institution may stand around."""
