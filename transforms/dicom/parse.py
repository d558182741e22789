"""Reads stored bytes as a data set, and the facts of an instance from it. Recognises DICOM by content, not by file name."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filereader import read_dataset as read_elements
from pydicom.filereader import read_partial, read_preamble
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
    MediaStorageDirectoryStorage,
)

from ..core.box import Box
from ..core.errors import (
    DicomdirError,
    InstanceIdentityError,
    NotDicomError,
    PixelFactsError,
    SlideLabelError,
    SopClassError,
    StructureError,
    TransferSyntaxError,
)
from ..core.instance import HeaderIdentifier, Instance, PixelFacts, Source, UltrasoundRegion
from ..core.malformed import malformed
from .configuration import configure
from .inflate import InflatedFile
from .overlays import describe_overlays
from .structure import measure_data_set

HEAD_BYTES = 132
_PIXEL_KEYWORDS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
_PIXEL_VRS = {None, "OB", "OW", "OF", "OD", "UN"}
_MOST_FRAMES = 1 << 18
"""Twice the frames of the largest slides. To plan that many takes a minute."""
_TINY_FRAME_PX, _MOST_TINY_FRAMES = 256, 1 << 12
"""No device makes more frames than this of so few pixels, while a few kilobytes can hold millions of them."""
_FIRST_GROUPS = (0x0002, 0x0008)
_FUNCTIONAL_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEG2000, JPEGLSNearLossless, HTJ2K)


def looks_like_dicom(head: bytes) -> bool:
    """Whether an object that begins with these (at least 132) bytes is DICOM, with or without preamble and file meta."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 8:
        return False
    for order in "<>":
        group, element, length = struct.unpack_from(order + "HHL", head)
        if group in _FIRST_GROUPS and element <= 0x1200:
            vr = head[4:6]
            if vr.isalpha() and vr.isupper() and vr.decode("ascii") in pydicom.values.converters:
                return True
            if order == "<" and length < 0x1000:
                return True
    return False


def read_header(file: BinaryIO) -> FileDataset:
    """Read everything before the pixels; `header.pixel_keyword` names the element that holds them, "" for none.

    Args:
        file: A seekable binary file at its start; only the header is read from it.

    Raises:
        NotDicomError: The content is no DICOM.
        StructureError: It begins like DICOM and cannot be read.
        InflationLimitError: What comes before the pixels inflates to more than can be believed.
        SourceReadError: The file itself cannot be read.
    """
    configure()
    pixel_tags: list[int] = []

    def is_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
        if tag in _PIXEL_KEYWORDS:
            if vr not in _PIXEL_VRS:
                raise StructureError("the pixel data have a value representation that holds no pixels")
            pixel_tags.append(tag)
        return tag in _PIXEL_KEYWORDS

    with malformed():
        header = _read(file, is_pixels)
    header.pixel_keyword = _PIXEL_KEYWORDS[pixel_tags[0]] if pixel_tags else ""
    return header


def read_dataset(file: BinaryIO) -> FileDataset:
    """Read a whole data set whose structure holds together; bytes that trail after the pixels are left out.

    Raises:
        NotDicomError: The content is no DICOM.
        StructureError: A length lies, a sequence never ends, or the object is cut off.
        InflationLimitError: It inflates to more than can be believed.
        SourceReadError: The file itself cannot be read.
    """
    configure()
    with malformed():
        return _read_dataset(_inflated(file))


def _read_dataset(data: bytes) -> FileDataset:
    dataset = _read(io.BytesIO(data), None, is_inflated=True)
    syntax = dataset.file_meta.TransferSyntaxUID
    is_implicit, is_little = dataset.original_encoding
    first = next(iter(dataset._dict.values()), None)
    if isinstance(
        first, RawDataElement
    ):  # It shows the real encoding of the data set, which may contradict its transfer syntax.
        is_implicit, is_little = first.is_implicit_VR, first.is_little_endian
    end = measure_data_set(data, bool(is_implicit), bool(is_little))
    if end < len(data):
        dataset = _read(io.BytesIO(data[:end]), None, is_inflated=True)
    if syntax.is_transfer_syntax and syntax.is_implicit_VR != is_implicit:
        # Elements as they were read cannot be written in the encoding that the file meta promises.
        for _ in dataset.iterall():
            pass
    return dataset


def _inflated(file: BinaryIO) -> bytes:
    """All of a stored object, with a deflated data set inflated behind its file meta."""
    data = file.read()
    stored = io.BytesIO(data)
    _, file_meta = _read_file_meta(stored)
    return data[: stored.tell()] + InflatedFile(stored).read() if _is_deflated(file_meta) else data


def _read(file: BinaryIO, stop_when: Any, *, is_inflated: bool = False) -> FileDataset:
    preamble, file_meta = _read_file_meta(file)
    if _is_deflated(file_meta):
        # Without its file meta pydicom does not know that it could inflate the data set.
        body: Any = file if is_inflated else InflatedFile(file)
        elements = read_elements(body, is_implicit_VR=False, is_little_endian=True, stop_when=stop_when)
        dataset = FileDataset(body, elements, preamble, file_meta, is_implicit_VR=False, is_little_endian=True)
        dataset.set_original_encoding(False, True, elements._character_set)
    else:
        file.seek(0)
        dataset = read_partial(file, stop_when=stop_when, force=True)
    _complete_file_meta(dataset)
    return dataset


def _read_file_meta(file: BinaryIO) -> tuple[bytes | None, FileMetaDataset]:
    """Preamble and file meta group, as far as these are there; leaves the file where the data set starts.

    Raises:
        NotDicomError: The content is no DICOM.
    """
    if not looks_like_dicom(file.read(HEAD_BYTES)):
        raise NotDicomError("the content does not begin like DICOM")
    file.seek(0)
    preamble = read_preamble(file, force=True)

    def is_behind(tag: BaseTag, vr: str | None, length: int) -> bool:
        return tag >> 16 != _FIRST_GROUPS[0]

    elements = read_elements(file, is_implicit_VR=False, is_little_endian=True, stop_when=is_behind)
    return preamble, FileMetaDataset(elements)


def _is_deflated(file_meta: Dataset) -> bool:
    return bool(file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian)


def _complete_file_meta(dataset: FileDataset) -> None:
    """Files without file meta get the transfer syntax that they are evidently written in."""
    if getattr(dataset, "file_meta", None) is None:
        dataset.file_meta = FileMetaDataset()
    if not dataset.file_meta.get("TransferSyntaxUID"):
        is_implicit, is_little = dataset.original_encoding
        little = ImplicitVRLittleEndian if is_implicit else ExplicitVRLittleEndian
        dataset.file_meta.TransferSyntaxUID = little if is_little else ExplicitVRBigEndian
    if not isinstance(dataset.file_meta.TransferSyntaxUID, UID):
        raise StructureError("the file meta names no single transfer syntax")


def describe_instance(
    header: FileDataset,
    source: Source,
    ref: str,
    identifiers: tuple[HeaderIdentifier, ...],
    draw: Callable[[str], float] | None = None,
) -> Instance:
    """The facts of an instance that later steps need, checked as far as a header can be.

    Args:
        header: From `read_header`.
        ref: The instance's public name.
        identifiers: The identifying values of this header.
        draw: Gives the number that samples are drawn by for a SOP Instance UID; without it the instance is in no sample.

    Raises:
        DicomdirError: An index over other files.
        SopClassError: The SOP Class is missing, private or unknown.
        InstanceIdentityError: The SOP Instance UID is missing.
        TransferSyntaxError: The transfer syntax is private or unknown.
        PixelFactsError: The Image Pixel module is incomplete or contradicts itself.
        SlideLabelError: The image shows the label of a slide.
        StructureError: Pixels are described and not there, or a value cannot be read.
    """
    with malformed():
        return _describe(header, source, ref, identifiers, draw)


def _describe(
    header: FileDataset,
    source: Source,
    ref: str,
    identifiers: tuple[HeaderIdentifier, ...],
    draw: Callable[[str], float] | None,
) -> Instance:
    sop_class_uid = _uid(header, "SOPClassUID") or _uid(header.file_meta, "MediaStorageSOPClassUID")
    if MediaStorageDirectoryStorage in (sop_class_uid, _uid(header.file_meta, "MediaStorageSOPClassUID")):
        raise DicomdirError("an index over other files")
    if UID(sop_class_uid).type != "SOP Class":
        raise SopClassError("the SOP Class is missing, private or unknown")
    sop_instance_uid = _uid(header, "SOPInstanceUID") or _uid(header.file_meta, "MediaStorageSOPInstanceUID")
    if not sop_instance_uid:
        raise InstanceIdentityError("the SOP Instance UID is missing")
    transfer_syntax_uid = str(header.file_meta.TransferSyntaxUID)
    if UID(transfer_syntax_uid).type != "Transfer Syntax":
        raise TransferSyntaxError("the transfer syntax is private or unknown")
    with malformed(PixelFactsError):
        pixels = _pixel_facts(header)
        _check_frame_count(pixels)
    if pixels is not None and _shows_slide_label(header):
        raise SlideLabelError("the image shows the label of a slide")
    return Instance(
        ref=ref,
        source=source,
        sop_class_uid=sop_class_uid,
        sop_instance_uid=sop_instance_uid,
        transfer_syntax_uid=transfer_syntax_uid,
        modality=_code(header.get("Modality")),
        pixels=pixels,
        regions=_regions(header),
        identifiers=identifiers,
        series_instance_uid=_uid(header, "SeriesInstanceUID"),
        image_type=_image_type(header),
        has_burned_in_annotation=_code(header.get("BurnedInAnnotation")) == "YES",
        draw=draw(sop_instance_uid) if draw else 1.0,
        overlays=describe_overlays(header),
    )


def _uid(dataset: Dataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return str(value).strip("\0 ") if isinstance(value, str) else ""


def _code(value: Any) -> str:
    """The value where it is a code string; anything longer is no code and may be anything."""
    text = str(value or "").strip()
    return text if len(text) <= 16 and text.replace("_", "").replace(" ", "").isalnum() and text == text.upper() else ""


def _image_type(header: Dataset) -> tuple[str, ...]:
    values = header.get("ImageType")
    return tuple(_code(value) for value in ([values] if isinstance(values, str) else values or ()))


def _shows_slide_label(header: Dataset) -> bool:
    """Whether an image says that it is the label of a slide, or shows it (PS3.3 C.8.12.4).

    In MR the word stands for labelled spins.
    """
    groups = (item for keyword in _FUNCTIONAL_GROUPS for item in header.get(keyword) or ())
    frames = (item for group in groups for item in group.get("WholeSlideMicroscopyImageFrameTypeSequence") or ())
    types = [header.get("ImageType"), *(item.get("FrameType") for item in frames)]
    is_label = _folded(header.get("Modality")) != "MR" and any(
        _folded(value) == "LABEL" for values in types for value in _all(values)
    )
    return is_label or "YES" in map(_folded, _all(header.get("SpecimenLabelInImage")))


def _all(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, MultiValue)) else [value]


def _folded(value: Any) -> str:
    """A code string as it is meant: some writers use lower case, or pad with what is none."""
    return str(value or "").strip("\0 \t\r\n").upper()


def _pixel_facts(header: FileDataset) -> PixelFacts | None:
    keyword = header.pixel_keyword
    if not keyword:
        if header.get("Rows") and header.get("Columns") and "PixelDataProviderURL" not in header:
            raise StructureError("the header describes pixels, and there are none")
        return None
    try:
        facts = PixelFacts(
            attribute=keyword,
            rows=int(header.Rows),
            columns=int(header.Columns),
            frames=int(header.get("NumberOfFrames") or 1),
            samples_per_pixel=int(header.get("SamplesPerPixel") or 1),
            photometric_interpretation=str(header.PhotometricInterpretation),
            bits_allocated=int(header.BitsAllocated),
            bits_stored=int(header.get("BitsStored") or header.BitsAllocated),
            is_signed=bool(int(header.get("PixelRepresentation") or 0)),
            padding_value=_integer(header.get("PixelPaddingValue")),
            is_lossy=header.get("LossyImageCompression") == "01" or header.file_meta.TransferSyntaxUID in _LOSSY,
        )
    except (AttributeError, TypeError, ValueError):
        raise PixelFactsError("the Image Pixel module is incomplete or not readable") from None
    is_sane = (
        min(facts.rows, facts.columns, facts.frames) >= 1
        and facts.samples_per_pixel in (1, 3)
        and facts.bits_allocated in (1, 8, 16, 32, 64)
        and 1 <= facts.bits_stored <= facts.bits_allocated
    )
    if not is_sane:
        raise PixelFactsError("the Image Pixel module contradicts itself")
    return facts


def _check_frame_count(facts: PixelFacts | None) -> None:
    """Refuse what would keep a worker busy for far longer than its size warrants.

    Raises:
        PixelFactsError: There are more frames than an image has.
    """
    if facts is not None:
        most = _MOST_TINY_FRAMES if facts.rows * facts.columns < _TINY_FRAME_PX else _MOST_FRAMES
        if facts.frames > most:
            raise PixelFactsError("there are more frames than an image has")


def _window(header: Dataset) -> tuple[float, float] | None:
    try:
        center, width = _first(header.get("WindowCenter")), _first(header.get("WindowWidth"))
        slope, intercept = float(header.get("RescaleSlope") or 1), float(header.get("RescaleIntercept") or 0)
        # The window is given in rescaled values; here it is applied to stored ones.
        return ((float(center) - intercept) / slope, abs(float(width) / slope)) if slope else None
    except (TypeError, ValueError):
        return None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, (list, pydicom.multival.MultiValue)) and len(value) else value


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _regions(header: Dataset) -> tuple[UltrasoundRegion, ...]:
    regions = []
    for item in header.get("SequenceOfUltrasoundRegions") or ():
        try:
            # The standard's corners are inclusive (PS3.3 C.8.5.5.1.3).
            box = Box(
                int(item.RegionLocationMinX0),
                int(item.RegionLocationMinY0),
                int(item.RegionLocationMaxX1) + 1,
                int(item.RegionLocationMaxY1) + 1,
            )
            regions.append(UltrasoundRegion(box, int(item.RegionSpatialFormat), int(item.RegionDataType)))
        except (AttributeError, TypeError, ValueError):
            continue  # A region only says where anatomy is; an unreadable one is ignored.
    return tuple(regions)
