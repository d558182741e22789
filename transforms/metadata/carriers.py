"""The carriers of identifiers beside plain Attributes."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ..core.errors import CarrierError, DicomdirError
from .elements import bytes_of

CARRIERS = {
    0x00880200: "icon_image",
    0xFFFAFFFA: "digital_signatures",
    0x04000402: "digital_signatures",
    0x04000403: "digital_signatures",
    0x04000561: "original_attributes",
    0x04000550: "original_attributes",
    0x00700001: "graphic_annotations",
    0x00700231: "graphic_annotations",
    0x0040A730: "structured_content",
    0x0040B020: "waveform_annotations",
    0x54000100: "waveform",
    0x00101100: "patient_photo",
    0xFFFCFFFC: "trailing_padding",
}
OVERLAY_DATA = 0x3000
OVERLAY_TYPE = 0x0040
OVERLAY_FACTS = frozenset(
    {0x0010, 0x0011, 0x0015, OVERLAY_TYPE, 0x0050, 0x0051, 0x0100, 0x0102, 0x1301, 0x1302, 0x1303, OVERLAY_DATA}
)
"""Elements of an overlay plane (PS3.3 C.9.2) that are no text: sizes, type, origin, bits, a region's statistics, the data."""
OVERLAY_TYPES = ("G", "R")
_ENCRYPTED_ATTRIBUTES = 0x04000500
_DOCUMENTS = (0x00420011, 0x00686300, 0x04000520)
_PIXEL_DATA = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_COEFFICIENTS = frozenset({0x0020, 0x0030, 0x0040})
_ICON_IMAGE = "00880200/"
_DICOMDIR = "1.2.840.10008.1.3.10"


def is_removed_group(tag: int) -> bool:
    """Whether a standard attribute that no table lists goes unseen.

    Those are curves and overlays (groups 50xx and 60xx, of which the standard uses 16 each; a part of an overlay without its
    data would break its module), pictures as coefficients (group 7Fxx, retired), encrypted copies of attributes, and what
    belongs to messages, file meta and directories.
    """
    group = tag >> 16
    return group < 0x0008 or group >> 8 in (0x50, 0x60) or _is_coefficients(tag) or tag == _ENCRYPTED_ATTRIBUTES


def _is_coefficients(tag: int) -> bool:
    return tag >> 24 == 0x7F and tag & 0xFFFF in _COEFFICIENTS


def is_image_in_item(tag: int, path: str) -> bool:
    """Whether an attribute is pixel data below the top level, of which no frame was read for text.

    Icon images are left out: they are removed, and stay only where a policy says so.

    Args:
        path: The sequences around it, as `_Level.types_path` has it; "" at the top level.
    """
    return tag in _PIXEL_DATA and bool(path) and not path.endswith(_ICON_IMAGE)


def removed_carrier(tag: int) -> str:
    """The carrier to which an Attribute of a removed group belongs."""
    group = tag >> 16
    if tag == _ENCRYPTED_ATTRIBUTES:
        return "encrypted_attributes"
    if _is_coefficients(tag):
        return "coefficients"
    return "directory_or_message" if group < 0x0008 else "overlays" if group >= 0x6000 else "curves"


def refuse_documents(dataset: Dataset, sop_class_uid: str) -> None:
    """Stop at what cannot be cleaned.

    Raises:
        CarrierError: A document (PDF, CDA, STL, HPGL) stands inside the instance: a file of its own that efface does not read.
        DicomdirError: It is a DICOMDIR.
    """
    if sop_class_uid == _DICOMDIR or BaseTag(0x00041220) in dataset._dict:
        raise DicomdirError("a DICOMDIR indexes other files by their identifiers")
    for tag in _DOCUMENTS:
        element = dataset._dict.get(BaseTag(tag))
        if element is not None and bytes_of(element).strip(b"\0"):
            raise CarrierError("the instance encapsulates a document that cannot be cleaned")
