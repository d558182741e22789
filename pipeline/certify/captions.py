"""What is written on pictures, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .codes import CATEGORY, FORMATS
from .dice import Dice
from .headers import Study
from .ink import can_draw
from .lines import draw_picture_line
from .phrases import Fate
from .pictures import Lettering, Picture, Subject
from .spelled_dates import spell
from .transliterate import drop_marks
from .word_lists import load_lists

_CONTRASTS = (0.25, 0.4, 0.6, 0.9)
_SIZES_PX = (12, 16, 20, 26, 34)
_SLOPES = (-6.0, -3.0, 3.0, 6.0)
_SHARE_WITH_CODE = 0.3
_MODULES_PX = (3, 2, 1)
_HANDS = ("plain", "vector", "wide")


@dataclass(frozen=True)
class Captions:
    """How much is written on a kind of picture.

    Attributes:
        identifying, kept: At most so many lines of each.
        share: How many pictures have any.
    """

    identifying: int
    kept: int
    share: float = 1.0


def write_captions(picture: Picture, study: Study, captions: Captions, dice: Dice, fonts: Sequence[str]) -> None:
    """Write lines on a picture: some on all frames, some on one, in all sizes, contrasts and directions."""
    if not dice.chance(captions.share):
        return
    for number in range(dice.whole(1, captions.identifying) if captions.identifying else 0):
        text, subject = _identifying(study, dice.apart("identifying", number), fonts)
        _write(picture, text, subject, dice.apart("look", number), fonts)
    if captions.identifying and dice.apart("code").chance(_SHARE_WITH_CODE):
        _stamp(picture, study, dice.apart("code", 0))
    for number in range(dice.whole(1, captions.kept) if captions.kept else 0):
        text = dice.pick(
            load_lists(study.lists)["english clinical" if dice.chance(0.8) else f"{study.writer.language} clinical"]
        )
        subject = Subject((text,), "clinical text", "", "Latin", Fate.STAY)
        _write(picture, text, subject, dice.apart("kept", number), fonts)


def _stamp(picture: Picture, study: Study, dice: Dice) -> None:
    """A bar code of a number of the header."""
    numbers = [one for one in (study.patient.patient_id, study.writer.accession) if one.isascii()]
    if not numbers:
        return
    content = dice.pick(numbers).upper()
    format_ = dice.pick(FORMATS if content.replace("-", "").isalnum() else FORMATS[2:])
    subject = Subject((content,), CATEGORY, study.patient.culture.name, "Latin", Fate.GO)
    for module_px in (dice.pick(_MODULES_PX), _MODULES_PX[-1]):
        if picture.stamp_code(content, format_, module_px, subject, dice):
            return


def _identifying(study: Study, dice: Dice, fonts: Sequence[str]) -> tuple[str, Subject]:
    """A line of the header's own, or of somebody else."""
    patient, culture = study.patient, study.patient.culture
    name, language = patient.name, study.patient.culture.dates
    if dice.chance(0.35):
        line = draw_picture_line(study.lists, culture, dice)
        if can_draw(line.text, fonts):
            return line.text, Subject(
                line.secrets, f"{line.category}, not of the header", culture.name, _script(line.text), Fate.GO
            )
    day = spell(study.day, dice.pick(load_lists(study.lists)[f"{language} dates"]), language)
    birth = spell(patient.birth, dice.pick(load_lists(study.lists)[f"{language} dates"]), language)
    family, given = name.family, name.given
    choices = [
        (f"{family}, {given}".upper(), name.parts[:2], "name of the patient"),
        (drop_marks(f"{family} {given}"), name.parts[:2], "name of the patient"),
        (f"{given[:1]}. {family}", (family,), "name of the patient"),
        (f"ID {patient.patient_id}", (patient.patient_id,), "number of the patient"),
        (patient.patient_id, (patient.patient_id,), "number of the patient"),
        (f"Acc {study.writer.accession}", (study.writer.accession,), "accession number"),
        (f"DOB {birth}", (birth,), "birth date"),
        (day, (day,), "date of the study"),
        (patient.hospital.text, patient.hospital.parts, "hospital"),
        (f"Dr. {study.referring.family}", (study.referring.family,), "name of another person"),
    ]
    if name.native_family:
        choices += [(f"{name.native_family} {name.native_given}", name.parts[2:], "name of the patient")] * 4
    drawable = [choice for choice in choices if can_draw(choice[0], fonts)]
    text, needles, category = dice.pick(drawable)
    return text, Subject(needles, category, culture.name, _script(text), Fate.GO)


def _write(picture: Picture, text: str, subject: Subject, dice: Dice, fonts: Sequence[str]) -> None:
    frames = range(len(picture.pixels))
    shown = [dice.pick(list(frames))] if len(frames) > 1 and dice.chance(0.3) else list(frames)
    turned = dice.pick((90.0, 180.0, 270.0)) if dice.chance(0.08) else dice.pick(_SLOPES) if dice.chance(0.08) else 0.0
    hand = dice.pick((*fonts, *_HANDS)) if can_draw(text) else dice.pick(tuple(fonts))
    sizes = [size for size in _SIZES_PX if size * 20 <= picture.pixels.shape[2]] or [_SIZES_PX[0]]
    for size_px in (dice.pick(sizes), _SIZES_PX[0]):
        look = Lettering(size_px, dice.pick(_CONTRASTS), turned, hand, is_in_margin=dice.chance(0.6))
        if picture.write(text, look, subject, shown, dice):
            return


def _script(text: str) -> str:
    import unicodedata

    names = {unicodedata.name(letter, "LATIN").split()[0] for letter in text if letter.isalpha() and not letter.isascii()}
    other = sorted(names - {"LATIN"})
    return other[0].capitalize() if other else "Latin"
