"""Applies a profile to a whole data set, in place: every level, every attribute, and the marks that say what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from ..core.errors import InstanceIdentityError, PatientIdentityError
from ..core.identity import Pseudonyms, patient_key
from ..core.records import AttributeAction, TermKind
from .actions import dummy_bytes, resolve_code
from .attribute_types import attribute_types, type_at
from .carriers import carrier_of, is_repeating, refuse_documents
from .content import dummy_code, is_identifying_item
from .dates import cap_age, is_time, shift_date, shift_datetime
from .elements import (
    SINGLE_VALUE_VRS,
    TEXT_VRS,
    Element,
    as_unknown,
    bytes_of,
    encode_text,
    encodings_of,
    items_of,
    put_bytes,
    text_of,
    vr_of,
)
from .free_text import NameRecognizer, TextCleaner
from .marks import mark_dataset, rebuild_file_meta
from .private import drop_unused_creators, safe_entry
from .profile import Option, Profile
from .roster import header_terms
from .tables import profile_rows
from .uids import is_uid, is_vocabulary, replace_uid
from .vr_net import Net, has_form, net_of, private_net_of

_PATIENT_NAME, _PATIENT_ID, _ISSUER = 0x00100010, 0x00100020, 0x00100021
_SOP_CLASS, _SOP_INSTANCE, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
_CONTENT = frozenset({0x0040A730, 0x0040B020, 0x00400555, 0x00400610})
_TEXT_VALUE = 0x0040A160


@dataclass(frozen=True)
class Scrubbed:
    """What became of a data set.

    Attributes:
        actions: One entry an attribute that was acted on, in order of the data set.
        carriers: What became of each carrier of identifiers that was met.
        patient_id: The new Patient ID, like the three UIDs: pseudonyms, unless the profile retains UIDs.
    """

    actions: tuple[AttributeAction, ...]
    carriers: Mapping[str, str]
    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str


def scrub_dataset(
    dataset: Dataset,
    profile: Profile,
    pseudonyms: Pseudonyms,
    *,
    pixels_cleaned: bool,
    find_names: NameRecognizer | None = None,
) -> Scrubbed:
    """Apply the profile to every level of the data set, in place, and mark it as de-identified.

    The pixel data elements are left alone; whoever calls has redacted them.

    Args:
        pixels_cleaned: The frames were read for text and redacted, so the output may say that they show none.
        find_names: Recogniser for names in free text, after the rules.

    Raises:
        CarrierError: A document that cannot be cleaned stands in the instance.
        DicomdirError: It is a DICOMDIR.
        InstanceIdentityError: SOP, Series or Study Instance UID is missing.
        PatientIdentityError: Patient ID or name stands for more than one patient.
        StructureError: A sequence does not parse.
    """
    refuse_documents(dataset, _value(dataset, _SOP_CLASS))
    run = _Run(dataset, profile, pseudonyms, find_names)
    run.level(dataset, "", "", content="")
    run.name_patient(dataset)
    rebuild_file_meta(dataset, run.sop_class_uid, run.uids[_SOP_INSTANCE])
    mark_dataset(dataset, profile, pixels_cleaned=pixels_cleaned)
    return Scrubbed(
        actions=tuple(run.actions),
        carriers=run.carriers,
        patient_id=run.new_id,
        study_instance_uid=run.uids[_STUDY],
        series_instance_uid=run.uids[_SERIES],
        sop_instance_uid=run.uids[_SOP_INSTANCE],
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


class _Run:
    """One pass over one data set."""

    def __init__(self, dataset: Dataset, profile: Profile, pseudonyms: Pseudonyms, find_names: NameRecognizer | None) -> None:
        self.profile, self.options, self.pseudonyms = profile, profile.options, pseudonyms
        self.actions: list[AttributeAction] = []
        self.carriers: dict[str, str] = {}
        self.plan = plan_of(profile)
        self.sop_class_uid = _value(dataset, _SOP_CLASS)
        self.types = attribute_types(dataset, self.sop_class_uid)
        self._identify(dataset)
        retained = Option.RETAIN_INSTITUTION_IDENTITY in self.options
        terms = [term for term in header_terms(dataset) if not (retained and term.kind is TermKind.PLACE)]
        self.cleaner = TextCleaner(terms, self.text_offset_days, find_names)

    def _identify(self, dataset: Dataset) -> None:
        old_id, name = _value(dataset, _PATIENT_ID), _value(dataset, _PATIENT_NAME)
        if "\\" in old_id or "\\" in name:
            raise PatientIdentityError("Patient ID or Patient's Name holds several values")
        originals = {tag: _value(dataset, tag) for tag in (_STUDY, _SERIES, _SOP_INSTANCE)}
        if not all(originals.values()):
            raise InstanceIdentityError("a UID that names the output is missing")
        self.uids = {tag: self.new_uid(uid) for tag, uid in originals.items()}
        self.old_id = old_id
        key = patient_key(old_id, _value(dataset, _ISSUER), originals[_STUDY])
        self.new_id, self.offset_days = self.pseudonyms.patient_id(key), self.pseudonyms.date_offset_days(key)
        for mapping in self.profile.patients:
            if old_id and mapping.old_id == old_id:
                self.new_id = mapping.new_id
                if mapping.offset_days is not None:
                    self.offset_days = mapping.offset_days

    @property
    def text_offset_days(self) -> int | None:
        """How far dates in texts move: not at all under full dates, None (they go) when dates are removed."""
        if Option.RETAIN_LONG_FULL_DATES in self.options:
            return 0
        return self.offset_days if Option.RETAIN_LONG_MODIFIED_DATES in self.options else None

    def new_uid(self, uid: str) -> str:
        if Option.RETAIN_UIDS in self.options and is_uid(uid):
            return uid
        return replace_uid(uid, self.pseudonyms)

    def name_patient(self, dataset: Dataset) -> None:
        for tag, vr in ((_PATIENT_NAME, "PN"), (_PATIENT_ID, "LO")):
            put_bytes(dataset, tag, vr, self.new_id.encode())

    def note(self, path: str, action: str, rule: str) -> None:
        self.actions.append(AttributeAction(path, action, rule))

    def level(self, dataset: Dataset, types_path: str, path: str, content: str) -> None:
        """Judge every attribute of one level.

        Args:
            types_path: Where the level is, as the table of types writes it.
            path: The same, with item numbers.
            content: "" outside of content trees, "clean" or "dummy" for what happens to texts within.
        """
        for tag in list(dataset._dict):
            element = dataset._dict[tag]
            number = int(tag)
            carrier = carrier_of(number)
            if number >> 16 & 1:
                self._private(dataset, element, number, types_path, path, content)
            elif number & 0xFFFF == 0:
                del dataset._dict[tag]  # a group length, which would be wrong from here on
            elif is_repeating(number):
                self._remove(dataset, number, path, "E.1-1")
            elif number in self.plan:
                self._listed(dataset, element, number, types_path, path, content)
            elif number == 0x04000500 or number < 0x00080000:
                self._remove(dataset, number, path, "carrier" if number == 0x04000500 else "vr_net")
            else:
                vr = element.VR or vr_of(element)
                self._net(dataset, element, number, net_of(number, vr), "vr_net", types_path, path, content)
            if carrier is not None:
                kept = tag in dataset._dict
                if self.carriers.get(carrier) != "cleaned":
                    self.carriers[carrier] = "cleaned" if kept else "removed"
        drop_unused_creators(dataset)

    # -- attributes

    def _listed(self, dataset: Dataset, element: Element, tag: int, types_path: str, path: str, content: str) -> None:
        code, rule = self.plan[tag]
        kind = None if self.types is None else type_at(self.types, f"{types_path}{tag:08X}")
        letter = code if code in "KC" else resolve_code(code, kind)
        vr = dictionary_VR(tag).split(" or ")[0]
        if tag == _PATIENT_ID:
            self._patient_id(dataset, element, path)
        elif tag == _PATIENT_NAME and letter != "X":
            put_bytes(dataset, tag, "PN", self.new_id.encode())
            self.note(f"{path}{tag:08X}", "D", rule)
        elif (vr == "SQ") != (vr_of(element) == "SQ"):
            self._remove(dataset, tag, path, "malformed")
        elif letter == "X":
            self._remove(dataset, tag, path, rule)
        elif vr == "SQ":
            self._sequence(dataset, element, tag, letter, rule, types_path, path, content)
        elif letter == "Z":
            self._put(dataset, tag, vr, b"", path, "Z", rule)
        elif letter in "DU" and not bytes_of(element).strip(b" \0") and not text_of(element, encodings_of(dataset)):
            pass  # Nothing is there that could identify, and a value is not invented.
        elif letter == "D":
            self._put(dataset, tag, vr, self._dummy(element, vr, dataset), path, "D", rule)
        elif letter == "U":
            self._uids(dataset, element, tag, path, rule, always=False)
        else:
            self._kept_or_cleaned(dataset, element, tag, vr, letter, rule, path, kind)

    def _dummy(self, element: Element, vr: str, dataset: Dataset) -> bytes:
        if vr == "UI":
            return self.pseudonyms.uid(text_of(element, encodings_of(dataset)) or "dummy").encode()
        return dummy_bytes(vr)

    def _kept_or_cleaned(
        self, dataset: Dataset, element: Element, tag: int, vr: str, letter: str, rule: str, path: str, kind: str | None
    ) -> None:
        """K or C: dates by the dates option, texts by the roster or the rules, and what cannot be cleaned by the Basic Profile."""
        if vr in ("DA", "DT", "TM", "AS", "UI", "CS", "DS", "IS"):
            net = net_of(tag, vr)
        elif vr in TEXT_VRS:
            is_free = letter == "C" and rule not in _LABEL_OPTIONS
            net = Net.TEXT if is_free else Net.LABEL
        else:
            net = Net.KEEP if letter == "K" else Net.REMOVE
        if net is Net.REMOVE:
            fallback = resolve_code(profile_rows()[tag].basic if tag in profile_rows() else "D", kind)
            if fallback == "X":
                self._remove(dataset, tag, path, rule)
            else:
                self._put(dataset, tag, vr, b"" if fallback == "Z" else dummy_bytes(vr), path, fallback, rule)
            return
        before = len(self.actions)
        self._net(dataset, element, tag, net, rule, "", path, "", may_be_empty=kind not in (None, "1", "1C"))
        if len(self.actions) == before:
            self.note(f"{path}{tag:08X}", letter, rule)

    def _patient_id(self, dataset: Dataset, element: Element, path: str) -> None:
        value = (text_of(element, encodings_of(dataset)) or "").strip()
        new = self.new_id if value in ("", self.old_id) else self.pseudonyms.patient_id(patient_key(value, "", ""))
        self._put(dataset, _PATIENT_ID, "LO", new.encode(), path, "D", "E.1-1")

    def _sequence(
        self, dataset: Dataset, element: Element, tag: int, letter: str, rule: str, types_path: str, path: str, content: str
    ) -> None:
        if letter == "Z":
            dataset._dict[BaseTag(tag)] = DataElement(tag, "SQ", Sequence())
            self.note(f"{path}{tag:08X}", "Z", rule)
            return
        items = items_of(dataset, element)
        if letter == "D" and tag not in _CONTENT and any("CodeMeaning" in item for item in items):
            dataset._dict[BaseTag(tag)] = DataElement(tag, "SQ", Sequence([dummy_code()]))
            self.note(f"{path}{tag:08X}", "D", rule)
            return
        if tag in _CONTENT:
            content = "clean" if letter == "C" and content != "dummy" else "dummy"
        self.note(f"{path}{tag:08X}", letter, rule)
        self._items(items, tag, types_path, path, content)

    def _items(self, items: list[Dataset], tag: int, types_path: str, path: str, content: str) -> None:
        for index, item in enumerate(items):
            inner = "dummy" if content == "clean" and is_identifying_item(item) else content
            self.level(item, f"{types_path}{tag:08X}/", f"{path}{tag:08X}[{index}].", inner)

    def _private(self, dataset: Dataset, element: Element, tag: int, types_path: str, path: str, content: str) -> None:
        if tag & 0xFFFF < 0x1000:
            if Option.RETAIN_SAFE_PRIVATE not in self.options:
                self._remove(dataset, tag, path, "private")
            return
        entry = safe_entry(dataset, tag) if Option.RETAIN_SAFE_PRIVATE in self.options else None
        if entry is None:
            self._remove(dataset, tag, path, "private")
            return
        declared = element.VR if element.VR not in (None, "UN") else ""
        vr = entry.vr or declared
        if (vr == "SQ") != (declared == "SQ") and declared:
            self._remove(dataset, tag, path, "malformed")
            return
        if vr == "SQ" and not declared:
            items = items_of(dataset, as_unknown(element))
            self._items(items, tag, types_path, path, content)
            return
        self._net(dataset, element, tag, private_net_of(vr), Option.RETAIN_SAFE_PRIVATE, types_path, path, content, vr=vr)

    # -- values

    def _net(
        self,
        dataset: Dataset,
        element: Element,
        tag: int,
        net: Net,
        rule: str,
        types_path: str,
        path: str,
        content: str,
        *,
        may_be_empty: bool = False,
        vr: str = "",
    ) -> None:
        """Judge a value by the kind of its VR. Does nothing, and notes nothing, where the value may stay."""
        if net is Net.KEEP:
            return
        vr = vr or vr_of(element)
        if net is Net.ITEMS:
            if vr != "SQ":
                self._remove(dataset, tag, path, "malformed")
                return
            self._items(items_of(dataset, element), tag, types_path, path, content)
            return
        if net is Net.REMOVE:
            self._remove(dataset, tag, path, rule)
            return
        if net is Net.UID:
            self._uids(dataset, element, tag, path, rule, always=is_vocabulary(tag))
            return
        if net is Net.FORM and vr in ("CS", "DS", "IS") and has_form(vr, bytes_of(element)) and vr != "CS":
            return
        text = text_of(element, encodings_of(dataset))
        if text == "":
            return
        if text is None or net is Net.REPLACE or (content == "dummy" and net is Net.TEXT):
            self._put(dataset, tag, vr, dummy_bytes(vr), path, "D", "undecodable" if text is None else rule)
            return
        cleaned = self._clean(text, net, vr)
        if cleaned == text:
            return
        value = encode_text(cleaned, encodings_of(dataset), vr) if cleaned.strip(" \\") or may_be_empty else dummy_bytes(vr)
        self._put(dataset, tag, vr, dummy_bytes(vr) if value is None else value, path, "C", rule)

    def _clean(self, text: str, net: Net, vr: str) -> str:
        if net is Net.TEXT and vr in SINGLE_VALUE_VRS:
            return self.cleaner.clean_text(text)
        clean: Callable[[str], str] = {
            Net.TEXT: self.cleaner.clean_text,
            Net.LABEL: self.cleaner.clean_label,
            Net.FORM: self._form,
            Net.DATE: self._datetime if vr == "DT" else self._date,
            Net.TIME: lambda value: value if is_time(value.strip()) else dummy_bytes("TM").decode(),
            Net.AGE: lambda value: cap_age(value.strip()) or dummy_bytes("AS").decode(),
        }[net]
        if "\\" not in text:
            return clean(text) if text.strip() else text
        return "\\".join(clean(part) if part.strip() else part for part in text.split("\\"))

    def _form(self, value: str) -> str:
        if any(has_form(vr, value.encode("utf-8", "replace")) for vr in ("DS", "IS")):
            return value
        return self.cleaner.clean_label(value)

    def _date(self, value: str) -> str:
        return self._moved(value, shift_date)

    def _datetime(self, value: str) -> str:
        return self._moved(value, shift_datetime)

    def _moved(self, value: str, shift: Callable[[str, int], str | None]) -> str:
        offset_days = self.text_offset_days
        moved = None if offset_days is None else shift(value.strip(), offset_days)
        return dummy_bytes("DT" if shift is shift_datetime else "DA").decode() if moved is None else moved

    def _uids(self, dataset: Dataset, element: Element, tag: int, path: str, rule: str, *, always: bool) -> None:
        text = text_of(element, encodings_of(dataset)) or bytes_of(element).decode("latin-1").strip(" \0")
        if not text:
            return
        if always or is_vocabulary(tag):
            new = "\\".join(uid if is_uid(uid) else self.new_uid(uid) for uid in text.split("\\"))
        else:
            new = "\\".join(self.new_uid(uid.strip(" \0")) for uid in text.split("\\"))
        if new != text:
            self._put(dataset, tag, "UI", new.encode(), path, "U", rule)

    def _put(self, dataset: Dataset, tag: int, vr: str, value: bytes, path: str, action: str, rule: str) -> None:
        put_bytes(dataset, tag, vr, value)
        self.note(f"{path}{tag:08X}", action, rule)

    def _remove(self, dataset: Dataset, tag: int, path: str, rule: str) -> None:
        del dataset._dict[BaseTag(tag)]
        self.note(f"{path}{tag:08X}", "X", rule)


_LABEL_OPTIONS = frozenset(
    {
        Option.RETAIN_DEVICE_IDENTITY,
        Option.RETAIN_LONG_MODIFIED_DATES,
        Option.RETAIN_LONG_FULL_DATES,
        Option.RETAIN_SAFE_PRIVATE,
    }
)
