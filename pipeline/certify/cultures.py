"""How names, texts, dates and addresses are written in the countries that the patients come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """One way of naming people and places.

    Attributes:
        name: As the lists spell it.
        language: Of free text; English where none of the six languages of the instrument is spoken.
        hospitals: Language of the templates of hospitals.
        character_sets: Specific Character Set of headers in the native spelling.
        codec: The same as a codec of Python, for what is not written by pydicom; of a repertoire as large.
        address: Template of a postal address.
        postcode: Pattern for `Dice.fill`.
        is_native: Whether the lists hold another script than Latin.
    """

    name: str
    language: str
    character_sets: tuple[str, ...]
    codec: str
    address: str
    postcode: str
    is_native: bool = False

    @property
    def dates(self) -> str:
        """The language whose spellings of dates are used."""
        return "japanese" if self.name == "japanese" else self.language


_LATIN_1 = (("ISO_IR 100",), "latin-1")
_AFTER = "{street} {n}, {code} {city}"
_BEFORE = LATIN_ADDRESS = "{n} {street}, {city} {code}"
CULTURES = (
    Culture("american", "english", *_LATIN_1, "{n} {street}, {city}, {state} {code}", "%####"),
    Culture("british", "english", *_LATIN_1, "{n} {street}, {city} {code}", "@@%# #@@"),
    Culture("german", "german", *_LATIN_1, _AFTER, "%####"),
    Culture("french", "french", *_LATIN_1, "{n} {street}, {code} {city}", "%####"),
    Culture("spanish", "spanish", *_LATIN_1, "{street}, {n}, {code} {city}", "%####"),
    Culture("italian", "italian", *_LATIN_1, _AFTER, "%####"),
    Culture("dutch", "dutch", *_LATIN_1, "{street} {n}, {code} {city}", "%### @@"),
    Culture("danish", "english", *_LATIN_1, _AFTER, "%###"),
    Culture("swedish", "english", *_LATIN_1, _AFTER, "### ##"),
    Culture("norwegian", "english", *_LATIN_1, _AFTER, "%###"),
    Culture("finnish", "english", *_LATIN_1, _AFTER, "%####"),
    Culture("polish", "english", ("ISO_IR 101",), "iso8859-2", _AFTER, "##-###"),
    Culture("turkish", "english", ("ISO_IR 148",), "iso8859-9", "{street} No:{n}, {code} {city}", "%####"),
    Culture("vietnamese", "english", ("ISO_IR 192",), "utf-8", _BEFORE, "%#####"),
    Culture("chinese", "english", ("GB18030",), "gb18030", "{city}{street}{n}号 {code}", "%#####", True),
    Culture("japanese", "english", ("", "ISO 2022 IR 87"), "iso2022_jp", "〒{code} {city}{n}-{n}", "###-####", True),
    Culture("korean", "english", ("", "ISO 2022 IR 149"), "euc_kr", "{city} {street} {n} ({code})", "%####", True),
    Culture("indian", "english", ("ISO_IR 192",), "utf-8", _BEFORE, "%#####", True),
    Culture("arabic", "english", ("ISO_IR 127",), "iso8859-6", "{n} {street} {city} {code}", "%####", True),
    Culture("russian", "english", ("ISO_IR 144",), "iso8859-5", "{street} {n}, {city} {code}", "%#####", True),
    Culture("greek", "english", ("ISO_IR 126",), "iso8859-7", _AFTER, "### ##", True),
)
LANGUAGES = ("english", "german", "french", "spanish", "italian", "dutch")
"""Of free text."""
STATES = ("AL", "CA", "CO", "FL", "GA", "IL", "MA", "MN", "NY", "OH", "OR", "PA", "TX", "VA", "WA", "WI")
