"""What was planted where: all that the scorer knows about the input beside the input itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .phrases import Dated, Fate, Kept, Phrase, Secret
from .tree import Day, Encoded, Item, Uid, is_standard_uid, walk

VERSION = 2
"""Of the JSON form; raised when its meaning changes."""


@dataclass(frozen=True)
class Plant:
    """Something in a header or in the bytes around it that goes, moves or stays.

    Attributes:
        path: Attributes and item numbers, as `00400275[0]/00321033`; private attributes by their creator, as
            `0009{CREATOR}10`; of the file meta information with `meta/` in front; else `preamble`, `codestream`,
            `after the codestream`, `padding` or `file name`.
        vr: Value Representation; empty beside the header.
        carrier: What kind of place that is, such as `LO`, `private UN` or `codestream comment`.
        depth: How many sequences lie around it.
        category: What it is, such as `name of the patient`.
        form: How it is spelled.
        culture: Whose it is.
        fate: What a de-identifier owes to it.
        text: As it was written.
        needles: Any of these in the output gives it away; for what stays, what has to be there.
        day: ISO date of what moves; empty otherwise.
        template, language: How the day is spelled; an empty template is a value of VR DA or DT.
    """

    path: str
    vr: str
    carrier: str
    depth: int
    category: str
    form: str
    culture: str
    fate: Fate
    text: str
    needles: tuple[str, ...]
    day: str = ""
    template: str = ""
    language: str = ""


@dataclass(frozen=True)
class UidPlant:
    """A UID that has to be replaced.

    Attributes:
        is_reference: Whether it names another instance, series or study, or a frame of reference.
    """

    path: str
    text: str
    is_reference: bool


@dataclass(frozen=True)
class Line:
    """A line of text in pixels.

    Attributes:
        frames: Indices of the frames that show it.
        box: Left, top, right, bottom of its ink, in pixels; right and bottom are outside.
        text: What it says.
        needles: As in `Plant`.
        category, culture, script: What it is, and in which letters.
        fate: GO or STAY.
        size_px: Height of its letters.
        contrast: How far it is from what is behind it, as a share of the range of values.
        angle: In degrees, against the clock.
        secret_box: As `box`, of the part that gives it away: a label in front of it may stay.
    """

    frames: tuple[int, ...]
    box: tuple[int, int, int, int]
    text: str
    needles: tuple[str, ...]
    category: str
    culture: str
    script: str
    fate: Fate
    size_px: int
    contrast: float
    angle: float
    secret_box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Instance:
    """One file of the input.

    Attributes:
        file: Path relative to the input folder, with slashes.
        sop_class, sop_instance_uid, transfer_syntax: UIDs.
        kind: What it is, such as `CT` or `RT Structure Set`.
        number: Instance Number, which no other file of the corpus has: outputs are matched by it.
        patient: Number of the patient in the corpus.
        culture: Of the patient.
        patient_id: As the header has it.
        is_lossy: Whether the frames are compressed with loss.
        identity: Needles of the patient that must not stand anywhere in the file.
        plants, uids, lines: What is in it.
    """

    file: str
    sop_class: str
    sop_instance_uid: str
    transfer_syntax: str
    kind: str
    number: int
    patient: int
    culture: str
    patient_id: str
    is_lossy: bool
    identity: tuple[str, ...]
    plants: tuple[Plant, ...]
    uids: tuple[UidPlant, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Manifest:
    """A corpus.

    Attributes:
        seed, lists: What it was drawn from.
        fonts: Names of fonts of the machine that were used; empty when the bytes depend on the seed alone.
    """

    seed: int
    lists: str
    fonts: tuple[str, ...]
    instances: tuple[Instance, ...]

    def write(self, path: Path) -> None:
        """Write it as JSON, the same bytes each time."""
        path.write_text(
            json.dumps({"version": VERSION, **dataclasses.asdict(self)}, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read what `write` wrote.

        Raises:
            ValueError: It is of another version.
        """
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if held.pop("version") != VERSION:
            raise ValueError(f"not a manifest of version {VERSION}")
        instances = tuple(map(_instance, held.pop("instances")))
        return cls(held["seed"], held["lists"], tuple(held["fonts"]), instances)


def _instance(held: dict[str, Any]) -> Instance:
    plants = tuple(
        Plant(**{**plant, "needles": tuple(plant["needles"]), "fate": Fate(plant["fate"])}) for plant in held["plants"]
    )
    lines = tuple(
        Line(
            **{
                **line,
                "needles": tuple(line["needles"]),
                "frames": tuple(line["frames"]),
                "box": tuple(line["box"]),
                "secret_box": tuple(line["secret_box"]),
                "fate": Fate(line["fate"]),
            }
        )
        for line in held["lines"]
    )
    uids = tuple(UidPlant(**uid) for uid in held["uids"])
    return Instance(**{**held, "identity": tuple(held["identity"]), "plants": plants, "uids": uids, "lines": lines})


def plants_of(item: Item, above: str = "") -> tuple[list[Plant], list[UidPlant]]:
    """What is planted in a tree."""
    plants: list[Plant] = []
    uids: list[UidPlant] = []
    for path, depth, element in walk(item, above):
        carrier = element.carrier or element.vr
        values = element.value if isinstance(element.value, list) else [element.value]
        for value in values:
            if isinstance(value, Uid) and not is_standard_uid(value.text):
                uids.append(UidPlant(path, value.text, value.is_reference))
            elif isinstance(value, Day):
                day = value.day.isoformat()
                plants.append(
                    Plant(
                        path,
                        element.vr,
                        carrier,
                        depth,
                        "date attribute",
                        "DICOM",
                        "",
                        Fate.MOVE,
                        value.text(),
                        (value.text()[:8],),
                        day,
                    )
                )
            else:
                text = value.phrase if isinstance(value, Encoded) else value
                form = value.codec if isinstance(value, Encoded) else ""
                plants += phrase_plants(text, path, carrier, depth, element.vr, form) if isinstance(text, Phrase) else ()
    return plants, uids


def phrase_plants(phrase: Phrase, path: str, carrier: str, depth: int, vr: str = "", codec: str = "") -> Iterator[Plant]:
    """What is planted in one value."""
    for part in phrase.parts:
        if isinstance(part, Secret):
            form = f"{part.form}, {codec}" if codec else part.form
            yield Plant(path, vr, carrier, depth, part.category, form, part.culture, Fate.GO, part.text, part.needles)
        elif isinstance(part, Dated):
            yield Plant(
                path,
                vr,
                carrier,
                depth,
                part.category,
                part.template,
                part.language,
                Fate.MOVE,
                part.text,
                (part.text,),
                part.day.isoformat(),
                part.template,
                part.language,
            )
        elif isinstance(part, Kept) and not carrier.startswith("private"):  # What is unknown goes as a whole.
            yield Plant(path, vr, carrier, depth, part.category, "", "", Fate.STAY, part.text, (part.text,))
