"""The CSA headers of Siemens MR (0029,xx10 and 0029,xx20): names with lists of short texts, in two binary layouts.

Layout, all in Little Endian: CSA2 begins with `SV10` and four bytes; then, as in CSA1, the number of tags and the number 77. A
tag is a name of 64 bytes, multiplicity, VR of four bytes, syngo type, number of items, a mark (77 or 205); an item is four
numbers, of which the second (CSA2) or the first less a constant (CSA1) is its length, and its text, padded to four bytes.

Source: NiBabel, "Siemens format DICOM with CSA header"; what dcm2niix reads (`readCSAImageHeader`).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from . import siemens_protocol

_MAGIC = b"SV10"
_MAX_TAGS, _MAX_ITEMS = 512, 2048
_TAG = struct.Struct("<64si4siii")
_ITEM = struct.Struct("<4i")
_CHECK = 77
_PROTOCOLS = frozenset({"MrPhoenixProtocol", "MrProtocol"})

_NUMBERS = frozenset(
    """
    B_matrix B_value BandwidthPerPixelPhaseEncode Columns CsiGridshiftVector CsiSliceShift DataPointColumns DataPointRows
    DiffusionGradientDirection EchoColumnPosition EchoLinePosition EchoNumbers EchoPartitionPosition EchoTime EchoTrainLength
    Filter1 Filter2 FlipAngle FlowEncodingDirection FlowVenc FoV ImaAbsTablePosition ImaRelTablePosition
    ImageGroup ImageOrientationPatient ImagePositionPatient ImagingFrequency InversionTime MagneticFieldStrength
    MeasuredFourierLines MosaicRefAcqTimes MultistepIndex NumberOfAverages NumberOfFrames NumberOfImagesInMosaic
    NumberOfPhaseEncodingSteps PercentPhaseFieldOfView PercentSampling PhaseEncodingDirectionPositive PhaseEncodingLines
    PixelBandwidth PixelSpacing ProtocolSliceNumber RBMoCoRot RBMoCoTrans RealDwellTime RepetitionTime
    RepetitionTimeEffective Rows SequenceMask SliceArrayConcatenations SliceLocation SliceMeasurementDuration
    SliceNormalVector SliceNumber SlicePosition_PCS SliceResolution SliceThickness SpacingBetweenSlices
    SpectroscopyAcquisitionDataColumns SpectroscopyAcquisitionOut-of-planePhaseSteps SpectroscopyAcquisitionPhaseColumns
    SpectroscopyAcquisitionPhaseRows TablePositionOrigin TimeAfterStart TransmitterReferenceAmplitude TriggerTime
    UsedChannelMask VoiOrientation VoiPhaseFoV VoiPosition VoiReadoutFoV VoiThickness
    AbsTablePosition RelTablePosition
    """.split()  # noqa: SIM905
)
_COILS = r"(?:[A-Za-z]:)?[A-Z]{1,3}\d{0,3}[A-Z]{0,2}(?:[-,]\d{1,3}){0,8}"
_CODES = {
    "AcquisitionMatrixText": r"\d{1,5}[a-z]?\*\d{1,5}[a-z]?(?:\*\d{1,5})?I?",
    "ComplexImageComponent": "MAGNITUDE|PHASE|REAL|IMAGINARY|MIXED",
    "DiffusionDirectionality": "DIRECTIONAL|BMATRIX|ISOTROPIC|NONE",
    "FlowCompensation": "Yes|No",
    "GradientMode": "Normal|Fast|Whisper|Performance",
    "ICE_Dims": r"[X\d]{1,6}(?:_[X\d]{1,6}){4,40}",
    "ImaCoilString": rf"{_COILS}(?:;{_COILS}){{0,16}}",
    "ImaPATModeText": r"(?:p\d{1,2})?(?:x\d{1,2})?(?:s\d{1,2})?",
    "ImagedNucleus": r"\d{1,3}[A-Z][a-z]?",
    "ImageHistory": r"ChannelMixing:ND=(?:true|false)_CMM=\d_CDM=\d|CC:(?:SoS|ComplexAdd|AdaptComb)|ACC\d(?::[\d.]{1,6})?",
    "MRAcquisitionType": "1D|2D|3D",
    "PhaseEncodingDirection": "ROW|COL",
    "PositivePCSDirections": r"[-+][LRAPHF]{3}",
    "ResonantNucleus": r"\d{1,3}[A-Z][a-z]?",
    "ScanningSequence": r"(?:SE|IR|GR|EP|RM)(?:\\(?:SE|IR|GR|EP|RM)){0,4}",
    "SequenceVariant": r"(?:SK|MTC|SS|TRSS|SP|MP|OSP|NONE)(?:\\(?:SK|MTC|SS|TRSS|SP|MP|OSP|NONE)){0,6}",
}
_FORMS = {name: re.compile(form) for name, form in _CODES.items()}
_NUMBER = re.compile(r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?")


class Tag(NamedTuple):
    """One name with its items, as they stand in a header; items may be empty.

    Attributes:
        mark: 77 or 205, which no reader explains.
    """

    name: str
    multiplicity: int
    vr: bytes
    syngo_type: int
    mark: int
    items: tuple[bytes, ...]


def rebuild(data: bytes) -> bytes | None:
    """The header with the tags of the list, in its own layout and order; a protocol in its text is built anew as well.

    A tag whose values have another form stays with empty items. A header in text, as later versions write it, becomes its
    protocol.

    Returns:
        None where the header holds none of the list, or does not parse as far as its first tag of it.
    """
    is_second = data.startswith(_MAGIC)
    if not is_second and b"### ASCCONV BEGIN" in data[:400_000] and not _begins_as_first(data):
        return siemens_protocol.rebuild(data)
    tags = [kept for tag in parse(data) if (kept := _without_identifying(tag)) is not None]
    return write(tags, is_second=is_second) if any(any(tag.items) for tag in tags) else None


def parse(data: bytes) -> Iterator[Tag]:
    """The tags of a header of either layout, as far as it parses. Wrong lengths end it."""
    is_second = data.startswith(_MAGIC)
    position = 16 if is_second else 8
    if len(data) < position or not (is_second or _begins_as_first(data)):
        return
    count, check = struct.unpack_from("<Ii", data, position - 8)
    if check != _CHECK or not 0 < count <= _MAX_TAGS:
        return
    offset: int | None = None if not is_second else 0
    for _ in range(count):
        if position + _TAG.size > len(data):
            return
        name, multiplicity, vr, syngo_type, item_count, mark = _TAG.unpack_from(data, position)
        position += _TAG.size
        if not 0 <= item_count <= _MAX_ITEMS:
            return
        offset = item_count if offset is None else offset  # CSA1 adds the number of items of the first tag to every length.
        items, position = _items(data, position, item_count, offset, is_second=is_second)
        if position < 0:
            return
        text = name.split(b"\0", 1)[0].decode("latin-1")
        yield Tag(text, multiplicity, vr.split(b"\0", 1)[0], syngo_type, mark, items)


def _items(data: bytes, position: int, count: int, offset: int, *, is_second: bool) -> tuple[tuple[bytes, ...], int]:
    """The items at a place, and the place behind them; a negative one where they end outside of the data."""
    items = []
    for _ in range(count):
        if position + _ITEM.size > len(data):
            return (), -1
        numbers = _ITEM.unpack_from(data, position)
        length = numbers[1] if is_second else numbers[0] - offset
        position += _ITEM.size
        if length < 0 or position + length > len(data):
            return (), -1
        items.append(data[position : position + length].split(b"\0", 1)[0].strip())
        position += -(-length // 4) * 4
    return tuple(items), position


def write(tags: list[Tag], *, is_second: bool) -> bytes:
    """The tags as a header: what stands between and behind their parts is zero."""
    parts = [_MAGIC + b"\4\3\2\1"] if is_second else []
    parts.append(struct.pack("<Ii", len(tags), _CHECK))
    offset = 0 if is_second or not tags else len(tags[0].items)
    for tag in tags:
        parts.append(_TAG.pack(tag.name.encode("ascii"), tag.multiplicity, tag.vr, tag.syngo_type, len(tag.items), tag.mark))
        for item in tag.items:
            text = item + b"\0" if item else b""
            length = len(text)
            parts.append(_ITEM.pack(length + offset, length, _CHECK, length) if item else _ITEM.pack(offset, 0, _CHECK, 0))
            parts.append(text + bytes(-length % 4))
    return b"".join(parts)


def _begins_as_first(data: bytes) -> bool:
    return len(data) >= 8 and data[4:8] == struct.pack("<i", _CHECK)


def _without_identifying(tag: Tag) -> Tag | None:
    """The tag with those of its items that have the form of its name; None for a name of no list."""
    if tag.name in _PROTOCOLS:
        items = tuple(siemens_protocol.rebuild(item) or b"" for item in tag.items)
    elif tag.name in _NUMBERS or tag.name in _FORMS:
        items = tuple(item if _has_form(tag.name, item) else b"" for item in tag.items)
    else:
        return None
    return Tag(
        tag.name,
        _small(tag.multiplicity),
        tag.vr if re.fullmatch(rb"[A-Z]{2}", tag.vr) else b"",
        _small(tag.syngo_type),
        tag.mark if tag.mark in (_CHECK, 205) else _CHECK,
        items,
    )


def _has_form(name: str, item: bytes) -> bool:
    text = item.decode("latin-1")
    if name in _NUMBERS and _NUMBER.fullmatch(text):
        return True
    return name in _FORMS and _FORMS[name].fullmatch(text) is not None


def _small(number: int) -> int:
    """A count of the header, where it can be one: it has no room for an identifier."""
    return number if 0 <= number <= 999 else 0
