"""Finds postal addresses as a whole by what they are made of: proper words, the number of a house and a postal code.

Streets with a known word and towns with a known code are found in `addresses`. Here nothing but the make-up counts: around a
code, within one clause, stand words that are no clinical terms and no settings, and a number of a house.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..core.word_lists import words_of
from .lexicon import is_known, is_setting
from .name_words import ends_like_a_term, ends_like_a_word, is_common
from .proper_words import is_sentence_end
from .rules import Found, Rule
from .street_words import BEHIND, FIRST_WORDS, IN_FRONT, MAYBE_IN_FRONT


@dataclass(frozen=True)
class AddressThresholds:
    """What makes an address, set on addresses and clinical sentences (`tests/phi/test_whole_addresses.py`).

    Attributes:
        proper_words: The fewest words that are no terms.
        look_around: Characters before and behind a code that are looked at.
        words_behind: The most words behind a code.
        numbers: The most numbers beside the code: of a house and of a flat. More are results of a laboratory.
        syllable_letters: A word with marks and no more letters may be a syllable of a name that is spelled like a term.
    """

    proper_words: int = 2
    look_around: int = 120
    words_behind: int = 6
    numbers: int = 2
    syllable_letters: int = 5


THRESHOLDS = AddressThresholds()
_CODE = re.compile(
    r"〒[ ]?\d{3}-?\d{4}(?!\d)"
    r"|(?<![\w.,:/+=#-])(?<!\d )(?:(?:[A-Z]{1,2}-)?\d{5,8}(?:-\d{3,4})?|[A-Z]{1,2}-\d{4}"
    r"|\d{3}[ ]\d{2}(?![ ]?\d)|[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2})(?![\w%°/+-]|[.,]\d)"
)
_TOKEN = re.compile(
    r"(?P<number>\d{1,4}[^\W\d_]?(?:[/-]\d{1,4}[^\W\d_]?)?(?![\w.,]*\d)(?!\w)(?:\.(?=,))?)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0591-\u06ed\u0900-\u0dff'’]|[-‐‑](?=[^\W\d_]))*+\.?(?!_))"
    r"|(?P<separator>[ \u00a0]+|,|/|[-–—](?!\d)|\(|\)|:(?=\d)|[nN]?[°º]|№|\#(?=\d))"
)
_STOP = re.compile(r"[;\n]")
_WORDS_OF_ADDRESSES = (
    frozenset(
        words_of("""
        no nr num n street streets new north south east west old upper lower lake port great little st saint san santa
        de la le les du des del d l di da do dos das el los las y e van von der den am an im in bei auf ob zu zum zur alle al
        ul bul nab per pr sh g gor pos p d s klkh rn obl kv str stan ter lok k ost bld apt flat
        ул бул наб пер пр просп ш алл г гор п пос д с ст клх к р-н обл кв стр дом корп пл
        tp thành phố thanh pho đường quận phường tỉnh mah mahallesi cad cd sok sk bulv blok kat daire
        edif depto int interior piso bl sc et ap unit bloco apto nad pod u
        jl jalan rt rw kel kec kota os οδος οδός λεωφόρος τ.κ τκ
        """)
    )
    | BEHIND
    | IN_FRONT
    | MAYBE_IN_FRONT
    | FIRST_WORDS
)
"""They belong to addresses, but do not identify."""
_PARTS_OF_HOUSES = frozenset(
    words_of("""
    edif depto int interior piso bl sc et ap apt flat unit bloco apto kat daire дом корп кв
    """)
)
_ROUND = "000"
"""Counts of cells end with it far more often than codes do."""
_LAST_LATIN = "\u02ff"


@dataclass(frozen=True, slots=True)
class _Token:
    """A part of a clause.

    Attributes:
        start, end: Half-open range of characters.
        kind: "number", "proper", "small" (a word of addresses that does not identify) or "sign".
    """

    start: int
    end: int
    kind: str
    text: str


def find_whole_addresses(text: str) -> Iterator[Found]:
    """Addresses with a house number, a postal code of five or more characters and two or more proper words."""
    end = 0
    for code in _CODE.finditer(text):
        if code.start() >= end and (span := _address_around(text, code)) is not None:
            end = span[1]
            yield Found(*span, Rule.STREET_ADDRESS)


def _address_around(text: str, code: re.Match[str]) -> tuple[int, int] | None:
    before = _trimmed_before(_tokens_before(text, code.start()))
    behind = _trimmed_behind(_tokens_behind(text, code.end()))
    if not _is_address(before, behind, code.group()):
        return None
    start, end = (before[0].start if before else code.start()), (behind[-1].end if behind else code.end())
    is_bracketed = end == code.end() and text[end : end + 1] == ")" and text[start : code.start()].endswith("(")
    return start, end + is_bracketed


def _is_address(before: Sequence[_Token], behind: Sequence[_Token], code: str) -> bool:
    tokens = [*before, *behind]
    proper = [token for token in tokens if token.kind == "proper"]
    capitals = sum(not token.text[0].islower() for token in proper)
    houses = [token for token, earlier in zip(tokens, [None, None, *tokens], strict=False) if _is_house(token, earlier)]
    if not houses or not proper or code.endswith(_ROUND):
        return False
    if code[0] == "〒":
        return True
    is_in_front = any(token.kind == "number" for token in before) or _is_cyrillic_or_asian(behind)
    return (
        is_in_front and len(houses) <= THRESHOLDS.numbers and capitals >= THRESHOLDS.proper_words and _has_form(before, behind)
    )


def _is_house(token: _Token, earlier: _Token | None) -> bool:
    """Whether a token is a number, and not that of a flat or the like: "Edif. 400"."""
    is_of_flat = earlier is not None and earlier.kind == "small" and earlier.text.lower().rstrip(".") in _PARTS_OF_HOUSES
    return token.kind == "number" and not is_of_flat


def _is_cyrillic_or_asian(tokens: Sequence[_Token]) -> bool:
    """Whether words are of a script in which the code comes first, as in Russian and Chinese."""
    return any(token.kind == "proper" and token.text[0] > _LAST_LATIN for token in tokens)


def _has_form(before: Sequence[_Token], behind: Sequence[_Token]) -> bool:
    """Whether more than numbers between words speaks for an address: a sign, a word of addresses, the house first."""
    tokens = [*before, *behind]
    is_first = bool(before) and before[0].kind == "number"
    has_comma = any(token.kind == "sign" and token.text in (",", "(", "№", ":") for token in tokens)
    has_small = any(token.kind == "small" and len(token.text) > 1 for token in tokens)
    return is_first or has_comma or has_small or _is_cyrillic_or_asian(tokens)


def _tokens_before(text: str, position: int) -> list[_Token]:
    """The tokens of the clause in front of a position, from the last border on."""
    base = max(0, position - THRESHOLDS.look_around)
    for stop in _STOP.finditer(text, base, position):
        base = stop.end()
    found: list[_Token] = []
    while base < position:
        token = _TOKEN.match(text, base, position)
        kind = _kind(text, token) if token else ""
        if token is None or not kind:
            found.clear()
            base = _next_start(text, token.end() if token else base + 1, position)
            continue
        found.append(_Token(*token.span(), kind, token.group()))
        base = token.end()
        if _ends_sentence(text, token):
            found.clear()
    return found


def _next_start(text: str, position: int, end: int) -> int:
    """Behind the rest of a word or number that is none of an address."""
    while position < end and (text[position].isalnum() or text[position] in "._"):
        position += 1
    return position


def _tokens_behind(text: str, position: int) -> list[_Token]:
    found: list[_Token] = []
    words = 0
    while words < THRESHOLDS.words_behind and (token := _TOKEN.match(text, position)) is not None:
        kind = _kind(text, token)
        if not kind or (kind == "proper" and token.group()[0].islower()):
            break
        ends = _ends_sentence(text, token)
        end = token.end() - (ends and token.group().endswith("."))
        found.append(_Token(token.start(), end, kind, token.group()))
        words += kind in ("proper", "small")
        if ends or text[token.end() : token.end() + 1] in (".", ";"):
            break
        position = token.end()
    return found


def _ends_sentence(text: str, token: re.Match[str]) -> bool:
    if token["number"]:
        return text[token.end() : token.end() + 2] in (". ", ".\n", ".")
    return bool(token["word"]) and token.group().endswith(".") and is_sentence_end(text, token.end() - 1)


def _kind(text: str, token: re.Match[str]) -> str:
    if token["number"]:
        return "number"
    if token["separator"]:
        return "sign"
    return _kind_of_word(token.group().rstrip("."))


@functools.lru_cache(maxsize=4096)
def _kind_of_word(word: str) -> str:
    composed = unicodedata.normalize("NFC", word)
    if composed.lower() in _WORDS_OF_ADDRESSES and not (composed.isupper() and is_known(word) and len(word) > 1):
        return "small"
    if is_setting(word) or is_known(word) or is_common(word):
        # "Hồ Chí Minh": without their marks, words of one syllable look like terms.
        return "small" if not composed.isascii() and composed.istitle() and len(composed) <= THRESHOLDS.syllable_letters else ""
    if ends_like_a_term(word) or (word[0].islower() and ends_like_a_word(word)) or len(word) == 1:
        return ""
    return "proper"


def _trimmed_before(tokens: Sequence[_Token]) -> list[_Token]:
    """From the first token on that an address may begin with: a number, a proper word, or what stands directly before one."""
    kept = list(tokens)
    while kept and (kept[0].kind == "sign" or (kept[0].kind == "small" and not _begins_address(kept))):
        kept.pop(0)
    return kept


def _begins_address(tokens: Sequence[_Token]) -> bool:
    """Whether a word of addresses stands directly in front of a proper word: "ул. Кольцова", "New Mathew"."""
    rest = next((token for token in tokens[1:] if token.kind not in ("sign", "small")), None)
    return rest is not None and rest.kind == "proper" and not any(token.text == "," for token in tokens[:2])


def _trimmed_behind(tokens: Sequence[_Token]) -> list[_Token]:
    kept = list(tokens)
    while kept and kept[-1].kind in ("sign", "small"):
        kept.pop()
    return kept
