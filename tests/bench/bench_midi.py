"""Metadata by the actions of the MIDI-B challenge, on samples of ten kinds full of planted identifiers.

For every action of the challenge's scorer (what is kept, what goes, what moves) the share that is right, under both policies.
The texts are made from a seed.
"""

from __future__ import annotations

import argparse
import io
import random
import re
from collections import Counter
from datetime import date, timedelta

import pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.pipeline.policy import load_policy
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.attribute_types import attribute_types, type_at
from efface.transforms.metadata.handlers.listed import planned_actions
from efface.transforms.metadata.profile import Profile
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import MODALITIES, pseudonyms, saved
from support.samples import sample

_UNLIKELY_CHARACTERS = 6
_GIVEN = (
    "Aurelia",
    "Bartholomew",
    "Clarissa",
    "Desmond",
    "Eleanor",
    "Fitzgerald",
    "Georgiana",
    "Hector",
    "Imogen",
    "Jasper",
    "Katarina",
    "Leopold",
)
_FAMILY = (
    "Abernathy",
    "Blackwood",
    "Castellanos",
    "Dunleavy",
    "Eriksson",
    "Fairweather",
    "Grigoryan",
    "Hollingsworth",
    "Ivanova",
    "Jablonski",
    "Kowalczyk",
)
_WORDS = [
    "AX T2 FLAIR 3mm",
    "CT CHEST W CONTRAST",
    "P4^P101^S108^I0, Gated, 0.0%",
    "MG Mammo Screening Bilateral",
    "t1_mprage_sag_p2_iso",
    "PET CT",
    "Head^01_Brain (Adult)",
    "US THYROID LIMITED",
    "CHEST/ABD/PEL W 5.0 B31f",
    "3D SPGR POST",
    "XR KNEE 2V LT",
    "delayed phase, arterial",
]
_TEXTS = ("StudyDescription", "SeriesDescription", "ProtocolName", "ImageComments", "AdditionalPatientHistory", "MedicalAlerts")
_ROOT = "1.2.826.0.1.3680043.9999"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    arguments = parser.parse_args()
    table: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for name in ("tcia", "basic"):
        table[name] = Counter(), Counter()
        profile = load_policy(name).profile
        for number in range(arguments.rounds):
            for file in MODALITIES:
                for action, is_right, what in judge(file, profile, random.Random(f"{arguments.seed}/{number}/{file}")):
                    table[name][0][action] += 1
                    table[name][1][action] += is_right
                    if arguments.show and not is_right:
                        print(name, file, action, what)
    print("| action | " + " | ".join(table) + " |\n|---|" + "---|" * len(table))
    for action in sorted({action for done, _ in table.values() for action in done}):
        cells = (
            f"{right[action]} of {done[action]} ({right[action] / done[action]:.2%})"
            for done, right in table.values()
            if done[action]
        )
        print(f"| {action} | {' | '.join(cells)} |")
    totals = (f"{sum(right.values()) / sum(done.values()):.3%}" for done, right in table.values())
    print(f"| all | {' | '.join(totals)} |")


def judge(file: str, profile: Profile, seed: random.Random):
    """(action, whether it is right, what it is about) for one instance."""
    before, planted = plant(file, seed)
    dataset = read_dataset(io.BytesIO(saved(before)))
    scrubbed = scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
    data = serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)
    after = pydicom.dcmread(io.BytesIO(data))
    types = attribute_types(before, before.SOPClassUID)
    plan = planned_actions(profile)
    for element in before:
        if element.tag.is_private or types is None:
            continue
        kind = type_at(types, f"{int(element.tag):08X}")
        if kind in ("2", "2C"):
            yield "tag_retained", element.tag in after, element.keyword
        if kind in ("1", "1C") and not element.is_empty:
            yield "text_notnull", element.tag in after and not after[element.tag].is_empty, element.keyword
        if element.VR == "DA" and not element.is_empty and plan.get(int(element.tag), ("",))[0] == "C":
            moved = day_of(str(element.value)) + timedelta(days=scrubbed.offset_days)
            yield "date_shifted", element.tag in after and str(after[element.tag].value) == f"{moved:%Y%m%d}", element.keyword
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        if keyword in before:
            yield "uid_changed", before[keyword].value != after[keyword].value, keyword
            yield "uid_consistent", after[keyword].value == pseudonyms().uid(before[keyword].value), keyword
    yield "patid_consistent", after.PatientID == scrubbed.names.patient_id, ""
    for keyword, (words, identifying) in planted.items():
        text = str(after.get(keyword, "") or "")
        for word in identifying:
            # A short number stands in pixels and UIDs by chance.
            is_gone = word not in text and (len(word) < _UNLIKELY_CHARACTERS or word.encode() not in data)
            yield "text_removed", is_gone, (keyword, word, text)
        if keyword in _TEXTS and "clean_descriptors" in profile.options:
            for word in words.split():
                yield (
                    "text_retained",
                    word in text.split() or word.rstrip(",.") in re.split(r"[\s,]+", text),
                    (keyword, word, text),
                )


def plant(file: str, seed: random.Random) -> tuple[Dataset, dict[str, tuple[str, list[str]]]]:
    """A sample with a patient of its own, and for each attribute its clinical words and what must go."""
    dataset = pydicom.dcmread(io.BytesIO(sample(file)))
    first, last, other = seed.choice(_GIVEN), seed.choice(_FAMILY), seed.choice(_FAMILY)
    number, day = f"{seed.randrange(10**7, 10**8)}", date(1990, 1, 1) + timedelta(days=seed.randrange(9000))
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.PatientName, dataset.PatientID, dataset.AccessionNumber = (
        f"{last.upper()}^{first.upper()}",
        number,
        f"AC{number[::-1]}",
    )
    dataset.ReferringPhysicianName = f"{other}^{seed.choice(_GIVEN)}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}.{number}", f"{_ROOT}.{number}.1"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{_ROOT}.{number}.1.1"
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = f"{day:%Y%m%d}"
    dataset.PatientBirthDate = "19450302"
    ways: list[tuple[str, list[str]]] = [
        (f"{first} {last}", [first, last]),
        (f"{last.upper()}, {first.upper()}", [first.upper(), last.upper()]),
        (f"{last}^{first}", [first, last]),
        (number, [number]),
        (f"MRN: {number}", [number]),
        (f"AC{number[::-1]}", [f"AC{number[::-1]}"]),
        (f"Dr. {other}", [other]),
        (f"{day:%m/%d/%Y}", [f"{day:%m/%d/%Y}"]),
        (f"{day:%Y-%m-%d}", [f"{day:%Y-%m-%d}"]),
        (f"{day:%d-%b-%Y}", [f"{day:%d-%b-%Y}"]),
        ("(617) 555-0142", ["555-0142"]),
        ("4471 Juniper Street, Boston, MA 02114", ["4471", "Juniper", "02114"]),
        ("q.public@example.org", ["q.public", "example.org"]),
    ]
    planted = {}
    for keyword in _TEXTS:
        words = seed.choice(_WORDS)
        text, identifying = seed.choice(ways)
        joined = f"{words} {text}" if seed.random() < 0.5 else f"{text} {words}"
        setattr(dataset, keyword, joined[:64] if keyword not in ("ImageComments", "AdditionalPatientHistory") else joined)
        planted[keyword] = (words if len(joined) <= 64 else "", [word for word in identifying if word in joined[:64]])
    item = Dataset()
    item.RequestedProcedureDescription = f"{seed.choice(_WORDS)} {first} {last}"
    dataset.RequestAttributesSequence = Sequence([item])
    planted["RequestAttributesSequence"] = ("", [first, last])
    return dataset, planted


def day_of(value: str) -> date:
    return date(int(value[:4]), int(value[4:6]), int(value[6:8]))


if __name__ == "__main__":
    main()
