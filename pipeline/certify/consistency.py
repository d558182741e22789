"""Whether what changes changes alike everywhere: dates by one offset a patient, UIDs and patients one to one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from .checks import Check
from .manifest import Instance, Plant
from .outputs import Output
from .phrases import Fate
from .spelled_dates import find_days
from .tree import is_standard_uid

Pairs = Sequence[tuple[Instance, Output]]
_MEDIA_UID = "meta/00020003"
_UID, _PATIENT_ID = "00080018", "00100020"


def check_dates(pairs: Pairs) -> Iterator[Check]:
    """Dates in attributes and in texts: none is the original, and what remains moved with its patient."""
    offsets = patient_offsets(pairs)
    for instance, output in pairs:
        for plant in instance.plants:
            if plant.fate is Fate.MOVE:
                yield from _date_checks(plant, output.text(plant.path), offsets.get(instance.patient), instance)


def patient_offsets(pairs: Pairs) -> dict[int, int]:
    """Number of the patient -> the days that most dates of the headers moved by; nobody whose dates were removed."""
    moved: dict[int, Counter[int]] = defaultdict(Counter)
    for instance, output in pairs:
        for plant in instance.plants:
            if plant.fate is Fate.MOVE and not plant.template and (day := _dicom_day(output.text(plant.path))):
                moved[instance.patient][(day - date.fromisoformat(plant.day)).days] += 1
    return {patient: counts.most_common(1)[0][0] for patient, counts in moved.items()}


def _date_checks(plant: Plant, held: str, offset: int | None, instance: Instance) -> Iterator[Check]:
    day = date.fromisoformat(plant.day)
    if plant.template:
        is_gone = plant.text.casefold() not in held.casefold()
        left = find_days(held, plant.template, plant.language, day)
    else:
        found = _dicom_day(held)
        is_gone, left = not held.startswith(plant.needles[0]), [found] if found else []
    yield Check.of_plant("identifiers", plant, instance, is_right=is_gone, detail=held[:80])
    if left:
        has_moved = all(offset is not None and (one - day).days == offset for one in left)
        category = f"{plant.category}: moved by the offset of the patient"
        yield Check.of_plant("dates", plant, instance, is_right=has_moved, detail=held[:80], category=category)


def check_uids(pairs: Pairs) -> Iterator[Check]:
    """UIDs: none is the original, each has one successor of its own, and references lead to instances of the output."""
    became: dict[str, Counter[str]] = defaultdict(Counter)
    for instance, output in pairs:
        for uid in instance.uids:
            if held := output.text(uid.path):
                became[uid.text][held] += 1
    successors = {old: counts.most_common(1)[0][0] for old, counts in became.items()}
    taken = Counter(successors.values())
    published = {instance.sop_instance_uid: output.text(_UID) for instance, output in pairs}
    for instance, output in pairs:
        yield from _uid_checks(instance, output, successors, published)
    for old, new in successors.items():
        yield Check("UIDs", "no two become one", taken[new] == 1, "", detail=old)


def _uid_checks(
    instance: Instance, output: Output, successors: Mapping[str, str], published: Mapping[str, str]
) -> Iterator[Check]:
    for uid in instance.uids:
        held = output.text(uid.path)
        about = (instance.file, uid.path)
        yield Check("UIDs", "replaced", uid.text not in held and not is_standard_uid(held), *about, kind=instance.kind)
        if held:
            yield Check("UIDs", "the same everywhere", held == successors[uid.text], *about, kind=instance.kind)
        if uid.is_reference and uid.text in published:
            yield Check("UIDs", "references resolve", held == published[uid.text], *about, kind=instance.kind, detail=held)
    lowered = output.data
    is_anywhere = any(uid.text.encode() in lowered for uid in instance.uids)
    yield Check("UIDs", "no original anywhere in the file", not is_anywhere, instance.file, kind=instance.kind)
    is_one = output.text(_MEDIA_UID) == output.text(_UID)
    yield Check("UIDs", "file meta information agrees", is_one, instance.file, kind=instance.kind)
    yield Check("UIDs", "SOP class kept", output.text("00080016") == instance.sop_class, instance.file, kind=instance.kind)


def check_patients(pairs: Pairs) -> Iterator[Check]:
    """Patient IDs: one for each patient, and of nobody else."""
    became: dict[int, set[str]] = defaultdict(set)
    for instance, output in pairs:
        became[instance.patient].add(output.text(_PATIENT_ID))
    owners = Counter(new for successors in became.values() for new in successors)
    originals = {instance.patient: instance.patient_id for instance, _ in pairs}
    for patient, successors in became.items():
        is_one = len(successors) == 1 and all(owners[new] == 1 and new != originals[patient] for new in successors)
        yield Check("patients", "one new Patient ID each", is_one, "", detail=", ".join(sorted(successors)))


def _dicom_day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
