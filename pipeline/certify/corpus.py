"""The corpus: which patients have which studies, written as the input, or as the right output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.uid import ExplicitVRLittleEndian

from .captions import write_captions
from .carriers import plant, plant_comment
from .codestreams import ADDERS
from .cultures import CULTURES
from .dice import Dice
from .drafts import Draft, answered_name
from .headers import Series, Study, draw_series, draw_study, draw_uid, general_header, meta_header
from .imaging import IMAGES
from .manifest import Manifest
from .objects import OBJECTS, Reference
from .people import draw_person
from .phrases import Secret, phrase
from .transliterate import fold_letters
from .tree import Answer
from .word_lists import Split

KITS = (
    ("CT", "CT", "PET", "Segmentation", "RT Structure Set", "RT Plan", "Key Object"),
    ("US clip", "US", "SC", "ECG", "Photograph"),
    ("MR", "MR", "Enhanced MR", "Presentation State", "SR"),
    ("CR", "DX", "MG", "NM", "XA"),
)
"""What belongs to one study. A patient has two of them."""
_CARRIERS = 10
"""Further places of a header that something is planted in."""
_LONGEST_OFFSET_DAYS = 2000


@dataclass(frozen=True)
class Corpus:
    """What is drawn from a seed.

    Attributes:
        seed: The same seed gives the same bytes.
        instances: How many files.
        lists: The split that names, places and texts are drawn from.
        fonts: Files of further fonts; the bytes depend on them too.
    """

    seed: int
    instances: int = 120
    lists: Split = "measuring"
    fonts: tuple[str, ...] = ()

    def write(self, folder: Path) -> Manifest:
        """Write the input.

        Args:
            folder: Is created, or empty.

        Returns:
            What was planted.
        """
        planted = []
        for draft in self.drafts():
            _write(folder / draft.file, draft.to_bytes())
            planted.append(draft.describe())
        return Manifest(self.seed, self.lists, tuple(Path(font).name for font in self.fonts), tuple(planted))

    def write_answer(self, folder: Path) -> None:
        """Write the right output: identifiers gone, dates moved, UIDs replaced, text in pixels filled."""
        drafts = list(self.drafts())
        uids = {uid.text: _new_uid(self.seed, uid.text) for draft in drafts for uid in draft.describe().uids}
        for draft in drafts:
            answer = Answer(-Dice(self.seed, "offset", draft.patient).whole(1, _LONGEST_OFFSET_DAYS), uids)
            _write(folder / answered_name(draft, answer), draft.to_bytes(answer))

    def drafts(self) -> Iterator[Draft]:
        """The files, one after the other."""
        number = patient = 0
        order = Dice(self.seed, "cultures").order(CULTURES)
        while number < self.instances:
            dice = Dice(self.seed, "patient", patient)
            person = draw_person(order[patient % len(order)], self.lists, dice)
            for visit in range(2):
                study = draw_study(person, self.lists, dice.apart("study", visit))
                kit = KITS[(2 * patient + visit) % len(KITS)][: self.instances - number]
                for draft in self._study(study, patient, kit, number, dice.apart("visit", visit)):
                    yield draft
                    number += 1
            patient += 1

    def _study(self, study: Study, patient: int, kinds: Sequence[str], first: int, dice: Dice) -> Iterator[Draft]:
        known: list[Reference] = []
        series: dict[str, Series] = {}
        for place, kind in enumerate(kinds):
            own = dice.apart("instance", place)
            modality = IMAGES[kind].modality if kind in IMAGES else OBJECTS[kind].modality
            if kind not in series:
                series[kind] = draw_series(study, modality, len(series) + 1, own)
            uid, number = draw_uid(own), 1001 + first + place
            sop_class = IMAGES[kind].sop_class if kind in IMAGES else OBJECTS[kind].sop_class
            item = general_header(series[kind], str(sop_class), uid, number)
            syntax = own.pick(IMAGES[kind].syntaxes) if kind in IMAGES else ExplicitVRLittleEndian
            folder = f"{_ascii(study.patient.name.family)}_{_ascii(study.patient.name.given)}"
            file = f"{folder}/{study.writer.accession}/{_ascii(kind)}{number}.dcm"
            draft = Draft(kind, study, patient, item, meta_header(study, own), uid, number, syntax, file)
            if kind in IMAGES:
                image = IMAGES[kind]
                image.describe(item, series[kind], own)
                draft.picture, draft.bits_stored = image.draw(own), image.bits_stored
                write_captions(draft.picture, study, image.captions, own.apart("captions"), self.fonts)
            else:
                OBJECTS[kind].describe(item, series[kind], known, own)
            plant(item, study, _CARRIERS, own.apart("plants"))
            if own.chance(0.7):
                plant_comment(item, study, own.apart("comment"))
            self._put_around(draft, own.apart("around"))
            known.append(Reference(kind, str(sop_class), uid, series[kind].uid))
            yield draft

    def _put_around(self, draft: Draft, dice: Dice) -> None:
        """Texts beside the header: preamble, padding, comments of codestreams, and the names of file and folder."""
        writer = draft.study.writer
        name = draft.study.patient.name
        letters = Secret(_ascii(name.family), "name of the patient", "letters alone", (), draft.study.patient.culture.name)
        draft.around["file name"] = phrase(letters)
        if dice.chance(0.3):
            draft.around["preamble"] = phrase(letters)
        if dice.chance(0.2):
            draft.around["padding"] = phrase(writer.header_number(dice))
        if draft.picture is not None and draft.syntax.is_compressed:
            for place in ADDERS:
                has_room = place != "codestream comment" or draft.syntax.name != "RLE Lossless"
                if dice.chance(0.4) and has_room:
                    draft.around[place] = phrase(writer.header_number(dice))


def _new_uid(seed: int, old: str) -> str:
    return draw_uid(Dice(seed, "uid", old))


def _ascii(text: str) -> str:
    return "".join(letter for letter in fold_letters(text) if letter.isascii() and letter.isalnum()).capitalize() or "X"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
