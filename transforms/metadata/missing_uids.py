"""Fills in missing UIDs of an instance, its series or its study, so that the output has a name of its own."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ..core.errors import InstanceIdentityError
from ..core.pseudonyms import Pseudonyms
from .elements import put_bytes, text_of

_FROM_FILE_META = ((0x00080016, 0x00020002), (0x00080018, 0x00020003))
_SOP_INSTANCE, _STUDY, _SERIES = 0x00080018, 0x0020000D, 0x0020000E


def fill_missing_uids(dataset: Dataset, pseudonyms: Pseudonyms) -> None:
    """Put in, in place, what of SOP Class, SOP Instance, Series and Study Instance UID is blank or missing.

    Class and instance are taken from the File Meta Information. An instance without a series becomes a series of its own, and a
    series without a study a study of its own: what is not known to belong together is never merged.

    Raises:
        InstanceIdentityError: The SOP Instance UID stands nowhere.
    """
    meta = getattr(dataset, "file_meta", None) or Dataset()
    for tag, meta_tag in _FROM_FILE_META:
        _fill(dataset, tag, _uid(meta, meta_tag))
    if not _uid(dataset, _SOP_INSTANCE):
        raise InstanceIdentityError("the SOP Instance UID is missing")
    _fill(dataset, _SERIES, pseudonyms.uid(f"series of {_uid(dataset, _SOP_INSTANCE)}"))
    _fill(dataset, _STUDY, pseudonyms.uid(f"study of {_uid(dataset, _SERIES)}"))


def _uid(dataset: Dataset, tag: int) -> str:
    element = dataset._dict.get(BaseTag(tag))
    return (text_of(element, ["iso8859"]) or "").strip(" \0") if element is not None else ""


def _fill(dataset: Dataset, tag: int, uid: str) -> None:
    if uid and not _uid(dataset, tag):
        put_bytes(dataset, tag, "UI", uid.encode("latin-1"))
