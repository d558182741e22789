"""Fills in missing UIDs of an instance, its series or its study, so that the output has a name of its own."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ..core.errors import InstanceIdentityError
from ..core.pseudonyms import Pseudonyms
from .elements import put_bytes, text_of

_SOP_CLASS, _SOP_INSTANCE, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
_MEDIA_STORAGE_SOP_CLASS, _MEDIA_STORAGE_SOP_INSTANCE = 0x00020002, 0x00020003


def fill_missing_uids(dataset: Dataset, pseudonyms: Pseudonyms) -> None:
    """Put in, in place, what of SOP Class, SOP Instance, Series and Study Instance UID is blank or missing.

    Class and instance are taken from the File Meta Information. An instance without a series becomes a series of its own, and a
    series without a study a study of its own: what is not known to belong together is never merged.

    Raises:
        InstanceIdentityError: The SOP Instance UID stands nowhere.
    """
    instance, series = own_uids(dataset, pseudonyms)
    if not instance:
        raise InstanceIdentityError("the SOP Instance UID is missing")
    _fill(dataset, _SOP_CLASS, _uid(_meta(dataset), _MEDIA_STORAGE_SOP_CLASS))
    _fill(dataset, _SOP_INSTANCE, instance)
    _fill(dataset, _SERIES, series)
    _fill(dataset, _STUDY, pseudonyms.uid(f"study of {series}"))


def own_uids(dataset: Dataset, pseudonyms: Pseudonyms) -> tuple[str, str]:
    """SOP Instance UID and Series Instance UID as `fill_missing_uids` leaves them; "" for both where neither can be told."""
    instance = _uid(dataset, _SOP_INSTANCE) or _uid(_meta(dataset), _MEDIA_STORAGE_SOP_INSTANCE)
    return instance, _uid(dataset, _SERIES) or (pseudonyms.uid(f"series of {instance}") if instance else "")


def _meta(dataset: Dataset) -> Dataset:
    return getattr(dataset, "file_meta", None) or Dataset()


def _uid(dataset: Dataset, tag: int) -> str:
    element = dataset._dict.get(BaseTag(tag))
    return (text_of(element, ["iso8859"]) or "").strip(" \0") if element is not None else ""


def _fill(dataset: Dataset, tag: int, uid: str) -> None:
    if uid and not _uid(dataset, tag):
        put_bytes(dataset, tag, "UI", uid.encode("latin-1"))
