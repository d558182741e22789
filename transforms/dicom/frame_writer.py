"""Writes changed Frames into a data set, with the least change that their encoding allows.

Native values are changed in place. In a lossless transfer syntax with an encoder, the changed Frames are encoded again. In JPEG
of 8 bits, blocks become blank. Everything else is transcoded to the lossless transfer syntax of its family or to JPEG-LS
Lossless, or is stored uncompressed: no Frame is compressed with loss a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGLSLossless,
)

from ..core.box import Box
from ..core.errors import FrameEncodeError
from .codestreams import precision_of
from .frame_encoder import encode_frame
from .frame_reader import LOSSY_SYNTAXES, FrameReader

_BASIC_OFFSET_LIMIT_BYTES = 2**32 - 1
"""The largest offset of a Basic Offset Table (PS3.5 A.4)."""
_LOSSLESS_OF_FAMILY = {JPEG2000: JPEG2000Lossless, HTJ2K: HTJ2KLossless}
_TRANSCODED_TO = JPEGLSLossless
"""The transfer syntax of all Frames where a changed one cannot be written back, and the one of its family cannot hold it."""
_RANGE = ("SmallestImagePixelValue", "LargestImagePixelValue")
_TOTAL_LENGTH = "EncapsulatedPixelDataValueTotalLength"


def replace_frames(
    dataset: FileDataset,
    changed: Mapping[int, npt.NDArray[Any]],
    boxes_by_frame: Mapping[int, Sequence[Box]] | None = None,
) -> str:
    """Write changed Frames into the pixel data element.

    Always removes bytes of compressed Frames that no decoder needs, and bytes after the last Frame: they are no pixels.

    Args:
        dataset: Changed in place: the pixel data element, and the Attributes that describe its encoding.
        changed: 0-based Frame -> its new stored values, of the shape and dtype of `FrameReader.stored`.
        boxes_by_frame: The boxes of changed Frames that hold one value, and outside of which nothing changed. Blocks can become
            blank in these Frames alone.

    Returns:
        "unchanged" (every pixel), "in_place" (native values), "reencoded" (the changed Frames, in the same transfer syntax),
        "blanked" (DCT blocks of the changed Frames) or "transcoded" (every Frame, to a lossless transfer
        syntax or uncompressed).

    Raises:
        FrameEncodeError: The Frames cannot be written without loss.
        FrameDecodeError, HiddenBytesError, PixelLayoutError: See `FrameReader` and `strip_hidden_bytes`.
    """
    reader = FrameReader(dataset)
    _complete(dataset, reader)
    _tell_loss(dataset, reader)
    if reader.is_native:
        _remove_offset_tables(dataset)
        encoded = []
    elif reader.is_blankable and changed:
        blanked = _blanked(reader, changed, boxes_by_frame or {})
        if blanked is None:
            _transcode(dataset, reader, changed)
        else:
            _set_encapsulated(dataset, blanked)
        _correct_range(dataset)
        return "transcoded" if blanked is None else "blanked"
    else:  # Also for Frames that are encoded again: a second picture behind the first must be refused.
        encoded = [reader.cleaned_codestream(index) for index in range(len(reader))]
    with_overlay = [index for index in range(len(reader)) if reader.has_overlay(index)] if reader.overlay_bits else []
    changed = {index: reader.stored(index) for index in with_overlay} | dict(changed)
    if not changed:
        _remove_foreign_bytes(dataset, reader, encoded)
        return "unchanged"
    method = _write(dataset, reader, changed, encoded)
    _correct_range(dataset)
    return method


def _write(dataset: FileDataset, reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]], encoded: list[bytes]) -> str:
    """Write the pixel data element with changed Frames; returns the method of `replace_frames`."""
    if not reader.can_write_back:
        _transcode(dataset, reader, changed)
        return "transcoded"
    if reader.is_native:
        dataset[reader.keyword].value = _patched_native(dataset, reader, changed)
        return "in_place"
    try:
        for index, frame in changed.items():
            bits = 8 * frame.dtype.itemsize if reader.is_unclear(index) else None
            encoded[index] = encode_frame(frame, reader.transfer_syntax, dataset, reader.photometric, bits)
    except FrameEncodeError:
        _transcode(dataset, reader, changed)
        return "transcoded"
    _set_encapsulated(dataset, encoded)
    return "reencoded"


def _blanked(
    reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]], boxes_by_frame: Mapping[int, Sequence[Box]]
) -> list[bytes] | None:
    """Every encoded Frame, the changed ones with blank boxes; None where one cannot be written so."""
    if not changed.keys() <= boxes_by_frame.keys():
        return None
    encoded = []
    for index in range(len(reader)):
        if index not in changed:
            encoded.append(reader.cleaned_codestream(index))
            continue
        left, top, *_ = boxes_by_frame[index][0]
        try:
            encoded.append(reader.blanked_codestream(index, boxes_by_frame[index], changed[index][top, left]))
        except FrameEncodeError:
            return None
    return encoded


def _complete(dataset: FileDataset, reader: FrameReader) -> None:
    """Give the Attributes of the Image Pixel module that are required and missing the values that viewers assume."""
    if reader.keyword == "PixelData":
        assumed = {"SamplesPerPixel": reader.samples, "PixelRepresentation": 0}
        if reader.samples == 3:
            assumed["PlanarConfiguration"] = 0
        for keyword, value in assumed.items():
            if dataset.get(keyword) is None:
                setattr(dataset, keyword, value)


def _tell_loss(dataset: FileDataset, reader: FrameReader) -> None:
    """Say that the Frames were once compressed with loss, where the source forgot to (PS3.3 C.7.6.1.1.5)."""
    is_lossy = reader.transfer_syntax in LOSSY_SYNTAXES or reader.photometric == "YBR_ICT"
    if not is_lossy or dataset.get("LossyImageCompression") == "01":
        return
    compressed_bytes = sum(map(len, reader.encoded_frames)) or 1
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{reader.native_bytes / compressed_bytes:.4g}"
    dataset.LossyImageCompressionMethod = "ISO_15444_1" if reader.photometric == "YBR_ICT" else "ISO_10918_1"


def _correct_range(dataset: FileDataset) -> None:
    """Make Smallest and Largest Image Pixel Value true, where they are given: the extremes may have been in a box."""
    given = [keyword for keyword in _RANGE if keyword in dataset]
    if given:
        reader = FrameReader(dataset)
        ranges = [reader.range_of(index) for index in range(len(reader))]
        extremes = dict(zip(_RANGE, (min(low for low, _ in ranges), max(high for _, high in ranges)), strict=True))
        for keyword in given:
            dataset[keyword].value = extremes[keyword]


def _remove_foreign_bytes(dataset: Dataset, reader: FrameReader, encoded: Sequence[bytes]) -> None:
    if reader.is_native:
        size = reader.native_bytes + reader.native_bytes % 2
        if len(reader.pixel_value) > size:
            dataset[reader.keyword].value = reader.pixel_value[:size]
        return
    is_clean = all(new is old for new, old in zip(encoded, reader.encoded_frames, strict=True))
    if not (is_clean and reader.encapsulated.is_plain) or _TOTAL_LENGTH in dataset:
        _set_encapsulated(dataset, encoded)


def _patched_native(dataset: Dataset, reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]]) -> bytes:
    is_big = reader.transfer_syntax == ExplicitVRBigEndian
    # PS3.5 8.1.1: a big-endian word holds the second of two 8-bit values first.
    is_swapped = is_big and reader.bits_allocated == 8 and dataset[reader.keyword].VR == "OW"
    value = bytearray(reader.pixel_value[: reader.native_bytes + reader.native_bytes % 2])
    if is_swapped:
        value = _swap_pairs(value)
    if reader.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(value, np.uint8), bitorder="little")
        size = reader.rows * reader.columns
        for index, frame in changed.items():
            bits[index * size : (index + 1) * size] = frame.ravel()
        return np.packbits(bits, bitorder="little").tobytes()
    size = reader.native_bytes // len(reader)
    for index, frame in changed.items():
        ordered = np.moveaxis(frame, -1, 0) if reader.is_planar else frame
        ordered = ordered.astype(frame.dtype.newbyteorder(">" if is_big else "<"))
        value[index * size : (index + 1) * size] = ordered.tobytes()
    return bytes(_swap_pairs(value) if is_swapped else value)


def _swap_pairs(value: bytearray) -> bytearray:
    return bytearray(np.frombuffer(value, np.uint16).byteswap().tobytes())


def _transcode(dataset: FileDataset, reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]]) -> None:
    photometric, bits = reader.stored_photometric, _bits_of_cells(dataset, reader)
    family = _LOSSLESS_OF_FAMILY.get(reader.transfer_syntax, _TRANSCODED_TO)
    for syntax in dict.fromkeys((family, _TRANSCODED_TO)):
        # JPEG 2000 decorrelates colours itself, and its decoders undo that (PS3.3 C.7.6.3.1.2).
        written_as = "YBR_RCT" if photometric == "RGB" and syntax != _TRANSCODED_TO else photometric
        try:
            encoded = [encode_frame(frame, syntax, dataset, written_as, bits) for frame in _stored_frames(reader, changed)]
        except FrameEncodeError:
            continue
        dataset.file_meta.TransferSyntaxUID = syntax
        _set_encapsulated(dataset, encoded)
        break
    else:  # JPEG-LS allows 16 bits at most, and no image of a few pixels. Uncompressed, every Frame can be written.
        written_as, frames = photometric, _stored_frames(reader, changed)
        value = b"".join(frame.astype(frame.dtype.newbyteorder("<")).tobytes() for frame in frames)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.PixelData = value + b"\0" * (len(value) % 2)
        dataset["PixelData"].VR = "OB" if reader.bits_allocated <= 8 else "OW"
        dataset["PixelData"].is_undefined_length = False
        _remove_offset_tables(dataset)
    if reader.samples == 3:
        dataset.PhotometricInterpretation = written_as
        dataset.PlanarConfiguration = 0


def _stored_frames(reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]]) -> Iterator[npt.NDArray[Any]]:
    return (changed[index] if index in changed else reader.stored(index) for index in range(len(reader)))


def _bits_of_cells(dataset: FileDataset, reader: FrameReader) -> int | None:
    """The bits to encode where Bits Stored says too few; None where it is right. Of the DCT processes it is set right."""
    if not any(reader.is_unclear(index) for index in range(len(reader))):
        return None
    if reader.transfer_syntax not in LOSSY_SYNTAXES:
        return reader.bits_allocated
    bits = max(precision_of(reader.codestream(index)) or 0 for index in range(len(reader)))
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    return bits


def _set_encapsulated(dataset: Dataset, encoded: Sequence[bytes]) -> None:
    _remove_offset_tables(dataset)
    if sum(len(frame) + 8 for frame in encoded) > _BASIC_OFFSET_LIMIT_BYTES:
        value, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(list(encoded))
    else:
        value = encapsulate(list(encoded), has_bot=True)
    dataset.PixelData = value
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def _remove_offset_tables(dataset: Dataset) -> None:
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", _TOTAL_LENGTH):
        if keyword in dataset:
            del dataset[keyword]
