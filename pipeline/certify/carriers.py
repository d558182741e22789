"""Places in a header where identifiers hide: every VR, at any depth, in standard and in private attributes."""

from __future__ import annotations

from collections.abc import Callable

from pydicom.datadict import tag_for_keyword

from .dice import Dice
from .headers import Study
from .phrases import Kept, Part, Phrase, Secret, phrase
from .remarks import GREAT_AGE
from .tree import Day, Element, Encoded, Item, Uid
from .word_lists import load_lists

DEEPEST = 5
_CHAINS = (
    (
        "RequestAttributesSequence",
        "ScheduledProtocolCodeSequence",
        "ProtocolContextSequence",
        "ContentItemModifierSequence",
        "ConceptNameCodeSequence",
    ),
    (
        "PerformedProtocolCodeSequence",
        "ProtocolContextSequence",
        "ContentItemModifierSequence",
        "ConceptCodeSequence",
        "EquivalentCodeSequence",
    ),
    (
        "AcquisitionContextSequence",
        "ConceptNameCodeSequence",
        "EquivalentCodeSequence",
        "EquivalentCodeSequence",
        "EquivalentCodeSequence",
    ),
    (
        "ContributingEquipmentSequence",
        "PurposeOfReferenceCodeSequence",
        "EquivalentCodeSequence",
        "EquivalentCodeSequence",
        "EquivalentCodeSequence",
    ),
)
"""Sequences within sequences, five deep."""
_PLACES = {
    "AE": ("RetrieveAETitle", "PerformedStationAETitle", "ScheduledStationAETitle"),
    "CS": ("BodyPartExamined", "PatientPosition", "ViewPosition"),
    "DS": ("PatientSize", "SpacingBetweenSlices", "TableHeight"),
    "IS": ("AcquisitionNumber", "ExposureTime", "XRayTubeCurrent"),
    "LO": ("ProtocolName", "ManufacturerModelName", "ContrastBolusAgent", "RadiopharmaceuticalRoute", "DeviceSerialNumber"),
    "LT": ("ImageComments", "AdditionalPatientHistory", "PatientComments", "AcquisitionComments"),
    "PN": (
        "PerformingPhysicianName",
        "PhysiciansOfRecord",
        "RequestingPhysician",
        "ContentCreatorName",
        "VerifyingObserverName",
    ),
    "SH": ("ReceiveCoilName", "ConvolutionKernel", "DetectorID", "SequenceName", "TransmitCoilName"),
    "ST": ("DerivationDescription", "ContributionDescription"),
    "UC": ("LongCodeValue", "StrainDescription"),
    "UR": ("RetrieveURL", "URNCodeValue"),
    "UT": ("TextValue", "SpecimenDetailedDescription"),
}
"""Attributes of each VR of text; what a data set of its kind would not have there hides as well as what it would."""
_LONGEST = {"AE": 16, "CS": 16, "DS": 16, "IS": 10, "LO": 64, "SH": 16, "PN": 64, "UR": 120, "UC": 400}
_REMARKS = ("LT", "UT", "UC", "ST")
_DATES = {
    "DA": ("PerformedProcedureStepStartDate", "CalibrationDate"),
    "DT": ("ScheduledProcedureStepStartDateTime", "FrameReferenceDateTime"),
}
_SAFE = (
    (0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "%##"),
    (0x0043, "GEMS_PARM_01", 0x39, "IS", "%##"),
    (0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", "%##.5"),
    (0x7053, "Philips PET Private Group", 0x00, "DS", "0.000%##"),
    (0x7053, "Philips PET Private Group", 0x09, "DS", "0.0%##"),
    (0x00E1, "ELSCINT1", 0x21, "DS", "%##.#"),
    (0x0043, "GEMS_PARM_01", 0x27, "SH", "0.9%#:1"),
    (0x2001, "Philips Imaging DD 001", 0x25, "SH", "%#.#"),
    (0x0019, "GEMS_ACQU_01", 0x9E, "LO", "EFGRE3D"),
    (0x2001, "Philips Imaging DD 001", 0x5D, "ST", "mm"),
)
"""Private attributes that Table E.3.10-1 of PS3.15 lists as safe, and a pattern of what they hold."""
_CREATOR = "HARBORLIGHT 2.1"
_LONG_ENOUGH = 6
"""Letters of what is hidden among bytes: fewer may stand there by chance."""
_OTHER_CODECS = ("latin-1", "utf-8", "utf-16-le", "utf-16-be")


def plant(item: Item, study: Study, count: int, dice: Dice) -> None:
    """Plant identifiers, dates and clinical words in some places of a header, none of which is used already."""
    for number in range(count):
        hide = dice.pick(_WAYS)
        hide(item, study, dice.apart("carrier", number))


def plant_comment(item: Item, study: Study, dice: Dice) -> None:
    """Plant a remark in a comment of the header itself."""
    item.put(dice.pick(_PLACES["LT"]), study.writer.remark(dice))


def _standard(item: Item, study: Study, dice: Dice) -> None:
    """In a standard attribute of any VR of text."""
    vr = dice.pick(tuple(_PLACES))
    value = _value(vr, study, dice)
    if value is not None:
        _put(item, dice.pick(_PLACES[vr]), value, dice)


def _remark(item: Item, study: Study, dice: Dice) -> None:
    """A sentence in a comment."""
    vr = dice.pick(_REMARKS)
    keyword = dice.pick(_PLACES[vr])
    text = dice.pick((study.writer.remark, study.writer.labelled_name))(dice)
    _put(item, keyword, text, dice)


def _kept(item: Item, study: Study, dice: Dice) -> None:
    """A descriptor or a sentence that has to stay."""
    if dice.chance(0.5):
        text = phrase(Kept(dice.pick(load_lists(study.lists)["descriptors"]), "descriptor"))
        _put(
            item, dice.pick(("ProtocolName", "RequestedProcedureDescription", "PerformedProcedureStepDescription")), text, dice
        )
    else:
        _put(item, dice.pick(_PLACES["LT"]), study.writer.clinical(dice), dice)


def _mixed(item: Item, study: Study, dice: Dice) -> None:
    """A descriptor with an identifier in front or behind."""
    words = Kept(dice.pick(load_lists(study.lists)["descriptors"]), "descriptor beside an identifier")
    writer = study.writer
    choices: tuple[Part, ...] = (writer.header_name(dice), writer.header_number(dice), writer.dated(dice))
    hidden = dice.pick(choices)
    parts = (words, " ", hidden) if dice.chance(0.5) else (hidden, " ", words)
    if len(Phrase(parts).written) <= _LONGEST["LO"]:
        _put(
            item,
            dice.pick(("ProtocolName", "RequestedProcedureDescription", "PerformedProcedureStepDescription")),
            phrase(*parts),
            dice,
        )


def _contact(item: Item, study: Study, dice: Dice) -> None:
    _put(item, dice.pick(_PLACES["LT"]), phrase(study.writer.contact(dice)), dice)


def _age(item: Item, study: Study, dice: Dice) -> None:
    years = dice.whole(GREAT_AGE, 104) if dice.chance(0.7) else dice.whole(20, 89)
    _put(item, dice.pick(_PLACES["LT"]), phrase(study.writer.age(dice, years)), dice)


def _dated(item: Item, study: Study, dice: Dice) -> None:
    if dice.chance(0.5):
        _put(item, dice.pick(_PLACES["LT"]), phrase(study.writer.dated(dice)), dice)
    else:
        vr = dice.pick(tuple(_DATES))
        _put(item, dice.pick(_DATES[vr]), Day(study.day, "" if vr == "DA" else study.time), dice)


def _uid(item: Item, study: Study, dice: Dice) -> None:
    keyword = dice.pick(("ConcatenationUID", "PaletteColorLookupTableUID", "IrradiationEventUID", "DimensionOrganizationUID"))
    _put(item, keyword, Uid(study.frame_of_reference, is_reference=True), dice)


def _encoded(item: Item, study: Study, dice: Dice) -> None:
    """The patient's name in a comment, in another encoding than the header declares."""
    name = study.patient.name
    family, given = (name.native_family, name.native_given) if name.native_family else (name.family, name.given)
    spelled = Secret(
        f"{family} {given}", "name of the patient", "another encoding", (family, given), study.patient.culture.name
    )
    text = phrase("cf. ", spelled)
    codec = dice.pick(
        [codec for codec in _OTHER_CODECS[:2] if codec != study.patient.codec and _fits(text.written, codec)] or ["utf-8"]
    )
    _put(item, dice.pick(_PLACES["LT"]), Encoded(text, codec), dice)


def _bytes(item: Item, study: Study, dice: Dice) -> None:
    """Text in an attribute of bytes: a profile, a lookup table, private data."""
    hidden = study.writer.header_name(dice) if dice.chance(0.6) else study.writer.header_number(dice)
    if min(map(len, hidden.needles)) < _LONG_ENOUGH:
        return
    text = phrase(hidden)
    codec = dice.pick([codec for codec in _OTHER_CODECS if _fits(text.written, codec)])
    filler = bytes(dice.whole(128, 255) for _ in range(16))
    value = Encoded(text, codec, filler, filler)
    kind = dice.pick(
        ("ICCProfile", "RedPaletteColorLookupTableData", "private OB", "private OW", "private UN", "SelectorOBValue")
    )
    if kind.startswith("private"):
        _private_home(item, dice).put_private(0x0029, _CREATOR, dice.whole(0x10, 0x2F), kind[-2:], value)
    else:
        _put(item, kind, value, dice)


def _private(item: Item, study: Study, dice: Dice) -> None:
    """In a private attribute that nobody knows."""
    vr = dice.pick(("LO", "SH", "ST", "LT", "UT", "PN", "UN", "DS", "IS", "UL"))
    value = study.writer.remark(dice) if vr in ("LT", "UT", "UN") else _value(vr, study, dice)
    if value is not None:
        _private_home(item, dice).put_private(0x0011, _CREATOR, dice.whole(0x10, 0x3F), vr, value)


def _safe_private(item: Item, study: Study, dice: Dice) -> None:
    """In a private attribute that the standard lists as safe: physics stays, an identifier goes."""
    group, creator, element, vr, pattern = dice.pick(_SAFE)
    value = _value(vr, study, dice) if vr != "FL" and dice.chance(0.4) else phrase(Kept(dice.fill(pattern), "private physics"))
    if value is not None:
        item.put_private(group, creator, element, vr, value, "safe private")


_WAYS: tuple[Callable[[Item, Study, Dice], None], ...] = (
    *((_standard,) * 4),
    *((_remark,) * 4),
    *((_kept,) * 3),
    *((_mixed,) * 2),
    _contact,
    _age,
    *((_dated,) * 2),
    _uid,
    _encoded,
    *((_bytes,) * 2),
    *((_private,) * 2),
    _safe_private,
)
"""Each as often as it stands here."""


def _value(vr: str, study: Study, dice: Dice) -> Phrase | None:
    """An identifier that a VR can hold; None where none of the drawn ones fits."""
    writer, limit = study.writer, _LONGEST.get(vr, 1000)
    for _ in range(8):
        found = writer.header_number(dice) if vr in ("DS", "IS", "UL") or dice.chance(0.4) else writer.header_name(dice)
        if vr in ("DS", "IS", "UL"):
            digits = "".join(sign for sign in study.patient.patient_id if sign.isdigit()).lstrip("0")
            found = Secret(digits, "number of the patient", "as a number", (), study.patient.culture.name)
            if len(digits) < 6 or (vr != "DS" and int(digits) >= 2**31):
                return None
        text = found.text
        if vr == "UR":
            text = f"https://pacs.example.org/{text}"
        is_usable = len(text.encode("utf-8")) <= limit and "\\" not in text and (vr in ("ST", "LT", "UT") or "\n" not in text)
        if vr in ("AE", "CS", "UR"):
            is_usable &= text.isascii() and (vr != "CS" or text.upper() == text)
            if vr == "CS" and not is_usable and found.text.upper().isascii() and found.text.replace(" ", "").isalpha():
                found, is_usable = Secret(found.text.upper()[:16].strip(), found.category, "capitals", (), found.culture), True
        if is_usable:
            return phrase("https://pacs.example.org/", found, instead="") if vr == "UR" else phrase(found)
    return None


def _put(item: Item, keyword: str, value: object, dice: Dice) -> None:
    """Put a value at a random depth, where that attribute is not used yet."""
    home = _home(item, dice)
    if tag_for_keyword(keyword) not in home.elements:
        home.put(keyword, value)


def _home(item: Item, dice: Dice) -> Item:
    """The item itself, or one below it, which is made where there is none."""
    depth, chain = dice.whole(0, DEEPEST), dice.pick(_CHAINS)
    for keyword in chain[:depth]:
        items = item.items_of(keyword)
        if not items:
            items.append(_new_item(keyword, dice))
        item = items[0]
    return item


def _private_home(item: Item, dice: Dice) -> Item:
    """The item itself, or one in private sequences below it."""
    for _ in range(dice.pick((0, 0, 1, 2, 3))):
        element = item.private.setdefault((0x0011, _CREATOR, 0x01), Element("SQ", [Item()], "private SQ"))
        item = element.value[0]
    return item


def _new_item(keyword: str, dice: Dice) -> Item:
    """An item of a sequence, with what its macro requires."""
    if keyword.endswith("CodeSequence"):
        return _code(dice)
    item = Item()
    if keyword == "ContributingEquipmentSequence":
        item.put_all({"Manufacturer": "Northlight Imaging", "PurposeOfReferenceCodeSequence": [_code(dice)]})
    elif keyword != "RequestAttributesSequence":
        item.put_all({"ValueType": "CODE", "ConceptNameCodeSequence": [_code(dice)], "ConceptCodeSequence": [_code(dice)]})
    return item


def _code(dice: Dice) -> Item:
    code = Item()
    number = dice.whole(1, 99)
    code.put_all({"CodeValue": f"P{number}", "CodingSchemeDesignator": "99HARBOR", "CodeMeaning": "Local protocol"})
    return code


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
