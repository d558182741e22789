"""Free text of six languages: clinical words with identifiers of the patient and of others between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from .cultures import CULTURES
from .dice import Dice
from .people import Name, Person, Place, draw_address, draw_email, draw_hospital, draw_name, draw_phone
from .phrases import Dated, Kept, Part, Phrase, Secret
from .spellings import spelled_names, spelled_numbers
from .word_lists import Split, load_lists

_SLOT = re.compile(r"\{(\w+)\}|<([^>]*)>")
_SHORTEST_KEPT = 3
GREAT_AGE = 91
"""From this age on a number says more than `90 or older`, which is all that may be said (45 CFR 164.514, Safe Harbor)."""


@dataclass(frozen=True)
class Writer:
    """Writes texts about one patient.

    Attributes:
        patient: Whom they are about.
        accession: The accession number of the study.
        day: The day of the study; dates in texts lie close to it.
        language: Of the texts.
        lists: The split that everything is drawn from.
    """

    patient: Person
    accession: str
    day: date
    language: str
    lists: Split

    def remark(self, dice: Dice) -> Phrase:
        """A sentence of the language with what identifies in it."""
        template = dice.pick(load_lists(self.lists)[f"{self.language} remarks"])
        parts: list[Part] = []
        position = 0
        for found in _SLOT.finditer(template):
            parts += _kept(template[position : found.start()])
            position = found.end()
            parts.append(self._slot(found.group(1), dice) if found.group(1) else found.group(2))
        parts += _kept(template[position:])
        return Phrase(tuple(parts))

    def clinical(self, dice: Dice) -> Phrase:
        """A text that has to stay."""
        return Phrase((Kept(dice.pick(load_lists(self.lists)[f"{self.language} clinical"])),))

    def labelled_name(self, dice: Dice) -> Phrase:
        """Another person behind or before a label."""
        label = dice.pick(load_lists(self.lists)[f"{self.language} labels"])
        before, _, after = label.partition("_")
        return Phrase((before, self._other(dice, "labelled name"), after))

    def header_name(self, dice: Dice) -> Secret:
        """The patient's own name in another spelling."""
        culture = self.patient.culture.name
        spelled = spelled_names(self.patient.name, "name of the patient", culture, dice)
        return dice.pick([secret for secret in spelled if self.patient.can_spell(secret.text)])

    def header_number(self, dice: Dice) -> Secret:
        """The Patient ID in another spelling."""
        return dice.pick(spelled_numbers(self.patient.patient_id, "number of the patient", self.patient.culture.name, dice))

    def dated(self, dice: Dice) -> Dated:
        """A day close to the study."""
        language = self.patient.culture.dates if self.language == self.patient.culture.language else self.language
        templates = [one for one in load_lists(self.lists)[f"{language} dates"] if self.patient.can_spell(one)]
        if not templates:
            language, templates = "english", list(load_lists(self.lists)["english dates"])
        template = dice.pick(templates)
        return Dated(date.fromordinal(self.day.toordinal() - dice.whole(0, 700)), template, language)

    def contact(self, dice: Dice) -> Secret:
        """A way to reach somebody."""
        pattern = dice.pick(load_lists(self.lists)["contacts"])
        text = dice.fill(pattern)
        numbers = [word for word in re.split(r"[^\w.:-]", text) if re.search(r"\d", word)]
        return Secret(text, "contact", pattern, (max(numbers, key=len),), "")

    def age(self, dice: Dice, years: int) -> Part:
        """An age in words of the language: an identifier over 90, clinical text below."""
        template = dice.pick([one for one in load_lists(self.lists)[f"{self.language} ages"] if "{n}" in one])
        sex = {"F": "female", "M": "male"}[self.patient.sex]
        text = template.format(n=years, sex=sex, s=self.patient.sex)
        if years < GREAT_AGE:
            return Kept(text, "age below 90")
        return Secret(text, "age over 89", template, (str(years),), self.language)

    def _slot(self, slot: str, dice: Dice) -> Part:
        culture = self.patient.culture
        draw: dict[str, Callable[[], Part]] = {
            "patient": lambda: self.header_name(dice),
            "id": lambda: self.header_number(dice),
            "accession": lambda: Secret(
                self.accession, "accession number", "as in the header", (self.accession,), culture.name
            ),
            "doctor": lambda: self._other(dice, "name of another person", dice.pick(("Dr. ", "Dr ", ""))),
            "other": lambda: self._other(dice, "name of another person"),
            "date": lambda: self.dated(dice),
            "phone": lambda: self._secret(draw_phone(culture, self.lists, dice), "telephone number"),
            "email": lambda: self._secret(draw_email(draw_name(culture, self.lists, dice), dice), "e-mail address"),
            "address": lambda: self._place(
                draw_address(culture, self.lists, dice, native=self.patient.is_native), "postal address"
            ),
            "hospital": lambda: self._place(draw_hospital(culture, self.lists, dice), "hospital"),
            "device": lambda: self._secret(dice.fill("@@%######"), "serial number"),
            "age": lambda: self.age(dice, dice.whole(GREAT_AGE, 104) if dice.chance(0.6) else dice.whole(19, 89)),
        }
        return draw[slot]()

    def _place(self, where: Place, category: str) -> Secret:
        spelled = self.patient.spelled_place(where)
        return Secret(spelled.text, category, parts=spelled.parts, culture=self.patient.culture.name)

    def _secret(self, text: str, category: str) -> Secret:
        return Secret(self.patient.spelled(text), category, culture=self.patient.culture.name)

    def _other(self, dice: Dice, category: str, title: str = "") -> Secret:
        """Somebody of a culture that uses Latin letters, whom the header does not name."""
        culture = dice.pick([one for one in CULTURES if one.language == self.language and not one.is_native])
        drawn = draw_name(culture, self.lists, dice)
        name = Name(self.patient.spelled(drawn.family), self.patient.spelled(drawn.given))
        form, text = dice.pick(
            (
                ("given and family", f"{title}{name.given} {name.family}"),
                ("initial and family", f"{title}{name.given[0]}. {name.family}"),
                ("family alone", f"{title or 'Dr. '}{name.family}"),
                ("lower case", f"{title}{name.given} {name.family}".lower()),
                ("capitals", f"{name.family}, {name.given}".upper()),
            )
        )
        parts = (name.family, name.given) if name.given.casefold() in text.casefold() else (name.family,)
        return Secret(text, category, form, parts, culture.name)


def _kept(text: str) -> list[Part]:
    """The clinical words of a template; what is too short to be one joins its neighbours."""
    words = text.strip(" ,.;:")
    if len(words) < _SHORTEST_KEPT:
        return [text] if text else []
    start = text.index(words)
    return [part for part in (text[:start], Kept(words), text[start + len(words) :]) if part]
