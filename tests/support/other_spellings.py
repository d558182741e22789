"""How people, keyboards and interfaces spell a name or a number, and a check that knows nothing of the product."""

from __future__ import annotations

import html
import html.entities
import re
import unicodedata
import urllib.parse
from collections.abc import Callable

_BASE = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "a"}
_DIGRAPHS = {
    **{"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ß": "ss", "æ": "ae", "š": "sh", "ž": "zh", "č": "ch", "ş": "sh"},
    **{"ș": "sh", "ț": "ts", "đ": "dj", "ç": "ch"},
}
_RUSSIAN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        re.split(" ", "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya"),
        strict=True,
    )
)
_GERMAN = _RUSSIAN | {
    "в": "w",
    "ж": "sch",
    "з": "s",
    "х": "ch",
    "ц": "z",
    "ч": "tsch",
    "ш": "sch",
    "ю": "ju",
    "я": "ja",
    "й": "i",
}
_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρστυφχψως", re.findall(r"\w+", "a v g d e z i th i k l m n x o p r s t y f ch ps o s"), strict=True)
)

HEADERS = (
    ("Brückenhäuser^Jörg", "88-4417-302"),
    ("Mueller-Weissgerber^Baerbel", "QX-57720981"),
    ("Strauß^Mechthild", "0045519283"),
    ("Skjærstad-Åkerblom^Bjørn", "120457-33981"),
    ("Gündoğmuş^Şükriye", "11223344556"),
    ("Krzyżanowska^Łucja", "85041277123"),
    ("Đorđević^Željko", "0412985710034"),
    ("Þorgrímsdóttir^Guðrún", "3105678829"),
    ("Căpățînă^Ștefania", "RO-4451-9907"),
    ("Щербатюк^Алексей", "ИБ-559120"),
    ("Zhukovskaya^Nadezhda=Жуковская^Надежда", "RU7755123"),
    ("Παπαχρήστου^Ευγενία", "GR 44 871 209"),
    ("O'Donoghue^Siobhan", "M0012-99817"),
    ("de la Fuenmayor^Xiomara", "V-14.557.203"),
    ("Oberholzer Baumgartner^Vreni", "756.3345.8812.90"),
    ("Nakagawara^Tomoko=中川原^智子=なかがわら^ともこ", "20-884-1177"),
    ("Wolf^Jana", "4471209"),
)
"""Invented patients: name and ID."""


def folded(text: str) -> str:
    """Small letters without accents and separators."""
    letters = "".join(_BASE.get(char, char) for char in unicodedata.normalize("NFC", text).lower())
    return "".join(char for char in unicodedata.normalize("NFKD", letters) if char.isalnum())


def _bare(text: str) -> str:
    spelled = "".join(_cased(char, _BASE) for char in unicodedata.normalize("NFC", text))
    return "".join(char for char in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(char))


def _cased(char: str, table: dict[str, str]) -> str:
    spelled = table.get(char.lower(), char)
    return spelled.capitalize() if char.isupper() and spelled != char else spelled


def _digraphs(text: str) -> str:
    return _bare("".join(_cased(char, _DIGRAPHS) for char in text))


def _romanized(table: dict[str, str]) -> Callable[[str], str]:
    def of(text: str) -> str:
        shown = unicodedata.normalize("NFC", text.replace("ου", "ou"))
        return "".join(_cased(char, table) if char.lower() in table else _cased(_bare(char), table) for char in shown)

    return of


def names(name: str) -> dict[str, str]:
    """The surname of a PN value in other spellings, by what was done to it."""
    groups = name.split("=")
    family, given = groups[0].split("^")[:2]
    last = [word for word in re.split(r"[-' ]", family) if not word.islower()][-1]
    middle, initial, solid = len(last) // 2, _bare(given)[0], re.sub(r"[-' ]", "", family)
    spelled = {
        "as it is": family,
        "capitals": family.upper(),
        "small letters": family.lower(),
        "without accents": _bare(family).upper(),
        "digraphs": _digraphs(family),
        "decomposed": unicodedata.normalize("NFD", family),
        "without separators": solid,
        "initial behind": f"{_bare(last)}{initial}",
        "initial in front": f"{initial}{_bare(last)}",
        "login": f"{initial}{_bare(last)}2".lower(),
        "login with underscore": f"{_bare(last)}_{initial}".lower(),
        "digit behind": f"{_bare(last)}7",
        "given name behind": f"{_bare(solid)}{_bare(given)}",
        "given name in front": f"{_bare(given)}{_bare(solid)}".upper(),
        "URL": urllib.parse.quote(family),
        "URL twice": urllib.parse.quote(urllib.parse.quote(family)),
        "URL of all": "".join(f"%{byte:02x}" for byte in family.encode()),
        "quoted-printable": "".join(char if char.isascii() else "".join(f"={b:02X}" for b in char.encode()) for char in family),
        "HTML numbers": "".join(f"&#{ord(char)};" for char in family),
        "HTML names": "".join(
            f"&{html.entities.codepoint2name[ord(char)]};" if ord(char) in html.entities.codepoint2name else char
            for char in family
        ),
        "JSON": "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in family),
        "octal": "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in family.encode()),
        "full width": "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in _bare(family)),
        "UTF-8 as Latin-1": family.encode().decode("latin-1"),
    }
    if len(last) > 6:
        spelled |= {
            f"broken by {between!r}": f"{last[:middle]}{between}{last[middle:]}"
            for between in ("\r\n", "-\r\n  ", "\n", "\f", "\u200b", "\u00ad", " ", "\t")
        }
        spelled |= {"spaced": " ".join(_bare(last)), "dotted": ".".join(_bare(last).upper())}
    if not family.isascii() and sum(map(str.isascii, family)) >= max(5, 0.7 * len(family)):
        spelled["lost letters"] = "".join(char if char.isascii() else "?" for char in family)
    for sign in "-' ":
        if sign in family and family.islower() is False:
            spelled |= {f"{sign!r} as {other!r}": family.replace(sign, other) for other in ("_", "\u2019", "\u2010", ".", "")}
    spelled |= {f"half {index}": half for index, half in enumerate(re.split(r"[- ]", family)) if len(half) > 3}
    if re.search("[а-я]", family):
        spelled |= {"English": _romanized(_RUSSIAN)(family), "German": _romanized(_GERMAN)(family)}
    if re.search("[α-ω]", family):
        spelled["Latin"] = _romanized(_GREEK)(family)
    spelled |= {f"group {index}": group.split("^")[0] for index, group in enumerate(groups[1:])}
    return {how: spelling for how, spelling in spelled.items() if spelling}


def numbers(identifier: str) -> dict[str, str]:
    """An ID in other spellings, by what was done to it."""
    core = "".join(filter(str.isalnum, identifier))
    digits = max(re.findall(r"\d+", core), key=len).lstrip("0")
    spelled = {
        "as it is": identifier,
        "solid": core,
        "small letters": core.lower(),
        "letter in front": f"x{core}",
        "letter behind": f"{core}a",
        "word in front": f"ID{core}",
        "underscores": f"pat_{core}_1",
        "spaced": " ".join(core),
        "groups": " ".join(core[index : index + 3] for index in range(0, len(core), 3)),
        "dotted": ".".join(core[index : index + 2] for index in range(0, len(core), 2)),
        "slashes": "/".join(core[index : index + 4] for index in range(0, len(core), 4)),
        "broken": f"{core[:4]}\r\n{core[4:]}",
        "URL": urllib.parse.quote(identifier, safe=""),
        "HTML": "".join(f"&#{ord(char)};" for char in core),
        "full width": "".join(chr(ord(char) + 0xFEE0) if char.isascii() else char for char in core),
    }
    if len(digits) >= 6:
        spelled |= {"digits": digits, "zeros": f"000{digits}"}
    return spelled


def shows(data: bytes, name: str, spelling: str) -> bool:
    """Whether a spelling, or a part of the name in plain letters, stands in bytes, whatever their character set."""
    wanted = {folded(spelling)}
    for part in re.split(r"[-' ^=]", name):
        wanted |= {folded(part), folded(_digraphs(part))}
    texts = [data.decode(codec, "ignore") for codec in ("utf-8", "latin-1", "utf-16-le", "utf-16-be")]
    texts += [html.unescape(urllib.parse.unquote(text)) for text in texts[:2]]
    return any(one in folded(text) for text in texts for one in wanted if len(one) > 3 or (one and one[0] > "\u2e80"))
