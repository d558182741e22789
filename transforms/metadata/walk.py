"""Applies a profile to a whole data set, in place: every level and every attribute."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from ..core.errors import PixelLayoutError, SopClassError
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms
from ..core.published import AttributeAction, OutputNames
from ..phi.clean_text import FindSpans
from .attribute_types import attribute_types, type_at
from .carriers import (
    CARRIERS,
    is_image_in_item,
    is_removed_group,
    refuse_documents,
    removed_carrier,
)
from .deidentification_method import rebuild_file_meta, set_deidentification_method
from .elements import (
    Element,
    encodings_of,
    put_bytes,
    value_of,
    vr_of,
)
from .handlers import content_items, listed, overlays, private, replaced, unlisted
from .header_identifiers import header_identifiers
from .missing_uids import fill_missing_uids
from .own_values import NOTHING_DERIVED, DerivedValues
from .patient_identity import PATIENT_ID, PATIENT_NAME, PatientIdentity, identify_patient, issuer_of
from .patients import PatientMapping
from .private_rules import private_rules
from .profile import Option, Profile
from .sr_content import is_identifying_item
from .uids import is_uid
from .values import ValueCleaner

_UNDEFINED = 0xFFFFFFFF
_SOP_CLASS, _SOP_INSTANCE, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E


@dataclass(frozen=True)
class Scrubbed:
    """The result of one data set.

    Attributes:
        actions: One entry an attribute that was acted on, in order of the data set.
        carriers: What became of each carrier of identifiers that was met.
        names: The new Patient ID and UIDs: pseudonyms, unless the profile retains UIDs.
        offset_days: The patient's date offset.
        mapping: The patient's line in the table of patients; None without one.
    """

    actions: tuple[AttributeAction, ...]
    carriers: Mapping[str, str]
    names: OutputNames
    offset_days: int = field(repr=False)
    mapping: PatientMapping | None = field(default=None, repr=False)


@malformed(raised_in="pydicom.")
def scrub_dataset(
    dataset: Dataset,
    profile: Profile,
    pseudonyms: Pseudonyms,
    *,
    pixels_cleaned: bool,
    find_names: FindSpans | None = None,
    keep_words: tuple[str, ...] = (),
    clean_overlays: Collection[int] = (),
) -> Scrubbed:
    """Apply the profile to every level of the data set, in place, and mark it as de-identified.

    The pixel data elements are left alone; whoever calls has redacted them.

    Args:
        pixels_cleaned: The frames were read for text and redacted, so the output may say that they show none.
        find_names: Recogniser for names in free text, after the rules.
        keep_words: Words of a policy that stay in free text.
        clean_overlays: Groups of overlay planes that were read for text and hold none any more: they stay.

    Raises:
        CarrierError: A document that cannot be cleaned stands in the instance.
        DicomdirError: It is a DICOMDIR.
        InstanceIdentityError: The SOP Instance UID is missing.
        PixelLayoutError: Pixel data stand in an item that stays.
        SopClassError: The SOP Class UID is missing.
        UnmappedPatientError: The patient is not in the table, and the policy wants only those who are.
        PatientIdentityError: Patient ID or name stands for more than one patient.
        StructureError: A sequence does not parse.
    """
    fill_missing_uids(dataset, pseudonyms)
    sop_class_uid = value_of(dataset, _SOP_CLASS)
    if not is_uid(sop_class_uid):
        raise SopClassError("the SOP Class UID is missing or no UID")
    refuse_documents(dataset, sop_class_uid)
    identity = identify_patient(dataset, profile, pseudonyms)
    identifiers = profile.counted(header_identifiers(dataset))
    cleaner = ValueCleaner(profile, pseudonyms, identity.offset_days, identifiers, find_names, keep_words)
    uids = {tag: cleaner.uid(value_of(dataset, tag)) for tag in (_STUDY, _SERIES, _SOP_INSTANCE)}
    types, derived = attribute_types(dataset, sop_class_uid), DerivedValues.of(dataset)
    walk = Walk(profile, pseudonyms, identity, cleaner, types, clean_overlays, derived)
    top = Level(dataset, encodings_of(dataset))
    walk.scrub(top)
    walk.add_own_values(top)
    for tag, vr in ((PATIENT_NAME, "PN"), (PATIENT_ID, "LO")):
        put_bytes(dataset, tag, vr, identity.new_id.encode())
    rebuild_file_meta(dataset, sop_class_uid, uids[_SOP_INSTANCE])
    set_deidentification_method(dataset, profile, walk.applied, cleaner.text_by_rules, pixels_cleaned=pixels_cleaned)
    return Scrubbed(
        actions=tuple(walk.actions),
        carriers=walk.carriers,
        names=OutputNames(identity.new_id, uids[_STUDY], uids[_SERIES], uids[_SOP_INSTANCE]),
        offset_days=identity.offset_days,
        mapping=identity.mapping,
    )


@dataclass(frozen=True)
class Level:
    """One level of a data set: the data set itself or an item of a sequence.

    Attributes:
        types_path: Where it is, as the table of types writes it.
        path: The same with item numbers, for the audit.
        content: "" outside of content trees; "clean" or "dummy" for what happens to texts within.
        issuer: Issuer of Patient ID as it was, where it counts.
        is_known: Whether all sequences around it are known to be sequences, by the file or the dictionary.
        rules: Action code and rule of attributes that follow another one's here: the values of some content items.
    """

    dataset: Dataset
    encodings: list[str]
    types_path: str = ""
    path: str = ""
    content: str = ""
    issuer: str = ""
    is_known: bool = True
    rules: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def creators(self) -> dict[int, str]:
        """Who claims which private block here."""
        return private.creators_of(self.dataset)


class Walk:
    """One pass over one data set. Offers the handlers what they change a level with, and collects what was done.

    Attributes:
        actions: One entry an attribute that was acted on.
        carriers: What became of each carrier that was met.
        plan: The action and rule of each listed attribute.
        private_rules: The same for private attributes; others go.
    """

    def __init__(
        self,
        profile: Profile,
        pseudonyms: Pseudonyms,
        identity: PatientIdentity,
        cleaner: ValueCleaner,
        types: dict[str, str] | None,
        clean_overlays: Collection[int] = (),
        derived: DerivedValues = NOTHING_DERIVED,
    ) -> None:
        self.actions: list[AttributeAction] = []
        self.carriers: dict[str, str] = {}
        self.pseudonyms, self.identity, self.cleaner, self.types = pseudonyms, identity, cleaner, types
        self.profile, self.plan = profile, listed.planned_actions(profile)
        self.clean_overlays, self.derived = clean_overlays, derived
        self.own_values = {int(one.tag, 16): one for one in profile.overrides if one.action == "R"}
        self._layers: dict[str, str] = {}
        self.private_rules = private_rules(profile)

    @property
    def applied(self) -> set[str]:
        """The options that decided about an attribute so far."""
        rules = {action.rule for action in self.actions}
        if self.carriers.get("private") == "cleaned":
            rules.add(Option.RETAIN_SAFE_PRIVATE)
        return rules.intersection(Option)

    def scrub(self, level: Level) -> None:
        """Scrub every attribute of a level and of all levels below it."""
        stored = level.dataset._dict
        has_private = keeps_private = False
        for key, element in list(stored.items()):
            tag = int(key)
            if tag >> 16 & 1:
                has_private = True
                private.handle(self, level, element, tag)
                keeps_private = keeps_private or (tag & 0xFFFF >= 0x1000 and key in stored)
            elif tag >> 16 in self.clean_overlays and not level.path:
                overlays.handle(self, level, element, tag)
            elif tag in self.own_values:
                replaced.handle(self, level, self.own_values[tag])
            elif tag in level.rules or tag in self.plan:
                listed.handle(self, level, element, tag)
            elif is_image_in_item(tag, level.types_path):
                raise PixelLayoutError("an item of a sequence holds pixel data that are not read, and is no icon image")
            elif tag & 0xFFFF == 0:
                del stored[key]  # a group length, which would be wrong from here on
            elif is_removed_group(tag):
                self.remove(level, element, "carrier")
                self.met(removed_carrier(tag), False)
            else:
                unlisted.handle(self, level, element, tag)
            if tag in CARRIERS:
                self.met(CARRIERS[tag], key in stored)
        if has_private:
            self.met("private", keeps_private)
            private.drop_unused_creators(level.dataset)

    def add_own_values(self, top: Level) -> None:
        """Add the attributes that the policy gives a value and the data set lacks."""
        for tag, override in self.own_values.items():
            if tag not in top.dataset._dict:
                replaced.handle(self, top, override)

    def layer(self, name: str) -> str:
        """The name that stands for a graphic layer: the same for the same one, another for each other."""
        return self._layers.setdefault(name.strip(), f"LAYER{len(self._layers) + 1}")

    def type_of(self, level: Level, tag: int) -> str | None:
        """The Type of an attribute at its place in the IOD; None when the IOD is unknown."""
        return None if self.types is None else type_at(self.types, f"{level.types_path}{tag:08X}")

    def met(self, carrier: str, is_kept: bool) -> None:
        """Note that a carrier of identifiers was met, and whether it stays."""
        if is_kept or carrier not in self.carriers:
            self.carriers[carrier] = "cleaned" if is_kept else "removed"

    def items(self, level: Level, element: Element, tag: int, items: list[Dataset], content: str) -> None:
        """Scrub the items of a sequence. If nothing changes in one that nothing says is one, its bytes are put back."""
        before, is_known = len(self.actions), level.is_known and vr_of(element) == "SQ"
        for index, item in enumerate(items):
            inner = "dummy" if content == "clean" and is_identifying_item(item) else content
            types_path, path = f"{level.types_path}{tag:08X}/", f"{level.path}{tag:08X}[{index}]."
            rules, issuer = content_items.rules_of(self, item), issuer_of(item, self.profile)
            level_of_item = Level(item, encodings_of(item), types_path, path, inner, issuer, is_known, rules)
            content_items.cap_ages(self, level_of_item)
            self.scrub(level_of_item)
        is_undecided = isinstance(element, RawDataElement) and element.VR != "UN" and element.length != _UNDEFINED
        if len(self.actions) == before and is_undecided and not is_known:
            level.dataset._dict[element.tag] = element

    def put(self, level: Level, tag: int, vr: str, value: bytes, *, action: str, rule: str) -> None:
        """Replace the value of an attribute, and note the action."""
        put_bytes(level.dataset, tag, vr, value)
        self.actions.append(AttributeAction(f"{level.path}{tag:08X}", action, rule))

    def remove(self, level: Level, element: Element, rule: str) -> None:
        """Remove an attribute, and note the action."""
        del level.dataset._dict[element.tag]
        self.actions.append(AttributeAction(f"{level.path}{element.tag:08X}", "X", rule))
