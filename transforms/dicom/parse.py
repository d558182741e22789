"""Reads stored bytes as a data set, and the facts of an instance from it. Recognises DICOM by content, not by file name."""

from __future__ import annotations

import io
import re
import struct
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, BinaryIO, NamedTuple, cast

import pydicom
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, empty_value_for_VR
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
from ..core.data_sets import new_like
from ..core.errors import (
    DicomdirError,
    InstanceIdentityError,
    NotDicomError,
    PixelFactsError,
    PixelLayoutError,
    SlideLabelError,
    SopClassError,
    StructureError,
)
from ..core.file_bytes import FileBytes
from ..core.instance import HeaderIdentifier, Instance, PixelFacts, Source, UltrasoundRegion
from ..core.malformed import malformed
from .attribute_values import get_value, required_value
from .configuration import configure
from .inflate import InflatedFile
from .layout import default_samples
from .overlays import describe_overlays
from .structure import DataSetExtent, ElementPlace, file_meta_elements, measure_data_set
from .transfer_syntaxes import check_transfer_syntax

HEAD_BYTES = 132
_PIXEL_KEYWORDS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
_PIXEL_VRS = {None, "OB", "OW", "OF", "OD", "UN"}
_FIRST_GROUPS = (0x0002, 0x0008)
_STORAGE_ROOT = "1.2.840.10008.5.1.4.1.1."
"""Of the Storage SOP Classes (PS3.4 B.5), also of those that are newer than the dictionary at hand."""
_DATA_OF_OTHER_KINDS = ("PixelDataProviderURL", "SpectroscopyData")
"""What Rows and Columns can describe instead of pixels: in MR Spectroscopy they count the voxels (PS3.3 C.8.14.1)."""
_FUNCTIONAL_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEG2000, JPEGLSNearLossless, HTJ2K)
"""Transfer syntaxes in which Frames may have lost something."""


@dataclass(frozen=True)
class FrameCountLimits:
    """The most Frames of an image. More would occupy a worker for much longer than the size of the object suggests.

    Attributes:
        max_frames: Twice the Frames of the largest slides. Planning that many takes a minute.
        tiny_px: Pixels of a Frame below which it is tiny. A few kilobytes can hold millions of tiny Frames.
        max_tiny_frames: No device makes more Frames of so few pixels.
    """

    max_frames: int = 1 << 18
    tiny_px: int = 256
    max_tiny_frames: int = 1 << 12


LIMITS = FrameCountLimits()


def looks_like_dicom(head: bytes) -> bool:
    """Whether an object with these first (at least 132) bytes is DICOM, with or without preamble and file meta."""
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
        file: A seekable binary file at its start. Only the header is read.

    Raises:
        NotDicomError: The content is not DICOM.
        StructureError: It begins like DICOM, but cannot be read.
        InflationLimitError: The header inflates beyond the limit.
        SourceReadError: The file itself cannot be read.
    """
    configure()
    pixel_tags: list[int] = []

    def is_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
        if tag in _PIXEL_KEYWORDS:
            if vr not in _PIXEL_VRS:
                raise StructureError("the value representation of the pixel data holds no pixels")
            pixel_tags.append(tag)
        return tag in _PIXEL_KEYWORDS

    with malformed():
        plain = _plain_of(file)
        if plain is not None:
            file.seek(plain.pixels_at)
            return plain.header()
        header = _read(file, is_pixels)
    header.pixel_keyword = _PIXEL_KEYWORDS[pixel_tags[0]] if pixel_tags else ""
    return header


def read_dataset(file: BinaryIO) -> FileDataset:
    """Read a whole data set and check its structure. Bytes behind the pixels are left out.

    Args:
        file: At its start. The pixel data of `FileBytes` stay in the file where that is possible: the value of their element is
            a part of it, a `Content`, which most code takes like bytes.

    Raises:
        NotDicomError: The content is not DICOM.
        StructureError: A length is wrong, a sequence never ends, or the object is cut off.
        InflationLimitError: It inflates beyond the limit.
        SourceReadError: The file itself cannot be read.
    """
    configure()
    with malformed():
        plain = _plain_of(file)
        if plain is not None:
            return plain.dataset()
        dataset = _read_around_pixels(file) if isinstance(file, FileBytes) else None
        if dataset is None:
            file.seek(0)
            dataset = _read_dataset(*_inflated(file))
        return dataset


class _Plain:
    """A stored object that is as the standard wants it: one walk over its bytes finds what pydicom would.

    Every data set of it is new. They share the values, which are bytes, and so nobody changes what another one reads.

    Args:
        data: The object.
        meta: The elements of its File Meta Information.
        extent: Of its data set, which ends where the object ends.
        is_implicit, is_little: Its encoding, as its transfer syntax says.
    """

    def __init__(
        self, data: bytes, meta: list[ElementPlace], extent: DataSetExtent, *, is_implicit: bool, is_little: bool
    ) -> None:
        self._data, self._is_implicit, self._is_little = data, is_implicit, is_little
        self._meta = _raw_elements(data, meta, is_implicit=False, is_little=True)
        tags, pixels = [place[0] for place in extent.elements], extent.pixels
        before = tags.index(pixels.tag) if pixels else len(tags)
        self._header = _raw_elements(data, extent.elements[:before], is_implicit=is_implicit, is_little=is_little)
        self._places = extent.elements[before:]
        self._pixel_keyword = _PIXEL_KEYWORDS[pixels.tag] if pixels else ""
        self.pixels_at = (extent.elements[before - 1] if before else meta[-1])[-1]

    def header(self) -> FileDataset:
        """See `read_header`."""
        header = self._file_dataset(dict(self._header))
        header.pixel_keyword = self._pixel_keyword
        return header

    def dataset(self) -> FileDataset:
        """See `read_dataset`."""
        return self._file_dataset(self._header | self._rest)

    @cached_property
    def _rest(self) -> dict[BaseTag, RawDataElement]:
        return _raw_elements(self._data, self._places, is_implicit=self._is_implicit, is_little=self._is_little)

    def _file_dataset(self, elements: dict[BaseTag, RawDataElement]) -> FileDataset:
        encoding = self._is_implicit, self._is_little
        meta = new_like(_no_file_meta(), self._meta | {_TRANSFER_SYNTAX_TAG: self._transfer_syntax()})
        dataset = new_like(_no_dataset(), elements)
        dataset.preamble = self._data[:128] if self._data[128:132] == b"DICM" else None
        dataset.file_meta = meta
        dataset._is_implicit_VR, dataset._is_little_endian = encoding
        dataset.set_original_encoding(*encoding, dataset._character_set)
        return dataset

    def _transfer_syntax(self) -> DataElement:
        """A new element, since it may change."""
        value = self._meta[_TRANSFER_SYNTAX_TAG].value or b""
        uid = UID(value.rstrip(b"\0").decode("ascii"))
        return DataElement(_TRANSFER_SYNTAX_TAG, "UI", uid, already_converted=True)


@cache
def _no_file_meta() -> FileMetaDataset:
    file_meta = FileMetaDataset()
    file_meta.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding="iso8859")
    return file_meta


@cache
def _no_dataset() -> FileDataset:
    return FileDataset(io.BytesIO(), {})


_SHARED_BYTES = 8 << 20
"""Objects up to this size are found again when they are read again. Of larger ones the pixels take longer."""
_RECENT: deque[tuple[bytes, _Plain | None]] = deque(maxlen=2)
"""What was read last: a source, since several steps read it in a row, and an output."""


def _plain_of(file: BinaryIO) -> _Plain | None:
    """The object as it is found without pydicom; None where that may differ from what pydicom finds, and for a file."""
    if type(file) is not io.BytesIO:
        return None
    data = file.getvalue()  # No copy: the very bytes that the stream was made of.
    for known, plain in tuple(_RECENT):
        if known is data:
            return plain
    plain = _find_plain(data)
    if len(data) <= _SHARED_BYTES:
        _RECENT.append((data, plain))
    return plain


def _find_plain(data: bytes) -> _Plain | None:
    try:
        meta = file_meta_elements(data)
        encoding = _encoding_by_meta(data, meta)
        start = meta[-1][-1] if meta else 0
        if encoding is None or not _begins_in(data[start : start + _FIRST_BYTES], *encoding):
            return None
        extent = measure_data_set(data, *encoding, start)
    except (StructureError, PixelLayoutError):
        return None
    special = [place for place in extent.elements if place[2] == _UNDEFINED or place[0] >> 16 == _DELIMITERS]
    if extent.end < len(data) or not all(_is_plain(tag, vr, is_implicit=encoding[0]) for tag, vr, *_ in special):
        return None
    if extent.pixels is not None and _vr_name(extent.pixels.vr) not in _PIXEL_VRS:
        return None
    return _Plain(data, meta, extent, is_implicit=encoding[0], is_little=encoding[1])


def _encoding_by_meta(data: bytes, meta: list[ElementPlace]) -> tuple[bool, bool] | None:
    """Whether a data set is in Implicit VR, and whether in Little Endian; None where the file meta is unusual."""
    if not meta or meta[0][:3] != _GROUP_LENGTH:
        return None
    found = {tag: data[start:after] for tag, vr, length, start, after in meta if length != _UNDEFINED and vr != b"SQ"}
    is_usual = len(found) == len(meta) and _TRANSFER_SYNTAX in [place[:2] for place in meta]
    return _encoding_of_syntax(found[_TRANSFER_SYNTAX[0]]) if is_usual else None


_TRANSFER_SYNTAX_TAG = BaseTag(0x00020010)
_GROUP_LENGTH, _TRANSFER_SYNTAX = (0x00020000, b"UL", 4), (0x00020010, b"UI")
_UNDEFINED = 0xFFFFFFFF


@lru_cache(maxsize=256)
def _encoding_of_syntax(value: bytes) -> tuple[bool, bool] | None:
    """The encoding by a Transfer Syntax UID; None for a deflated one, and for what is no single UID."""
    if not re.fullmatch(rb"[0-9.]{1,64}\0?", value):
        return None
    syntax = UID(value.rstrip(b"\0").decode("ascii"))
    if syntax == DeflatedExplicitVRLittleEndian:
        return None
    return syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian


def _begins_in(head: bytes, is_implicit: bool, is_little: bool) -> bool:
    """Whether the first six bytes of a data set are those of an encoding, and of no message (group 0000)."""
    has_vr = all(b"A"[0] <= letter <= b"Z"[0] for letter in head[4:6])
    return len(head) == _FIRST_BYTES and head[:2] != b"\0\0" and has_vr != is_implicit


_FIRST_BYTES = 6


def _is_plain(tag: int, vr: bytes, *, is_implicit: bool) -> bool:
    """Whether pydicom finds an element of undefined length in the same place. It does not find one that is a delimiter."""
    if tag in _PIXEL_KEYWORDS:
        return vr in (b"OB", b"OW")
    return tag >> 16 != _DELIMITERS and (vr == b"SQ" or (is_implicit and _is_known_sequence(tag)))


_DELIMITERS = 0xFFFE


@cache
def _is_known_sequence(tag: int) -> bool:
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False


def _raw_elements(
    data: bytes, places: Iterable[ElementPlace], *, is_implicit: bool, is_little: bool
) -> dict[BaseTag, RawDataElement]:
    """The elements in some places, undecoded, as pydicom has them."""
    elements = {}
    for tag, vr, length, start, end in places:
        key, name, after = _tag(tag), _vr_name(vr), end
        if length == _UNDEFINED:
            name = name or "SQ"
            after -= _DELIMITER_BYTES
        value = data[start:after] if length else _empty(name)
        fields = key, name, length, value, start, is_implicit, is_little, True, False
        elements[key] = tuple.__new__(RawDataElement, fields)  # Its own constructor takes as long as all else here.
    return elements


_DELIMITER_BYTES = 8


@lru_cache(maxsize=1 << 14)
def _tag(tag: int) -> BaseTag:
    return BaseTag(tag)


@cache
def _vr_name(vr: bytes) -> str | None:
    return vr.decode("ascii") or None


@cache
def _empty(vr: str | None) -> bytes | None:
    return cast(bytes | None, empty_value_for_VR(vr, raw=True))


def _read_around_pixels(file: FileBytes) -> FileDataset | None:
    """A data set whose pixel data stay in the file; None where it has none, or must be decoded as a whole."""
    pixel_tags: list[int] = []

    def is_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
        pixel_tags.extend([tag] * (tag in _PIXEL_KEYWORDS))
        return tag in _PIXEL_KEYWORDS

    dataset = _read(cast(BinaryIO, file), is_pixels)
    syntax, (is_implicit, is_little) = dataset.file_meta.TransferSyntaxUID, _encoding_of(dataset)
    if not pixel_tags or _is_deflated(dataset.file_meta) or _contradicts(syntax, is_implicit):
        return None
    end, pixels, _ = measure_data_set(file, is_implicit, is_little)
    vr = pixels.vr.decode("ascii") or None if pixels else ""
    if pixels is None or vr not in _PIXEL_VRS - {"UN"}:
        return None
    tag, value = BaseTag(pixels.tag), cast(bytes, file.part(pixels.start, pixels.end - pixels.start))
    dataset._dict[tag] = RawDataElement(tag, vr, pixels.length, value, pixels.start, is_implicit, is_little, is_buffered=True)
    dataset._dict.update(read_elements(io.BytesIO(file[pixels.after : end]), is_implicit, is_little)._dict)
    return dataset


def _encoding_of(dataset: FileDataset) -> tuple[bool, bool]:
    """Whether it is in Implicit VR, and whether in Little Endian: as it is, which can contradict the transfer syntax."""
    is_implicit, is_little = dataset.original_encoding
    first = next(iter(dataset._dict.values()), None)
    if isinstance(first, RawDataElement):
        is_implicit, is_little = first.is_implicit_VR, first.is_little_endian
    return bool(is_implicit), bool(is_little)


def _contradicts(syntax: UID, is_implicit: bool) -> bool:
    return bool(syntax.is_transfer_syntax and syntax.is_implicit_VR != is_implicit)


def _read_dataset(data: bytes, head: _Head) -> FileDataset:
    dataset = _read(io.BytesIO(data), None, head)
    syntax, (is_implicit, is_little) = dataset.file_meta.TransferSyntaxUID, _encoding_of(dataset)
    end = measure_data_set(data, is_implicit, is_little).end
    if end < len(data):
        dataset = _read(io.BytesIO(data[:end]), None, head)
    if _contradicts(syntax, is_implicit):
        # Raw elements cannot be written in the encoding of the transfer syntax. Access decodes them.
        for _ in dataset.iterall():
            pass
    return dataset


class _Head(NamedTuple):
    """What stands before a data set, which begins at the offset."""

    preamble: bytes | None
    file_meta: FileMetaDataset
    offset: int


def _inflated(file: BinaryIO) -> tuple[bytes, _Head]:
    """A whole stored object, with its data set inflated behind its head."""
    data = file.read()
    stored = io.BytesIO(data)
    head = _read_head(stored)
    return data[: head.offset] + InflatedFile(stored).read() if _is_deflated(head.file_meta) else data, head


def _read(file: BinaryIO, stop_when: Any, head_of_inflated: _Head | None = None) -> FileDataset:
    preamble, file_meta, offset = head_of_inflated or _read_head(file)
    if _is_deflated(file_meta):
        # Without the file meta pydicom does not inflate the data set itself.
        file.seek(offset)
        body: Any = file if head_of_inflated else InflatedFile(file)
        elements = read_elements(body, is_implicit_VR=False, is_little_endian=True, stop_when=stop_when)
        dataset = FileDataset(body, elements, preamble, file_meta, is_implicit_VR=False, is_little_endian=True)
        dataset.set_original_encoding(False, True, elements._character_set)
    else:
        file.seek(0)
        dataset = read_partial(file, stop_when=stop_when, force=True)
    _complete_file_meta(dataset)
    return dataset


def _read_head(file: BinaryIO) -> _Head:
    """Read preamble and file meta group, if present. Leaves the file at the start of the data set.

    Raises:
        NotDicomError: The content is not DICOM.
    """
    if not looks_like_dicom(file.read(HEAD_BYTES)):
        raise NotDicomError("the content does not begin like DICOM")
    file.seek(0)
    preamble = read_preamble(file, force=True)

    def is_past_file_meta(tag: BaseTag, vr: str | None, length: int) -> bool:
        return tag >> 16 != _FIRST_GROUPS[0]

    elements = read_elements(file, is_implicit_VR=False, is_little_endian=True, stop_when=is_past_file_meta)
    return _Head(preamble, FileMetaDataset(elements), file.tell())


def _is_deflated(file_meta: Dataset) -> bool:
    return bool(file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian)


def _complete_file_meta(dataset: FileDataset) -> None:
    """Set the Transfer Syntax UID of a file without one to the encoding of its data set."""
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
    *,
    takes_slide_labels: bool = False,
    released_labels: bool = False,
) -> Instance:
    """The facts of an instance that later steps need, checked against each other.

    Args:
        header: From `read_header`.
        ref: The instance's public name.
        identifiers: The identifying values of this header.
        draw: SOP Instance UID -> the number by which samples are drawn. Without it the instance is in no sample.
        takes_slide_labels: Describe the image of a slide's label as well; one that shows it beside the tissue is refused.
        released_labels: A person saw that there is no label to refuse: it is an image like any other.

    Raises:
        DicomdirError: The object is an index over other files.
        SopClassError: The SOP Class is missing, or no Storage SOP Class of the standard.
        InstanceIdentityError: The SOP Instance UID is missing.
        TransferSyntaxError: See `check_transfer_syntax`.
        PixelFactsError: The Image Pixel module is incomplete or contradicts itself.
        SlideLabelError: The image shows the label of a slide.
        StructureError: Pixels are described but missing, or a value cannot be read.
    """
    with malformed():
        return _describe(header, source, ref, identifiers, draw, takes_slide_labels, released_labels)


def _describe(
    header: FileDataset,
    source: Source,
    ref: str,
    identifiers: tuple[HeaderIdentifier, ...],
    draw: Callable[[str], float] | None,
    takes_slide_labels: bool,
    released_labels: bool,
) -> Instance:
    sop_class_uid = _uid(header, "SOPClassUID") or _uid(header.file_meta, "MediaStorageSOPClassUID")
    if MediaStorageDirectoryStorage in (sop_class_uid, _uid(header.file_meta, "MediaStorageSOPClassUID")):
        raise DicomdirError("the object is an index over other files")
    if not (sop_class_uid.startswith(_STORAGE_ROOT) or UID(sop_class_uid).type == "SOP Class"):
        raise SopClassError("the SOP Class is missing, or no Storage SOP Class of the standard")
    sop_instance_uid = _uid(header, "SOPInstanceUID") or _uid(header.file_meta, "MediaStorageSOPInstanceUID")
    if not sop_instance_uid:
        raise InstanceIdentityError("the SOP Instance UID is missing")
    transfer_syntax_uid = str(header.file_meta.TransferSyntaxUID)
    check_transfer_syntax(transfer_syntax_uid)
    with malformed(PixelFactsError):
        pixels = _pixel_facts(header)
        _check_frame_count(pixels)
    is_slide_label = pixels is not None and _is_slide_label(header)
    shows_one = pixels is not None and "YES" in map(_normalized, _values(get_value(header, "SpecimenLabelInImage")))
    is_replaced = is_slide_label and takes_slide_labels
    if (is_slide_label or shows_one) and not (is_replaced or released_labels):
        raise SlideLabelError("the image shows the label of a slide")
    return Instance(
        ref=ref,
        source=source,
        sop_class_uid=sop_class_uid,
        sop_instance_uid=sop_instance_uid,
        transfer_syntax_uid=transfer_syntax_uid,
        modality=_code(get_value(header, "Modality")),
        pixels=pixels,
        regions=_regions(header),
        identifiers=identifiers,
        series_instance_uid=_uid(header, "SeriesInstanceUID"),
        image_type=_image_type(header),
        has_burned_in_annotation=_code(get_value(header, "BurnedInAnnotation")) == "YES",
        draw=draw(sop_instance_uid) if draw else 1.0,
        overlays=describe_overlays(header),
        is_slide_label=is_replaced,
    )


def _uid(dataset: Dataset, keyword: str) -> str:
    value = get_value(dataset, keyword)
    return str(value).strip("\0 ") if isinstance(value, str) else ""


def _code(value: Any) -> str:
    """The value if it is a code string, else ""."""
    text = str(value or "").strip()
    return text if len(text) <= 16 and text.replace("_", "").replace(" ", "").isalnum() and text == text.upper() else ""


def _image_type(header: Dataset) -> tuple[str, ...]:
    values = get_value(header, "ImageType")
    return tuple(_code(value) for value in ([values] if isinstance(values, str) else values or ()))


def _is_slide_label(header: Dataset) -> bool:
    """Whether the header says that the image is the label of a slide (PS3.3 C.8.12.4).

    In MR, LABEL means labelled spins.
    """
    groups = (item for keyword in _FUNCTIONAL_GROUPS for item in get_value(header, keyword) or ())
    frames = (item for group in groups for item in group.get("WholeSlideMicroscopyImageFrameTypeSequence") or ())
    types = [get_value(header, "ImageType"), *(item.get("FrameType") for item in frames)]
    return _normalized(get_value(header, "Modality")) != "MR" and any(
        _normalized(value) == "LABEL" for values in types for value in _values(values)
    )


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, MultiValue)) else [value]


def _normalized(value: Any) -> str:
    """A code string in upper case without padding. Some writers use lower case or other padding than spaces."""
    return str(value or "").strip("\0 \t\r\n").upper()


def _pixel_facts(header: FileDataset) -> PixelFacts | None:
    keyword = header.pixel_keyword
    if not keyword:
        is_described = bool(get_value(header, "Rows") and get_value(header, "Columns"))
        if is_described and not any(keyword in header for keyword in _DATA_OF_OTHER_KINDS):
            raise StructureError("the header describes pixels, but there are none")
        return None
    try:
        photometric = str(required_value(header, "PhotometricInterpretation"))
        bits_allocated = int(required_value(header, "BitsAllocated"))
        facts = PixelFacts(
            attribute=keyword,
            rows=int(required_value(header, "Rows")),
            columns=int(required_value(header, "Columns")),
            frames=int(get_value(header, "NumberOfFrames") or 1),
            samples_per_pixel=int(get_value(header, "SamplesPerPixel") or default_samples(photometric)),
            photometric_interpretation=photometric,
            bits_allocated=bits_allocated,
            bits_stored=int(get_value(header, "BitsStored") or bits_allocated),
            is_signed=bool(int(get_value(header, "PixelRepresentation") or 0)),
            padding_value=_integer(get_value(header, "PixelPaddingValue")),
            is_lossy=get_value(header, "LossyImageCompression") == "01" or header.file_meta.TransferSyntaxUID in LOSSY,
        )
    except (AttributeError, TypeError, ValueError):
        raise PixelFactsError("the Image Pixel module is incomplete or unreadable") from None
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
    """Refuse an image of too many Frames.

    Raises:
        PixelFactsError: It has more than `LIMITS` allow.
    """
    if facts is not None:
        most = LIMITS.max_tiny_frames if facts.rows * facts.columns < LIMITS.tiny_px else LIMITS.max_frames
        if facts.frames > most:
            raise PixelFactsError("the image has too many frames")


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _regions(header: Dataset) -> tuple[UltrasoundRegion, ...]:
    regions = []
    for item in get_value(header, "SequenceOfUltrasoundRegions") or ():
        try:
            # The corners are inclusive (PS3.3 C.8.5.5.1.3).
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
