"""De-identification Method and its codes: what was done, as PS3.15 E.1.1 and E.3 require."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache, partial

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_sequence
from pydicom.sequence import Sequence

from ..phi.lexicon import is_known
from .actions import dummy_bytes
from .elements import get_value, put_bytes, value_of
from .profile import Option, Profile

_CODES = {
    Option.CLEAN_GRAPHICS: ("113103", "Clean Graphics Option"),
    Option.CLEAN_STRUCTURED_CONTENT: ("113104", "Clean Structured Content Option"),
    Option.CLEAN_DESCRIPTORS: ("113105", "Clean Descriptors Option"),
    Option.RETAIN_LONG_FULL_DATES: ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    Option.RETAIN_LONG_MODIFIED_DATES: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    Option.RETAIN_PATIENT_CHARACTERISTICS: ("113108", "Retain Patient Characteristics Option"),
    Option.RETAIN_DEVICE_IDENTITY: ("113109", "Retain Device Identity Option"),
    Option.RETAIN_UIDS: ("113110", "Retain UIDs Option"),
    Option.RETAIN_SAFE_PRIVATE: ("113111", "Retain Safe Private Option"),
    Option.RETAIN_INSTITUTION_IDENTITY: ("113112", "Retain Institution Identity Option"),
}
_PROFILE_CODE = ("113100", "Basic Application Confidentiality Profile")
_PIXEL_CODE = ("113101", "Clean Pixel Data Option")
OWN_CODES = frozenset({_PROFILE_CODE, _PIXEL_CODE, *_CODES.values()})
"""Value and meaning of every code that `set_deidentification_method` writes."""
_METHOD = "efface: PS3.15 Annex E"
_IDENTITY_REMOVED, _DEIDENTIFICATION_METHOD, _METHOD_CODES = 0x00120062, 0x00120063, 0x00120064
_TEMPORAL_INFORMATION, _BURNED_IN = 0x00280303, 0x00280301
MARKS = {
    _IDENTITY_REMOVED: frozenset({"YES"}),
    _DEIDENTIFICATION_METHOD: frozenset({_METHOD}),
    _TEMPORAL_INFORMATION: frozenset({"REMOVED", "MODIFIED", "UNMODIFIED"}),
    _BURNED_IN: frozenset({"NO"}),
}
"""Every value that `set_deidentification_method` gives an attribute of the data set itself."""


def set_deidentification_method(
    dataset: Dataset, profile: Profile, applied: Collection[str], clean: Callable[[str], str], *, pixels_cleaned: bool
) -> None:
    """Write into the data set what was done to it. Entries of an earlier pass stay, cleaned; each code occurs once.

    Args:
        applied: The options of the profile that decided about an attribute of this very instance: only their codes are written.
        clean: Cleans a free text, as entries of an earlier pass are: they may name who did it.
        pixels_cleaned: The frames were read for text and redacted.
    """
    put_bytes(dataset, _IDENTITY_REMOVED, "CS", b"YES")
    methods = _earlier_methods(dataset, clean)
    if methods:
        dataset.DeidentificationMethod = [*methods, _METHOD]
    else:
        put_bytes(dataset, _DEIDENTIFICATION_METHOD, "LO", _METHOD.encode())
    codes = (_PROFILE_CODE, *([_PIXEL_CODE] if pixels_cleaned else []))
    codes += tuple(code for option, code in _CODES.items() if option in map(partial(_done, profile), applied))
    earlier_codes = list(dataset.get("DeidentificationMethodCodeSequence") or ())
    if earlier_codes:
        _clean_meanings(earlier_codes, clean)
        known = {str(item.get("CodeValue", "")) for item in earlier_codes if item.get("CodingSchemeDesignator") == "DCM"}
        new = [_code_item(*code) for code in sorted(codes) if code[0] not in known]
        dataset.DeidentificationMethodCodeSequence = Sequence([*earlier_codes, *new])
    else:
        is_implicit, is_little = dataset.original_encoding
        encoded = _encoded_codes(tuple(sorted(codes)), bool(is_implicit), is_little is None or is_little)
        put_bytes(dataset, _METHOD_CODES, "SQ", encoded)
    temporal = "REMOVED"
    if _done(profile, Option.RETAIN_LONG_MODIFIED_DATES) in (_done(profile, option) for option in profile.options):
        temporal = "MODIFIED"
    elif Option.RETAIN_LONG_FULL_DATES in profile.options:
        earlier = str(dataset.get("LongitudinalTemporalInformationModified", "") or "")
        temporal = earlier if earlier in ("MODIFIED", "REMOVED") else "UNMODIFIED"
    put_bytes(dataset, _TEMPORAL_INFORMATION, "CS", temporal.encode())
    if pixels_cleaned:
        put_bytes(dataset, _BURNED_IN, "CS", b"NO")


def _done(profile: Profile, option: str) -> str:
    """What an option comes to: dates that lose their day or month are modified."""
    is_truncated = option == Option.RETAIN_LONG_FULL_DATES and profile.date_precision != "day"
    return Option.RETAIN_LONG_MODIFIED_DATES if is_truncated else option


def _earlier_methods(dataset: Dataset, clean: Callable[[str], str]) -> list[str]:
    """The entries of an earlier pass without what identifies; none that says nothing any more."""
    earlier = value_of(dataset, _DEIDENTIFICATION_METHOD)
    methods = (method.strip() for method in earlier.split("\\"))
    others = (method for method in methods if method not in _KNOWN_METHODS)
    cleaned = (_without_author(clean(method)) for method in others)
    return [method for method in cleaned if re.search(r"\w", method)]


def _without_author(method: str) -> str:
    """An entry without a capitalised name behind "by": programs are seldom written like people."""
    found = _AUTHOR.search(method)
    if found is None or any(map(is_known, found["name"].split())):
        return method
    return (method[: found.start("name")] + method[found.end("name") :]).strip(" ,;")


_AUTHOR = re.compile(
    r"(?<![^\W_])(?:by|von|durch|par|por|da|door)\s{1,4}"
    r"(?P<name>[A-Z][a-z'’]{2,40}(?:[ -][A-Z][a-z'’]{1,40}){0,3})(?![^\W_])"
)


_KNOWN_METHODS = frozenset({_METHOD, dummy_bytes("LO").decode()})


def _clean_meanings(items: Iterable[Dataset], clean: Callable[[str], str]) -> None:
    """Clean the meanings of codes, in place, but of those whose meaning is the standard's."""
    for item in items:
        meaning = str(item.get("CodeMeaning", "") or "")
        if meaning and meaning not in _STANDARD_MEANINGS:
            cleaned = _without_author(clean(meaning))
            if cleaned != meaning:
                item.CodeMeaning = cleaned or dummy_bytes("LO").decode()


_STANDARD_MEANINGS = frozenset(
    {meaning for _, meaning in OWN_CODES} | {"Clean Recognizable Visual Features Option", "Clean Pixel Data Option"}
)
"""CID 7050."""


def is_mark(tag: int, item: Dataset) -> bool:
    """Whether an item of a sequence of the data set is one of `set_deidentification_method`, and holds nothing else."""
    if tag != _METHOD_CODES or len(item) != 3 or get_value(item, "CodingSchemeDesignator") != "DCM":
        return False
    return (get_value(item, "CodeValue"), get_value(item, "CodeMeaning")) in OWN_CODES


def _code_item(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


@lru_cache(maxsize=64)
def _encoded_codes(codes: tuple[tuple[str, str], ...], is_implicit: bool, is_little: bool) -> bytes:
    """The items of the code sequence as they stand in a file: the same for every instance of a run."""
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = is_implicit, is_little
    items = Sequence([_code_item(*code) for code in codes])
    write_sequence(buffer, DataElement(_METHOD_CODES, "SQ", items), ["iso8859"])
    return buffer.getvalue()


def rebuild_file_meta(dataset: Dataset, sop_class_uid: str, sop_instance_uid: str) -> None:
    """New File Meta Information: what the instance is and how it is encoded, and no more; the preamble is blank."""
    old = getattr(dataset, "file_meta", None)
    meta = FileMetaDataset()
    meta.set_original_encoding(False, True, "iso8859")
    put_bytes(meta, 0x00020001, "OB", b"\0\1")
    put_bytes(meta, 0x00020002, "UI", sop_class_uid.encode())
    put_bytes(meta, 0x00020003, "UI", sop_instance_uid.encode())
    if old is not None and "TransferSyntaxUID" in old:
        put_bytes(meta, 0x00020010, "UI", str(old.TransferSyntaxUID).encode())
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128
