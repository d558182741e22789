"""Finds postal addresses in text: streets, and postal codes with their towns and with the street in front of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..core.word_lists import words_of
from . import labelled_numbers, phones
from .lexicon import UNIT, is_known
from .name_words import is_common
from .proper_words import WORD, end_behind, is_proper, sentence_start, start_before
from .rules import Found, Rule
from .street_words import BEHIND, IN_FRONT, MAYBE_IN_FRONT, UNITS
from .streets import NUMBER, UNIT_PARTS, first_word_before, street_before, street_behind, streets_by_ending

_STATES = (
    r"A[EKLPRSZ]|C[AOT]|D[EC]|F[LM]|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[ARW]"
    r"|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
)
_PROVINCES = r"AB|BC|MB|N[BLSTU]|ON|PE|QC|SK|YT|NSW|VIC|QLD|ACT|TAS|WA|SA"
_STATE_NAMES = (
    r"Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois"
    r"|Indiana|Iowa|Kansas"
    r"|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada"
    r"|New[ ](?:Hampshire|Jersey|Mexico|York|Brunswick|South[ ]Wales)|North[ ](?:Carolina|Dakota)|Ohio|Oklahoma|Oregon"
    r"|Pennsylvania"
    r"|Rhode[ ]Island|South[ ](?:Carolina|Dakota)|Tennessee|Texas|Utah|Vermont|(?:West[ ])?Virginia|Washington|Wisconsin"
    r"|Wyoming|Ontario"
    r"|Quebec|Alberta|Manitoba|Saskatchewan|British[ ]Columbia|Nova[ ]Scotia|Queensland|Victoria|Tasmania"
)
_ZIP = r"\d{5}(?:-\d{4})?"
_STATE_AND_ZIP = re.compile(
    r"(?<![^\W_])(?=[^\W\d_]\D{1,24}\d)"  # No state is longer.
    rf"(?:(?P<short>{_STATES})|(?P<long>{_STATE_NAMES}))\.?,?[ ]{{1,2}}{_ZIP}(?!\w|[ .-]\d)",
    re.I,
)
_FIVE_DIGITS = re.compile(r"\d{5}")
_UK_AREAS = (
    r"A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?"
    r"|M[EKL]?"
    r"|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_LETTERED_CLUE = re.compile(r"\d[A-Z][A-Z\d](?!\w)")
"""The end of every code of letters and digits."""
_LONGEST_OUTWARD_CODE = 6
_LETTERED_CODES = re.compile(
    rf"(?<![\w-])(?:GIR 0AA|(?:{_UK_AREAS})\d[A-Z\d]?[ ]\d(?!ST|ND|RD|TH)[ABD-HJLNP-UW-Z]{{2}})(?![\w-])"  # United Kingdom
    r"|(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ ]?\d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])"  # Canada
)
_CODES_WITH_SIGN = re.compile(
    r"(?<![\w.,-])\d{5}-\d{3}(?![\w-]|\.\d)|(?:CEP|〒)[ :]?\d{3,5}-?\d{3,4}(?!\d)"  # Brazil, Japan
    r"|(?<![\w-])(?:NSW|VIC|QLD|ACT|TAS|WA|SA),?[ ]\d{4}(?![\w.,]*\d|[ ]?(?:ms|mm|ml|hu)\b)"  # Australia
)
_COUNTRIES = "D|A|CH|B|F|E|I|L|NL|DK|N|S|SE|FI|FIN|DE|FR|ES|IT|AT|BE|NO|PL|CZ|PT|LU|GR|HU"
_POSTAL = re.compile(
    rf"(?<![\w.,/-])(?:(?P<country>(?:{_COUNTRIES})[ -]{{1,2}}))?"
    rf"(?P<code>\d{{5}}(?:-\d{{3}})?|\d{{4}}[ ]?[A-Z]{{2}}(?![A-Za-z])|\d{{4}}(?:-\d{{3}})?|\d{{3}}[ ]\d{{2}}|\d{{2}}-\d{{3}})"
    rf"(?:,?[ \n](?P<town>['’]?[^\W\d_][\w'’.-]{{1,40}})|(?=[,;.\s)]|$))"
)
_TOWN_AND_LONG_CODE = re.compile(r"(?:(?<=[^\W\d_])[ -]|(?<=[^\W\d_],)[ ])(?P<code>\d{5,6})(?!\w|\.\d)")
_TOWNS = frozenset(
    words_of("""
    zürich zurich zuerich genf genève geneve basel bern lausanne winterthur luzern lugano biel thun köniz freiburg
    fribourg schaffhausen chur neuchâtel neuchatel uster sion zug aarau olten solothurn baden rapperswil davos
    sitten bellinzona locarno emmen kriens dübendorf wien graz linz salzburg innsbruck klagenfurt villach wels steyr
    dornbirn feldkirch bregenz leonding klosterneuburg wolfsberg krems leoben eisenstadt mödling brussel bruxelles
    brüssel antwerpen anvers gent gand charleroi liège liege luik brugge bruges namur namen leuven louvain mons
    bergen mechelen aalst hasselt kortrijk oostende genk tournai roeselare seraing verviers amsterdam rotterdam
    utrecht eindhoven groningen tilburg almere breda nijmegen apeldoorn haarlem arnhem enschede amersfoort zaanstad
    hoofddorp zwolle leiden zoetermeer leeuwarden dordrecht maastricht delft københavn kobenhavn copenhagen aarhus
    odense aalborg esbjerg randers kolding horsens vejle roskilde herning silkeborg oslo trondheim stavanger drammen
    fredrikstad kristiansand tromsø sandnes sarpsborg skien bodø luxembourg luxemburg esch budapest debrecen szeged
    lisboa porto coimbra braga faro sydney melbourne brisbane perth adelaide hobart canberra auckland wellington
    christchurch sofia ljubljana maribor stockholm göteborg malmö uppsala
    """)
)
"""Large towns of countries whose postal codes have four digits, as years, doses and levels have."""
_OF_TOWNS = frozenset(
    words_of("""
    north south east west new port lake upper lower great old bad st san santa saint fort mount los las la le el am
    an der im ob in main rhein neckar saale donau oder spree valley beach city hills park
    """)
)
_LINES = re.compile(
    r"(?<!\w)(?i:P\.?[ ]?O\.?[ ]?Box|Post[ ]?Office[ ]Box|Postfach|Postbus|Casella[ ]postale|Apartado(?:[ ]de[ ]correos)?"
    r"|Bo[iî]te[ ]postale|Caixa[ ]postal|Postboks|Private[ ]Bag)[ ]?(?:n[°º.]?[ ])?[A-Z]?\d(?:[\d ]{0,6}\d)?(?!\w)"
    r"|(?<!\w)BP[ ]\d{2,6}(?!\w|\.\d|[/ ]\d)"
    r"|(?<!\w)(?:Apt|Apartment|Suite|Ste|Flat|Appartement|Appt|Wohnung|Whg)\b\.?[ ]?#?[ ]?(?=[\w-]{0,4}\d)\w[\w-]{0,5}(?!\w)"
    r"(?=[,;.)\n]|$|[ ][A-Z])"
)
_EAST_ASIAN = re.compile(
    r"[\u3400-\u9fff]{2,4}(?:都|道|府|県|省|自治区|市)[\u3400-\u9fff々ァ-ヶーぁ-ん]{1,14}?(?:区|區|市|町|村|路|街|道|郡|县|里|台)"
    r"[\u3400-\u9fff々ァ-ヶーぁ-ん\dA-Za-z０-９\-－−]{0,40}(?:[ ][\u3400-\u9fff々ァ-ヶーぁ-ん]{2,12}\d{1,4})?(?:[ ]\d{6})?"
    r"|[\u3400-\u9fff]{2,12}(?:市|町|村|区|县)[ ]?\d{3}-?\d{3,4}|[\u3400-\u9fff]{1,8}(?:路|街)[A-Za-z\d]{1,5}[号座室]"
    r"|[\uac00-\ud7a3]{1,8}(?:시|도)[ ][\uac00-\ud7a3]{1,8}(?:구|군|시)[ ][\uac00-\ud7a3\d]{1,12}(?:로|길|동)"
    r"(?:[ ]\d{1,4}(?:-\d{1,4})?)?"
)
_TOWN_AND_STATE = re.compile(
    rf"(?:{WORD}[ ,]{{1,2}}){{0,3}}(?:(?:{_STATES}|{_PROVINCES})\b|{_STATE_NAMES})"
    rf"(?:,?[ ](?:{_ZIP}|[A-Z]\d[A-Z][ ]?\d[A-Z]\d|\d{{4}})\b)?"
)
_BEHIND_TOWN = re.compile(r"/[A-Z][^\W\d_]+|[ ]?\([A-Z]{2}\)|[ ]/[ ][A-Z]{2}\b|['’](?=[ ])(?:[ ][A-Z][^\W\d_]+)?")
_SIGN = re.compile(r"(?:[ ]?[,;/-]|\r?\n)?[ \n]{0,2}")
_SIGN_BEFORE = re.compile(r"(?:,[ ]?|[ ]|\n|[ ]?[-/][ ]?)$")
_LONGEST_SIGN = 3
_LOOK_BACK = 120
_HOUSE = re.compile(
    rf"(?:(?<![\w.,/-])|(?<=[ (]))(?:(?i:{UNITS})\b\.?[ ]?\#?\w{{1,6}}(?:[ ](?i:box)[ ]\w{{1,5}})?[, \n]{{1,2}})?"
    rf"(?:{NUMBER}[, \n]{{1,2}})?"
    rf"(?=[^\W\d_]|\d{{1,3}}(?:st|nd|rd|th))"
)
_WORDS_OF_ADDRESS = re.compile(rf"(?:(?:{WORD}\.?|\#?\d{{1,5}}[A-Z]?|\d{{1,3}}(?:st|nd|rd|th))[, \n]{{1,2}}){{1,10}}$")
_HOUSE_LAST = re.compile(
    rf"(?P<words>(?:{WORD}\.?[ ]){{1,6}})(?:n[°º.][ ]?)?{NUMBER}{UNIT_PARTS}[ ]?(?:[,;/-]|\r?\n)?[ \n]{{0,2}}$"
)


def find_addresses(text: str) -> Iterator[Found]:
    """Streets by their ending, and codes of letters and digits with their towns.

    Other streets stand at the words of `FINDERS`, and codes of digits are found by `find_postal_codes`.
    """
    for start, end in streets_by_ending(text):
        yield Found(start, _with_town(text, end), Rule.STREET_ADDRESS)
    for clue in _LETTERED_CLUE.finditer(text):
        found = _LETTERED_CODES.search(text, max(0, clue.start() - _LONGEST_OUTWARD_CODE), clue.end() + 1)
        if found is not None:
            start = _town_start(text, found.start())
            if start < found.start() or not found.group().isalnum():
                yield from _address(text, start, found.end())


def find_east_asian_addresses(text: str) -> Iterator[Found]:
    """Addresses of Japan, China and Korea, whose words have no spaces between."""
    yield from (Found(*found.span(), Rule.STREET_ADDRESS) for found in _EAST_ASIAN.finditer(text))


def find_postal_codes(text: str, start: int, end: int) -> Iterator[Found]:
    """Postal codes of digits with their towns, and with the street in front of both.

    Args:
        text: Any text.
        start, end: Half-open range of characters that holds the codes.
    """
    for found in _POSTAL.finditer(text, start, end):
        yield from _code_and_town(text, found)
    for found in _TOWN_AND_LONG_CODE.finditer(text, start, end):
        town = _town_start(text, found.start())
        if town < found.start():
            yield from _address(text, town, found.end())
    for found in _CODES_WITH_SIGN.finditer(text, start, end):
        has_town = found.group()[0].isdigit() and text[found.end() + 1 : found.end() + 2].isupper()
        town_end = end_behind(text, found.end(), 3) if has_town else None
        # In Japan the code stands in front of the town.
        start_of_town = found.start() if found.group()[0] == "〒" else _town_start(text, found.start())
        yield from _address(text, start_of_town, town_end or found.end())
    if _FIVE_DIGITS.search(text, start, end) is None:
        return
    for found in _STATE_AND_ZIP.finditer(text, start, end):
        town = _town_start(text, found.start())
        short = found["short"]
        if town < found.start() or short is None or (short.isupper() and not is_known(short)):  # "CT 12345", "chest PA, 12345"
            yield from _address(text, town, found.end())


def _is_label(word: str) -> bool:
    return word.lower() in labelled_numbers.FINDERS or word.lower() in phones.FINDERS


def _find_line(text: str, start: int, end: int) -> Iterator[Found]:
    """A post box, or a flat, at one word."""
    if found := _LINES.match(text, start):
        yield Found(*found.span(), Rule.STREET_ADDRESS)


def _address(text: str, start: int, end: int) -> Iterator[Found]:
    """A town with its code, and with the street in front of both."""
    base = max(0, start - _LOOK_BACK)
    before = text[base:start]
    house = _house_in(before)
    if house is None:
        yield Found(start, end, Rule.POSTAL_TOWN)
    else:
        yield Found(base + house, end, Rule.STREET_ADDRESS)


def _house_in(before: str) -> int | None:
    """Where the number of the house stands behind which all is an address: the last that a name follows."""
    for house in reversed([found for found in _HOUSE.finditer(before) if any(map(str.isdigit, found.group()))]):
        rest = _WORDS_OF_ADDRESS.match(before, house.end())
        if rest is None:
            return None
        words = [word for word in re.findall(WORD, rest.group()) if word.lower() not in _OF_TOWNS]
        if words and all(word[0].isupper() for word in words) and any(map(is_proper, words)) and not is_known(words[0]):
            return house.start()
    return None


def _town_start(text: str, position: int) -> int:
    """Where the town begins that stands in front of a code or a state; the position itself if there is none."""
    sign = _SIGN_BEFORE.search(text, max(0, position - _LONGEST_SIGN), position)
    before = start_before(text, sign.start() if sign else position, 3, also=_OF_TOWNS)
    if before is None or not before.identifies:
        return position
    name = text[before.start : position].strip(" ,\n")
    is_label = name.isupper() and len(name) <= 5
    return position if is_label or _is_label(name) or not name[0].isupper() else before.start


_SETTING_BEFORE = re.compile(
    r"(?:\b(?:t[rei]|w[wl]?|l|c|b|kv|kvp|ma|mas|fov|nex|etl|bw|level|window|series|image|img|slice|frame|se|im|no|nr|acc"
    r"|mrn|id)\s?[:=]?|[=x×*<>~±+])\s?$",
    re.I,
)


def _code_and_town(text: str, found: re.Match[str]) -> Iterator[Found]:
    """A code with the town behind it, and with the street in front of both."""
    code, town = found["code"], found["town"]
    is_dutch = len(code) >= 6 and code[-1].isalpha()
    end = _town_end(text, found) if town and not re.match(rf"{UNIT}(?!\w)", town, re.I) else None
    if end is None or not _names_town(text, found):
        if is_dutch and not is_known(code[-2:]) and re.fullmatch(UNIT, code[-2:]) is None:
            yield Found(found.start("code"), found.end("code"), Rule.POSTAL_TOWN)
        return
    base = max(0, found.start() - _LOOK_BACK)
    before = text[base : found.start()]
    street = _HOUSE_LAST.search(before)
    if street is not None:
        start = sentence_start(text, base + street.start("words"), base + street.end("words"))
        first = _first_of_street(text[start : base + street.end("words")])
        street = None if first is None else street
    if street is not None and first is not None:
        yield Found(first_word_before(text, start + first), end, Rule.STREET_ADDRESS)
        return
    if re.search(r"[,;\n]\s?$", before) and any(map(str.isdigit, before)):
        yield from _address(text, found.start(), end)
        return
    yield Found(found.start(), end, Rule.POSTAL_TOWN)


def _first_of_street(words: str) -> int | None:
    """Where the name of a street begins within the words in front of a number: at the first that is no term."""
    named = [
        word
        for word in re.finditer(WORD, words)
        if word.group()[0].isupper() and not is_known(word.group()) and not is_common(word.group())
    ]
    return named[0].start() if named else None


def _names_town(text: str, found: re.Match[str]) -> bool:
    """Whether a word behind digits is a town: with digits that are no year and no dose, or with a sign of an address."""
    code, town = found["code"], found["town"]
    if not (town[0].isupper() or town[0] in "'’"):
        return False
    if found["country"] or not code.isdecimal() or len(code) == 5 or re.split(r"[ .,;-]", town.lower())[0] in _TOWNS:
        return "-" not in code or not town.isupper()
    return (
        not town.isupper()
        and _SETTING_BEFORE.search(text, max(0, found.start() - 12), found.start()) is None
        and not (1900 <= int(code) <= 2100)
    )


def _town_end(text: str, found: re.Match[str]) -> int | None:
    start = found.start("town")
    end = end_behind(" " + text[start : start + 80], 0, 4, also=_OF_TOWNS)
    if end is None:
        return None
    end += start - 1
    more = _BEHIND_TOWN.match(text, end)
    return more.end() if more else end


def _with_town(text: str, position: int) -> int:
    """Where an address ends whose street ends at a position: behind its code and town."""
    sign = _SIGN.match(text, position)
    if sign is None:
        return position
    postal = _POSTAL.match(text, sign.end())
    if postal and postal["town"] and (end := _town_end(text, postal)):
        return end
    if not text[sign.end() : sign.end() + 1].isupper():
        return position
    state = _TOWN_AND_STATE.match(text, sign.end())
    if state is not None:
        return state.end()
    town = end_behind(text, sign.end() - 1, 3, also=_OF_TOWNS) if "," in sign.group() and text[sign.end() - 1] == " " else None
    return position if town is None or _is_label(text[sign.end() : town]) else town


def _find_street_before(text: str, start: int, end: int) -> Iterator[Found]:
    if span := street_before(text, start, end):
        yield Found(span[0], _with_town(text, span[1]), Rule.STREET_ADDRESS)


def _find_street_behind(text: str, start: int, end: int) -> Iterator[Found]:
    if span := street_behind(text, start, end):
        yield Found(span[0], _with_town(text, span[1]), Rule.STREET_ADDRESS)


_WORDS_OF_LINES = frozenset(
    words_of("""
    p po post postfach postbus casella apartado boîte boite caixa postboks private bp apt apartment suite ste flat
    appartement appt wohnung whg
    """)
)
FINDERS: dict[str, tuple[Callable[[str, int, int], Iterator[Found]], ...]] = {
    **dict.fromkeys(BEHIND, (_find_street_before,)),
    **dict.fromkeys(IN_FRONT | MAYBE_IN_FRONT, (_find_street_behind,)),
    **dict.fromkeys(_WORDS_OF_LINES, (_find_line,)),
    **dict.fromkeys(BEHIND & (IN_FRONT | MAYBE_IN_FRONT), (_find_street_before, _find_street_behind)),
}
"""Each word, in lower case, that a street may be called with."""
