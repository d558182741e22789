"""Applies a profile to a whole data set, in place: every level, every attribute, and the marks that say what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from ..core.errors import PatientIdentityError, PixelLayoutError, SopClassError
from ..core.instance import IdentifierKind
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms, patient_key
from ..core.published import AttributeAction, Names
from ..phi.clean_text import NameRecognizer
from .actions import dummy_bytes, resolve_code
from .attribute_types import attribute_types, type_at
from .carriers import (
    CARRIERS,
    OVERLAY_DATA,
    OVERLAY_FACTS,
    OVERLAY_TYPE,
    OVERLAY_TYPES,
    is_image_in_item,
    is_removed_group,
    refuse_documents,
    removed_carrier,
)
from .deidentification_method import rebuild_file_meta, set_deidentification_method
from .elements import (
    TEXT_VRS,
    Element,
    as_unknown,
    bytes_of,
    encode_text,
    encodings_of,
    items_of,
    known_vr,
    put_bytes,
    text_of,
    vr_of,
)
from .header_identifiers import header_identifiers
from .missing_uids import fill_missing_uids
from .private import creators_of, drop_unused_creators, safe_entry
from .profile import Option, Profile, patient_mappings
from .sr_content import dummy_code, is_identifying_item
from .tables import profile_rows
from .uids import is_uid, is_vocabulary
from .unlisted_attributes import Handling, handling_of, has_form, private_handling_of, reads_as_text
from .values import ValueCleaner

_IMPLICIT = ""  # what the VR of an element is in Implicit VR
_PATIENT_NAME, _PATIENT_ID, _ISSUER = 0x00100010, 0x00100020, 0x00100021
_SOP_CLASS, _SOP_INSTANCE, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
_CONTENT = frozenset({0x0040A730, 0x0040B020, 0x00400555, 0x00400610})
"""Sequences of content items: under C their texts are cleaned, under D replaced."""


@dataclass(frozen=True)
class Scrubbed:
    """What became of a data set.

    Attributes:
        actions: One entry an attribute that was acted on, in order of the data set.
        carriers: What became of each carrier of identifiers that was met.
        names: The new Patient ID and UIDs: pseudonyms, unless the profile retains UIDs.
        offset_days: The patient's date offset.
    """

    actions: tuple[AttributeAction, ...]
    carriers: Mapping[str, str]
    names: Names
    offset_days: int = field(repr=False)


@malformed(raised_in="pydicom.")
def scrub_dataset(
    dataset: Dataset,
    profile: Profile,
    pseudonyms: Pseudonyms,
    *,
    pixels_cleaned: bool,
    find_names: NameRecognizer | None = None,
    clean_overlays: Collection[int] = (),
) -> Scrubbed:
    """Apply the profile to every level of the data set, in place, and mark it as de-identified.

    The pixel data elements are left alone; whoever calls has redacted them.

    Args:
        pixels_cleaned: The frames were read for text and redacted, so the output may say that they show none.
        find_names: Recogniser for names in free text, after the rules.
        clean_overlays: Groups of overlay planes that were read for text and hold none any more: they stay.

    Raises:
        CarrierError: A document that cannot be cleaned stands in the instance.
        DicomdirError: It is a DICOMDIR.
        InstanceIdentityError: The SOP Instance UID is missing.
        PixelLayoutError: Pixel data stand in an item that stays.
        SopClassError: The SOP Class UID is missing.
        PatientIdentityError: Patient ID or name stands for more than one patient.
        StructureError: A sequence does not parse.
    """
    fill_missing_uids(dataset, pseudonyms)
    sop_class_uid = _value(dataset, _SOP_CLASS)
    if not is_uid(sop_class_uid):
        raise SopClassError("the SOP Class UID is missing or no UID")
    refuse_documents(dataset, sop_class_uid)
    identity = _identify(dataset, profile, pseudonyms)
    retains_places = Option.RETAIN_INSTITUTION_IDENTITY in profile.options
    terms = [term for term in header_identifiers(dataset) if not (retains_places and term.kind is IdentifierKind.PLACE)]
    cleaner = ValueCleaner(profile, pseudonyms, identity.offset_days, terms, find_names)
    uids = {tag: cleaner.uid(_value(dataset, tag)) for tag in (_STUDY, _SERIES, _SOP_INSTANCE)}
    scrubber = _Scrubber(profile, pseudonyms, identity, cleaner, attribute_types(dataset, sop_class_uid), clean_overlays)
    scrubber.scrub(_Level(dataset, encodings_of(dataset)))
    for tag, vr in ((_PATIENT_NAME, "PN"), (_PATIENT_ID, "LO")):
        put_bytes(dataset, tag, vr, identity.new_id.encode())
    rebuild_file_meta(dataset, sop_class_uid, uids[_SOP_INSTANCE])
    set_deidentification_method(dataset, profile, scrubber.applied, pixels_cleaned=pixels_cleaned)
    return Scrubbed(
        actions=tuple(scrubber.actions),
        carriers=scrubber.carriers,
        names=Names(identity.new_id, uids[_STUDY], uids[_SERIES], uids[_SOP_INSTANCE]),
        offset_days=identity.offset_days,
    )


def _value(dataset: Dataset, tag: int) -> str:
    element = dataset._dict.get(BaseTag(tag))
    if element is None:
        return ""
    text = text_of(element, encodings_of(dataset))
    return (bytes_of(element).decode("latin-1") if text is None else text).strip(" \0")


@lru_cache(maxsize=64)
def plan_of(profile: Profile) -> dict[int, tuple[str, str]]:
    """The action code of each listed attribute under a profile, and the rule it comes from.

    Of several options that name an attribute, one that cleans wins over one that keeps: the standard does not say which.
    """
    plan = {}
    for tag, row in profile_rows().items():
        named = [(action, option) for option, action in row.options if option in profile.options]
        plan[tag] = min(named) if named else (row.basic, "E.1-1")
    for override in profile.overrides:
        plan[int(override.tag, 16)] = (override.action, "override")
    return plan


@dataclass(frozen=True)
class _Identity:
    """Whose instance it is, and what the patient is called from now on."""

    old_id: str
    issuer: str
    new_id: str
    offset_days: int


def _identify(dataset: Dataset, profile: Profile, pseudonyms: Pseudonyms) -> _Identity:
    old_id, study = _value(dataset, _PATIENT_ID), _value(dataset, _STUDY)
    if "\\" in old_id or "\\" in _value(dataset, _PATIENT_NAME):
        raise PatientIdentityError("Patient ID or Patient's Name holds several values")
    issuer = _issuer(dataset, profile)
    key = patient_key(old_id, issuer, study)
    new_id, offset_days = pseudonyms.patient_id(key), pseudonyms.date_offset_days(key)
    mapping = patient_mappings(profile).get(old_id) if old_id else None
    if mapping is not None:
        new_id = mapping.new_id
        offset_days = offset_days if mapping.offset_days is None else mapping.offset_days
    return _Identity(old_id, issuer, new_id, offset_days)


def _issuer(dataset: Dataset, profile: Profile) -> str:
    """Issuer of Patient ID at a level, "" where there is none or it does not count."""
    return _value(dataset, _ISSUER) if profile.issuer_of_patient_id == "distinguish" else ""


@dataclass(frozen=True)
class _Level:
    """One level of a data set: the data set itself or an item of a sequence.

    Attributes:
        types_path: Where it is, as the table of types writes it.
        path: The same with item numbers, for the audit.
        content: "" outside of content trees; "clean" or "dummy" for what happens to texts within.
        issuer: Issuer of Patient ID as it was, where it counts.
    """

    dataset: Dataset
    encodings: list[str]
    types_path: str = ""
    path: str = ""
    content: str = ""
    issuer: str = ""

    @cached_property
    def creators(self) -> dict[int, str]:
        """Who claims which private block here."""
        return creators_of(self.dataset)


class _Scrubber:
    """One pass over one data set; collects what was done."""

    def __init__(
        self,
        profile: Profile,
        pseudonyms: Pseudonyms,
        identity: _Identity,
        cleaner: ValueCleaner,
        types: dict[str, str] | None,
        clean_overlays: Collection[int] = (),
    ) -> None:
        self.actions: list[AttributeAction] = []
        self.carriers: dict[str, str] = {}
        self._pseudonyms, self._identity, self._cleaner, self._types = pseudonyms, identity, cleaner, types
        self._profile, self._plan = profile, plan_of(profile)
        self._clean_overlays = clean_overlays
        self._keeps_safe_private = Option.RETAIN_SAFE_PRIVATE in profile.options

    @property
    def applied(self) -> set[str]:
        """The options that decided about an attribute so far."""
        rules = {action.rule for action in self.actions}
        if self.carriers.get("private") == "cleaned":
            rules.add(Option.RETAIN_SAFE_PRIVATE)
        return rules.intersection(Option)

    def scrub(self, level: _Level) -> None:
        """Judge every attribute of a level and of all levels below it."""
        stored = level.dataset._dict
        has_private = False
        for key, element in list(stored.items()):
            tag = int(key)
            if tag >> 16 & 1:
                has_private = True
                self._private(level, element, tag)
                self._met("private", tag & 0xFFFF >= 0x1000 and key in stored)
            elif tag >> 16 in self._clean_overlays and not level.path:
                self._overlay(level, element, tag)
            elif tag in self._plan:
                self._listed(level, element, tag)
            elif is_image_in_item(tag, level.types_path):
                raise PixelLayoutError("an item of a sequence holds pixel data that nobody looked at, and is no icon image")
            elif tag & 0xFFFF == 0:
                del stored[key]  # a group length, which would be wrong from here on
            elif is_removed_group(tag):
                self._remove(level, element, "carrier")
                self._met(removed_carrier(tag), False)
            else:
                handling, vr = handling_of(tag, element.VR or _IMPLICIT)
                if handling is not Handling.KEEP and not (
                    handling is Handling.FORM and vr != "CS" and has_form(vr, bytes_of(element))
                ):
                    self._judge(level, element, tag, handling, "unlisted", vr=vr)
            if tag in CARRIERS:
                self._met(CARRIERS[tag], key in stored)
        if has_private:
            drop_unused_creators(level.dataset)

    def _met(self, carrier: str, is_kept: bool) -> None:
        if is_kept or carrier not in self.carriers:
            self.carriers[carrier] = "cleaned" if is_kept else "removed"

    def _overlay(self, level: _Level, element: Element, tag: int) -> None:
        """A part of an overlay plane that stays: what describes it in numbers and codes, and no text."""
        if tag & 0xFFFF not in OVERLAY_FACTS:
            self._remove(level, element, Option.CLEAN_GRAPHICS)
        elif tag & 0xFFFF == OVERLAY_TYPE and (text_of(element, level.encodings) or "").strip() not in OVERLAY_TYPES:
            self._put(level, tag, "CS", OVERLAY_TYPES[0].encode(), action="D", rule=Option.CLEAN_GRAPHICS)
        elif tag & 0xFFFF == OVERLAY_DATA:
            self.actions.append(AttributeAction(f"{level.path}{tag:08X}", "C", Option.CLEAN_GRAPHICS))
            self._met("overlays", True)

    def _listed(self, level: _Level, element: Element, tag: int) -> None:
        """An attribute of Table E.1-1."""
        code, rule = self._plan[tag]
        kind = None if self._types is None else type_at(self._types, f"{level.types_path}{tag:08X}")
        action = code if code in "KC" else resolve_code(code, kind)
        vr = known_vr(tag)
        if tag in (_PATIENT_ID, _PATIENT_NAME) and action != "X":
            self._put(level, tag, vr, self._patient(level, element, tag).encode(), action="D", rule=rule)
        elif action == "X":
            self._remove(level, element, rule)
        elif (vr == "SQ") != (vr_of(element) == "SQ"):
            self._remove(level, element, "malformed")
        elif vr == "SQ":
            self._sequence(level, element, tag, action, rule)
        elif action == "Z":
            self._put(level, tag, vr, b"", action="Z", rule=rule)
        elif not bytes_of(element).strip(b" \0") and not text_of(element, level.encodings):
            pass  # Nothing is there that could identify, and a value is not invented.
        elif action == "D":
            value = self._cleaner.uid("dummy").encode() if vr == "UI" else dummy_bytes(vr)
            self._put(level, tag, vr, value, action="D", rule=rule)
        elif action == "U":
            self._judge(level, element, tag, Handling.UID, rule, vr="UI")
        else:
            self._keep_or_clean(level, element, tag, action=action, rule=rule, kind=kind)

    def _patient(self, level: _Level, element: Element, tag: int) -> str:
        """The new name of whoever an attribute names: the patient, or at a deeper level perhaps another ID."""
        value = (text_of(element, level.encodings) or "").strip() if tag == _PATIENT_ID else ""
        is_same = value == self._identity.old_id and level.issuer in ("", self._identity.issuer)
        if not value or is_same:
            return self._identity.new_id
        return self._pseudonyms.patient_id(patient_key(value, level.issuer, ""))

    def _keep_or_clean(self, level: _Level, element: Element, tag: int, *, action: str, rule: str, kind: str | None) -> None:
        """K or C of an option: dates and texts are cleaned either way; what cannot be cleaned falls to the Basic Profile."""
        vr = known_vr(tag)
        if vr not in TEXT_VRS:
            if action == "C":
                basic = resolve_code(profile_rows()[tag].basic, kind) if tag in profile_rows() else "D"
                if basic == "X":
                    self._remove(level, element, rule)
                else:
                    self._put(level, tag, vr, b"" if basic == "Z" else dummy_bytes(vr), action=basic, rule=rule)
            return
        handling, _ = handling_of(tag, vr)
        if handling not in _SELF_EXPLAINING:
            handling = Handling.TEXT if action == "C" and rule in _TEXT_RULES else Handling.LABEL
        before = len(self.actions)
        # The table of types leaves out what the Basic Profile gives a dummy anyway, since some IOD wants a value there.
        wants_value = tag in profile_rows() and profile_rows()[tag].basic == "D"
        self._judge(level, element, tag, handling, rule, vr=vr, may_be_empty=kind in ("2", "2C", "3") and not wants_value)
        if len(self.actions) == before:
            self.actions.append(AttributeAction(f"{level.path}{tag:08X}", action, rule))

    def _sequence(self, level: _Level, element: Element, tag: int, action: str, rule: str) -> None:
        path = f"{level.path}{tag:08X}"
        self.actions.append(AttributeAction(path, action, rule))
        if action == "Z":
            level.dataset._dict[BaseTag(tag)] = DataElement(tag, "SQ", Sequence())
            return
        items = items_of(level.dataset, element)
        if action == "D" and tag not in _CONTENT and any("CodeMeaning" in item for item in items):
            level.dataset._dict[BaseTag(tag)] = DataElement(tag, "SQ", Sequence([dummy_code()]))
            return
        content = level.content
        if tag in _CONTENT:
            content = "clean" if action == "C" and content != "dummy" else "dummy"
        self._items(level, element, tag, items, content)

    def _items(self, level: _Level, element: Element, tag: int, items: list[Dataset], content: str) -> None:
        """Scrub the items of a sequence; bytes in which nothing had to change are put back as they were."""
        before = len(self.actions)
        for index, item in enumerate(items):
            inner = "dummy" if content == "clean" and is_identifying_item(item) else content
            types_path, path = f"{level.types_path}{tag:08X}/", f"{level.path}{tag:08X}[{index}]."
            self.scrub(_Level(item, encodings_of(item), types_path, path, inner, _issuer(item, self._profile)))
        if len(self.actions) == before and isinstance(element, RawDataElement) and element.VR != "UN":
            level.dataset._dict[element.tag] = element

    def _private(self, level: _Level, element: Element, tag: int) -> None:
        """A private attribute: on the safe list and asked for, or gone. Creators go when nothing of their block is left."""
        if tag & 0xFFFF < 0x1000 and self._keeps_safe_private:
            return
        entry = safe_entry(level.creators, tag) if self._keeps_safe_private else None
        declared = element.VR if element.VR not in (None, "UN") else ""
        vr = (entry.vr or declared) if entry else ""
        if not vr or ("SQ" in (declared, vr) and declared not in ("", vr)):
            self._remove(level, element, "private")
        elif vr == "SQ":
            items = items_of(level.dataset, element if declared else as_unknown(element))
            self._items(level, element, tag, items, level.content)
        else:
            self._judge(level, element, tag, private_handling_of(vr), Option.RETAIN_SAFE_PRIVATE, vr=vr)

    def _judge(
        self, level: _Level, element: Element, tag: int, handling: Handling, rule: str, *, vr: str, may_be_empty: bool = False
    ) -> None:
        """Judge a value by its kind. Does nothing, and notes nothing, where the value may stay."""
        if handling is Handling.KEEP or (handling is Handling.BYTES and not reads_as_text(bytes_of(element))):
            return
        if handling in (Handling.REMOVE, Handling.BYTES) or (handling is Handling.ITEMS) != (vr_of(element) == "SQ"):
            self._remove(level, element, rule)
            return
        if handling is Handling.ITEMS:
            self._items(level, element, tag, items_of(level.dataset, element), level.content)
            return
        text = text_of(element, level.encodings)
        if handling is Handling.UID:
            text = bytes_of(element).decode("latin-1").strip(" \0") if text is None else text
            cleaned, action, vr = self._cleaner.uids(text, is_vocabulary=is_vocabulary(tag)), "U", "UI"
        elif text is None or (
            text and (handling is Handling.REPLACE or (handling is Handling.TEXT and level.content == "dummy"))
        ):
            self._put(level, tag, vr, dummy_bytes(vr), action="D", rule="undecodable" if text is None else rule)
            return
        else:
            cleaned, action = self._cleaner.clean(text, handling, vr) if text.strip() else text, "C"
        if cleaned != text:
            is_empty = not cleaned.strip(" \\") and not may_be_empty
            value = None if is_empty else encode_text(cleaned, level.encodings, vr)
            self._put(level, tag, vr, dummy_bytes(vr) if value is None else value, action=action, rule=rule)

    def _put(self, level: _Level, tag: int, vr: str, value: bytes, *, action: str, rule: str) -> None:
        put_bytes(level.dataset, tag, vr, value)
        self.actions.append(AttributeAction(f"{level.path}{tag:08X}", action, rule))

    def _remove(self, level: _Level, element: Element, rule: str) -> None:
        del level.dataset._dict[element.tag]
        self.actions.append(AttributeAction(f"{level.path}{element.tag:08X}", "X", rule))


_SELF_EXPLAINING = frozenset({Handling.DATE, Handling.TIME, Handling.AGE, Handling.UID, Handling.FORM})
"""Values that are judged by their form, whether an option keeps or cleans them."""

_TEXT_RULES = frozenset(
    {
        Option.CLEAN_DESCRIPTORS,
        Option.CLEAN_STRUCTURED_CONTENT,
        Option.CLEAN_GRAPHICS,
        Option.RETAIN_PATIENT_CHARACTERISTICS,
        "override",
    }
)
"""What makes a text attribute free text: its cleaning was asked for as such."""
