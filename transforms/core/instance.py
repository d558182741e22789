"""The facts of an Instance from its header, as records that travel between the steps.

Fields that may hold an identifier are kept out of `repr`, so that no log line or traceback shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .box import Box
from .decisions import NOTHING_DECIDED, Decided


@dataclass(frozen=True, slots=True)
class Source:
    """One stored object as the listing saw it, or one member of an archive.

    Attributes:
        uri: Its place (`/path`, `gs://bucket/name`, `/path/a.zip!/member`, ...). Paths often hold names: identifying.
        size_bytes: Its size.
        version: Changes with its content: the generation of an object store, mtime in ns and size of a local file; for a member
            the version of the archive and the place in it (`storage.members`).
    """

    uri: str = field(repr=False)
    size_bytes: int
    version: str


class IdentifierKind(StrEnum):
    """The kind of an identifying value, which decides how texts are matched with it."""

    NAME = "name"
    ID = "id"
    DATE = "date"
    PLACE = "place"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class HeaderIdentifier:
    """One identifying value of the header of an instance, as written there (PN with carets, DA as YYYYMMDD)."""

    kind: IdentifierKind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PixelFacts:
    """The Image Pixel module as the header states it (PS3.3 C.7.6.3).

    Attributes:
        attribute: Keyword of the element that holds the pixels: PixelData, FloatPixelData or DoubleFloatPixelData.
        frames: Number of Frames, 1 when absent.
        padding_value: Pixel Padding Value in stored values, or None.
        is_lossy: The Frames were compressed with loss, now or earlier.
    """

    attribute: str
    rows: int
    columns: int
    frames: int
    samples_per_pixel: int
    photometric_interpretation: str
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    padding_value: int | None = None
    is_lossy: bool = False


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """One item of Sequence of Ultrasound Regions (PS3.3 C.8.5.5). It marks anatomy, and does not exempt its pixels."""

    box: Box
    spatial_format: int
    data_type: int


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One overlay plane of an instance (PS3.3 C.9.2): its group, 0x6000 to 0x601E, and its size."""

    group: int
    rows: int
    columns: int
    frames: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One SOP Instance: its source and the facts of its header that later steps need.

    Attributes:
        ref: Keyed hash of the source URI: the only name of the instance in logs, counters and audit tables.
        sop_instance_uid: The original UID: identifying.
        pixels: None for instances without pixel data.
        identifiers: The identifying values of its header, to match texts with: identifying.
        series_instance_uid: The original UID, "" for none: identifying.
        image_type: The values of Image Type that are code strings.
        has_burned_in_annotation: Burned In Annotation is YES.
        draw: A number from 0 to 1 by key and SOP Instance UID, by which samples are drawn.
        overlays: The readable overlay planes.
        is_slide_label: It is the image of the label of a slide, which a drawn one replaces.
        output_uid: The SOP Instance UID of its output; "" without a key.
        device_ref, device_type_ref: `device_ref` of its device, and of its device with Image Type; "" for none.
        decided: What people decided about it.
    """

    ref: str
    source: Source
    sop_class_uid: str
    sop_instance_uid: str = field(repr=False)
    transfer_syntax_uid: str
    modality: str
    pixels: PixelFacts | None
    regions: tuple[UltrasoundRegion, ...] = ()
    identifiers: tuple[HeaderIdentifier, ...] = field(default=(), repr=False)
    series_instance_uid: str = field(default="", repr=False)
    image_type: tuple[str, ...] = ()
    has_burned_in_annotation: bool = False
    draw: float = 1.0
    overlays: tuple[OverlayPlane, ...] = ()
    is_slide_label: bool = False
    output_uid: str = field(default="", repr=False)
    device_ref: str = ""
    device_type_ref: str = ""
    decided: Decided = NOTHING_DECIDED
