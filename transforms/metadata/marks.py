"""The marks of a de-identified instance: what was done, in the attributes and codes that PS3.15 E.1.1 and E.3 ask for."""

from __future__ import annotations

import uuid

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

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
_METHOD = "efface: PS3.15 Annex E"
_IMPLEMENTATION_CLASS_UID = f"2.25.{uuid.uuid5(uuid.NAMESPACE_DNS, 'efface.implementation').int}"
_IMPLEMENTATION_VERSION = "EFFACE"


def mark_dataset(dataset: Dataset, profile: Profile, *, pixels_cleaned: bool) -> None:
    """Say in the data set what was done to it. Marks of an earlier pass stay; each code stands once."""
    dataset.PatientIdentityRemoved = "YES"
    methods = dataset.get("DeidentificationMethod") or []
    methods = [methods] if isinstance(methods, str) else [str(method) for method in methods]
    methods = [method for method in methods if method]
    dataset.DeidentificationMethod = methods if _METHOD in methods else [*methods, _METHOD]
    codes = [_PROFILE_CODE, *([_PIXEL_CODE] if pixels_cleaned else [])]
    codes += [code for option, code in _CODES.items() if option in profile.options]
    items = list(dataset.get("DeidentificationMethodCodeSequence") or ())
    known = {(str(item.get("CodeValue", "")), str(item.get("CodingSchemeDesignator", ""))) for item in items}
    for value, meaning in sorted(codes):
        if (value, "DCM") not in known:
            item = Dataset()
            item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
            items.append(item)
    dataset.DeidentificationMethodCodeSequence = Sequence(items)
    earlier = str(dataset.get("LongitudinalTemporalInformationModified", "") or "")
    if Option.RETAIN_LONG_MODIFIED_DATES in profile.options:
        dataset.LongitudinalTemporalInformationModified = "MODIFIED"
    elif Option.RETAIN_LONG_FULL_DATES in profile.options:
        dataset.LongitudinalTemporalInformationModified = earlier if earlier in ("MODIFIED", "REMOVED") else "UNMODIFIED"
    else:
        dataset.LongitudinalTemporalInformationModified = "REMOVED"
    if pixels_cleaned:
        dataset.BurnedInAnnotation = "NO"


def rebuild_file_meta(dataset: Dataset, sop_class_uid: str, sop_instance_uid: str) -> None:
    """New File Meta Information with what it must hold and nothing else: no AE titles, no private information, no preamble."""
    old = getattr(dataset, "file_meta", None)
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    if old is not None and "TransferSyntaxUID" in old:
        meta.TransferSyntaxUID = old.TransferSyntaxUID
    meta.ImplementationClassUID = UID(_IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = _IMPLEMENTATION_VERSION
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128
