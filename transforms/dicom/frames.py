"""The frames of a data set, one at a time: decode, compare, replace, and prove what was replaced.

Whatever keeps the decoded values apart from how they are stored stays here. Outside this module a frame is an array of
*stored* values, (rows, columns) or (rows, columns, 3), exactly as they will stand in the output, or a frame as it is *shown*.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import apply_color_lut, convert_color_space, get_decoder, get_encoder
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from ..core.errors import (
    EffaceError,
    FrameDecodeError,
    FrameEncodeError,
    PixelFactsError,
    PixelLayoutError,
    TransferSyntaxError,
    VerificationError,
)
from ..core.geometry import Box
from ..core.malformed import malformed
from ..core.records import OverlayPlane
from ..core.voi import Shown
from .codestreams import precision_of, size_of, strip_hidden_bytes
from .layout import (
    PIXEL_KEYWORDS,
    SplitFrames,
    check_header,
    check_native_value,
    has_unclaimed_bits,
    split_frames,
)
from .overlays import read_overlay
from .voi import shown_by_frame

_REENCODED = (RLELossless, JPEGLSLossless, JPEG2000Lossless)
"""Lossless, and an encoder is at hand: a touched frame is written back in the same transfer syntax."""
_LOSSLESS = (*_REENCODED, JPEGLossless, JPEGLosslessSV1, HTJ2KLossless, HTJ2KLosslessRPCL)
_DCT = (JPEGBaseline8Bit, JPEGExtended12Bit)
_TRANSCODED_TO = JPEGLSLossless
"""What all frames become when one of them is touched and cannot be written back: never a second lossy pass."""
_BASIC_OFFSET_LIMIT_BYTES = 2**32 - 1
_WITH_ALL_BITS: dict[str, Any] = {"correct_unused_bits": False}
_TOTAL_LENGTH = "EncapsulatedPixelDataValueTotalLength"
_FLOATS = {"FloatPixelData": "f4", "DoubleFloatPixelData": "f8"}


class FrameReader:
    """The frames of one data set.

    Args:
        dataset: With its file meta; its pixel data element is read, never changed.
        stored_frames: The encoded frames, for a data set from `read_header` that has none itself.

    Attributes:
        is_planar: Of native frames, whether each sample has a plane of its own (Planar Configuration 1).
        overlay_bits: The bits of a pixel cell that overlay planes claim, as old equipment wrote them (PS3.5 8.1.2, retired).

    Raises:
        TransferSyntaxError: No codec decodes the transfer syntax.
        PixelFactsError: The Image Pixel module is incomplete.
        PixelLayoutError: The header and the pixel data contradict each other (see `layout`).
        StructureError: The pixel data are cut off, or no items.
    """

    def __init__(self, dataset: FileDataset, stored_frames: Sequence[bytes] | None = None) -> None:
        self._dataset = dataset
        self._stored_frames = stored_frames
        self._syntax = UID(dataset.file_meta.TransferSyntaxUID)
        self.keyword = next((name for name in PIXEL_KEYWORDS if name in dataset), "")
        if stored_frames is not None:
            self.keyword = "PixelData"
        if not self.keyword:
            raise PixelFactsError("there is no pixel data element")
        if not (self._syntax.is_transfer_syntax and (self.is_native or self._can_decode())):
            raise TransferSyntaxError("no codec decodes the transfer syntax")
        with malformed(PixelFactsError):
            self._frames = int(dataset.get("NumberOfFrames") or 1)
            self.rows, self.columns = int(dataset.Rows), int(dataset.Columns)
            self.samples = int(dataset.get("SamplesPerPixel") or 1)
            self.bits_allocated = int(dataset.BitsAllocated)
            self.bits_stored = int(dataset.get("BitsStored") or self.bits_allocated)
            self.is_planar = self.samples > 1 and int(dataset.get("PlanarConfiguration") or 0) == 1
            self._is_signed = bool(int(dataset.get("PixelRepresentation") or 0))
            self.photometric = str(dataset.PhotometricInterpretation)
            self.overlay_bits = self._read_overlay_bits()
            check_header(dataset)
        if stored_frames is None and self.is_native:
            if dataset[self.keyword].is_undefined_length:
                raise PixelLayoutError("the pixel data are fragments, and the transfer syntax says that they are not")
            check_native_value(self._value, self._frames, self._frame_bits, self.photometric)
        elif len(self._encoded) != self._frames:
            raise PixelLayoutError("the number of encoded frames is not what the header says")

    def __len__(self) -> int:
        return self._frames

    @property
    def is_native(self) -> bool:
        """Whether the frames lie one after the other, not encapsulated (also in a deflated data set)."""
        return not self._syntax.is_encapsulated

    @property
    def is_kept(self) -> bool:
        """Whether a touched frame can be written back in this transfer syntax without loss."""
        if self.is_native:
            return self.photometric != "YBR_FULL_422"
        return self._syntax in _REENCODED and self.bits_allocated <= 16

    @property
    def _keeps_cells(self) -> bool:
        """Whether cells are written bit by bit, extended signs or none. Other encoders write the values of Bits Stored bits."""
        return self.is_kept and (self.is_native or self._syntax == RLELossless)

    @property
    def transfer_syntax(self) -> UID:
        return self._syntax

    def _read_overlay_bits(self) -> int:
        bits = 0
        for group in range(0x6000, 0x6020, 2) if self._has_unused_bits and self.samples == 1 else ():
            if (group, 0x0102) in self._dataset and (group, 0x3000) not in self._dataset:
                position = self._dataset[group, 0x0102].value
                is_unused = isinstance(position, int) and self.bits_stored <= position < self.bits_allocated
                bits |= 1 << position if is_unused else 0
        return bits

    @property
    def _has_unused_bits(self) -> bool:
        return self.keyword == "PixelData" and self.bits_allocated in (8, 16, 32) and self.bits_stored < self.bits_allocated

    @cached_property
    def _value(self) -> bytes:
        return self._dataset[self.keyword].value or b""

    @cached_property
    def _split(self) -> SplitFrames:
        """The encoded frames of the whole element; found once, since searching for a frame reads all before it."""
        dataset, extended = self._dataset, None
        if "ExtendedOffsetTable" in dataset and "ExtendedOffsetTableLengths" in dataset:
            extended = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
        return split_frames(self._value, self._frames, extended)

    @property
    def _encoded(self) -> Sequence[bytes]:
        """The encoded frames as they are stored, fragments joined."""
        return self._split.frames if self._stored_frames is None else self._stored_frames

    @property
    def _frame_bits(self) -> int:
        bits = self.rows * self.columns * self.samples * self.bits_allocated
        return bits * 2 // 3 if self.photometric == "YBR_FULL_422" else bits

    @property
    def _native_bytes(self) -> int:
        return -(-self._frames * self._frame_bits // 8)

    def digest(self, index: int) -> bytes:
        """SHA-256 of a frame as it is encoded: equal digests, equal pixels."""
        if not self.is_native:
            frame = self.codestream(index)
            return hashlib.sha256(frame + b"\0" * (len(frame) % 2)).digest()  # Encapsulation pads to even length.
        if self._native_bytes % self._frames:  # One bit a pixel, and the frames do not end at bytes.
            return hashlib.sha256(self.stored(index).tobytes()).digest()
        if self._stored_frames is not None:
            return hashlib.sha256(self._stored_frames[index]).digest()
        size = self._native_bytes // self._frames
        return hashlib.sha256(memoryview(self._value)[index * size : (index + 1) * size]).digest()

    def codestream(self, index: int) -> bytes:
        """An encoded frame as it is stored, its own header compared with that of the data set.

        Raises:
            FrameDecodeError: It is of another size; a decoder would ask for memory before it tells.
            PixelLayoutError: A JPEG of the DCT processes has samples of more bits than Bits Stored says. Lossless writers often
                round up to 16 bits, so there only values tell.
        """
        frame = self._encoded[index]
        if self._syntax in _DCT and (precision_of(frame) or 0) > self.bits_stored:
            raise PixelLayoutError("the precision of a compressed frame is above Bits Stored")
        if size_of(frame) not in (None, (self.rows, self.columns)):
            raise FrameDecodeError("a compressed frame is of another size than the header says")
        return frame

    def cleaned_codestream(self, index: int) -> bytes:
        """An encoded frame without what no decoder needs: this is published. The very same object where all is needed.

        Raises:
            FrameDecodeError, HiddenBytesError, PixelLayoutError: See `strip_hidden_bytes` and `codestream`.
        """
        return strip_hidden_bytes(
            self.codestream(index),
            self._syntax,
            rows=self.rows,
            columns=self.columns,
            samples_per_pixel=self.samples,
            bits_allocated=self.bits_allocated,
        )

    @malformed(FrameDecodeError)
    def stored(self, index: int) -> np.ndarray:
        """The values of frame `index` as a redacted output would store them.

        Where the transfer syntax cannot be kept, colours come as RGB, because that is what would be written. Overlay planes
        that hide in unused bits are cleared.

        Raises:
            FrameDecodeError: The frame does not decode, or to another shape than the header says.
            PixelLayoutError: See `codestream` and `has_unclaimed_bits`.
        """
        frame, photometric = self._decode(index)
        if not self.is_kept and photometric.startswith("YBR_FULL"):
            return convert_color_space(frame, photometric, "RGB")
        return self._without_overlays(frame) if self._keeps_cells else self._shown_bits(frame)

    def check_native_cells(self) -> None:
        """Look for unclaimed bits in all native cells at once, also in frames that nobody decodes.

        Raises:
            PixelLayoutError: See `has_unclaimed_bits`.
        """
        if self._has_unused_bits:
            order, kind = ">" if self._syntax == ExplicitVRBigEndian else "<", "i" if self._is_signed else "u"
            cells = np.frombuffer(
                self._value, f"{order}{kind}{self.bits_allocated // 8}", self._native_bytes * 8 // self.bits_allocated
            )
            self._check_cells(cells)

    def _check_cells(self, cells: np.ndarray) -> None:
        if self._has_unused_bits and has_unclaimed_bits(cells, self.bits_stored, self.overlay_bits):
            raise PixelLayoutError("values are above Bits Stored, and no overlay plane claims the bits")

    def has_overlay(self, index: int) -> bool:
        """Whether an overlay plane draws in unused bits of frame `index`."""
        return bool(self.overlay_bits) and bool((_unsigned(self._decode(index)[0]) & self.overlay_bits).any())

    @malformed(FrameDecodeError)
    def display(self, index: int) -> np.ndarray:
        """Frame `index` with its colours resolved: stored grey values, or RGB of 8 or 16 bits.

        Raises:
            FrameDecodeError: See `stored`.
        """
        frame, photometric = self._decode(index)
        frame = self._shown_bits(frame)
        if photometric == "PALETTE COLOR":
            return apply_color_lut(frame, self._dataset)
        if photometric.startswith("YBR_FULL"):
            return convert_color_space(frame, photometric, "RGB")
        return frame

    def overlay(self, plane: OverlayPlane, index: int) -> np.ndarray:
        """Frame `index` of an overlay plane, (rows, columns) of uint8: 255 where it draws."""
        return read_overlay(self._dataset, plane)[index] * np.uint8(255)

    def _can_decode(self) -> bool:
        try:
            return get_decoder(self._syntax).is_available
        except NotImplementedError:
            return False

    def _decode(self, index: int) -> tuple[np.ndarray, str]:
        try:
            if self.keyword in _FLOATS:
                frame, photometric = self._float_frame(index), self.photometric
            elif self.is_native and self._stored_frames is None:
                frame, told = get_decoder(self._syntax).as_array(
                    self._dataset, index=index, raw=True, validate=False, **_WITH_ALL_BITS
                )
                photometric = str(told["photometric_interpretation"])
            else:
                encoded = self._encoded[index] if self.is_native else encapsulate([self.codestream(index)])
                frame, told = get_decoder(self._syntax).as_array(encoded, raw=True, **self._decode_options())
                photometric = str(told["photometric_interpretation"])
        except (KeyboardInterrupt, SystemExit, EffaceError):
            raise
        except BaseException as error:  # A decoder in Rust panics with something that is no Exception.
            raise FrameDecodeError(f"the frame does not decode ({type(error).__name__})") from None
        if frame.shape[:2] != (self.rows, self.columns) or frame.ndim != 2 + (self.samples > 1):
            raise FrameDecodeError("the frame decodes to another shape than the header says")
        self._check_cells(frame)
        return frame, photometric

    def _without_overlays(self, frame: np.ndarray) -> np.ndarray:
        if not self.overlay_bits:
            return frame
        unsigned = _unsigned(frame)
        return (unsigned & ~unsigned.dtype.type(self.overlay_bits)).view(frame.dtype)

    def _shown_bits(self, frame: np.ndarray) -> np.ndarray:
        """The values that Bits Stored bits of each cell stand for, their sign extended (PS3.5 8.1.1)."""
        if not self._has_unused_bits:
            return frame
        unused = 8 * frame.dtype.itemsize - self.bits_stored
        return frame << unused >> unused

    def _float_frame(self, index: int) -> np.ndarray:
        order = ">" if self._syntax == ExplicitVRBigEndian else "<"
        values = np.frombuffer(self._value, dtype=order + _FLOATS[self.keyword])
        size = self.rows * self.columns
        return values[index * size : (index + 1) * size].reshape(self.rows, self.columns).astype(_FLOATS[self.keyword])

    def _decode_options(self) -> dict[str, Any]:
        return {
            "number_of_frames": 1,
            "rows": self.rows,
            "columns": self.columns,
            "samples_per_pixel": self.samples,
            "photometric_interpretation": self.photometric,
            "bits_allocated": self.bits_allocated,
            "bits_stored": self.bits_stored,
            "pixel_representation": int(self._is_signed),
            # Of compressed frames it says nothing (PS3.5 8.2): their codestream says how samples lie.
            "planar_configuration": int(self.is_native and self.is_planar),
            "pixel_keyword": "PixelData",
            **_WITH_ALL_BITS,
        }

    def shown(self, index: int) -> tuple[Shown, ...]:
        """The ways in which frame `index` is shown, by windows and lookup tables; colours have none of them.

        Raises:
            VoiWindowsError: See `shown_by_frame`.
        """
        is_grey = self.samples == 1 and self.photometric != "PALETTE COLOR"
        return self._shown[index] if is_grey else ()

    @cached_property
    def _shown(self) -> tuple[tuple[Shown, ...], ...]:
        return shown_by_frame(self._dataset, self._frames)


def _unsigned(frame: np.ndarray) -> np.ndarray:
    return frame.view(frame.dtype.str.replace("i", "u"))


def replace_frames(dataset: FileDataset, changed: Mapping[int, np.ndarray]) -> str:
    """Put changed frames into the pixel data element, with as little change to everything else as the encoding allows.

    What no decoder needs of compressed frames, and bytes after the last frame, go in any case; they are no pixels.

    Args:
        dataset: Changed in place: the pixel data element, and what describes its encoding.
        changed: 0-based frame -> its new stored values, of the shape and dtype of `FrameReader.stored`.

    Returns:
        "unchanged" (not a value of the pixels), "in_place" (native values), "reencoded" (only the touched frames, in the same
        transfer syntax) or "transcoded" (every frame, to JPEG-LS Lossless or to no
        compression).

    Raises:
        FrameEncodeError: No lossless way to write the frames is known.
        FrameDecodeError, HiddenBytesError, PixelLayoutError: See `FrameReader` and `strip_hidden_bytes`.
    """
    reader = FrameReader(dataset)
    if reader.is_native:
        reader.check_native_cells()
        _forget_tables(dataset)
        encoded = []
    else:  # Of frames that are written anew as well: a second picture behind the first must not get lost unseen.
        encoded = [reader.cleaned_codestream(index) for index in range(len(reader))]
    with_overlay = [index for index in range(len(reader)) if reader.has_overlay(index)] if reader.overlay_bits else []
    changed = {index: reader.stored(index) for index in with_overlay} | dict(changed)
    if not changed:
        _drop_foreign_bytes(dataset, reader, encoded)
        return "unchanged"
    if not reader.is_kept:
        _transcode(dataset, reader, changed)
        return "transcoded"
    if reader.is_native:
        dataset[reader.keyword].value = _patched(dataset, reader, changed)
        return "in_place"
    for index, frame in changed.items():
        encoded[index] = _encode(frame, reader.transfer_syntax, dataset, reader.photometric)
    _set_encapsulated(dataset, encoded)
    return "reencoded"


def _drop_foreign_bytes(dataset: Dataset, reader: FrameReader, encoded: Sequence[bytes]) -> None:
    if reader.is_native:
        size = reader._native_bytes + reader._native_bytes % 2
        if len(reader._value) > size:
            dataset[reader.keyword].value = reader._value[:size]
        return
    is_clean = all(new is old for new, old in zip(encoded, reader._encoded, strict=True))
    if not (is_clean and reader._split.is_plain) or _TOTAL_LENGTH in dataset:
        _set_encapsulated(dataset, encoded)


def _patched(dataset: Dataset, reader: FrameReader, changed: Mapping[int, np.ndarray]) -> bytes:
    is_big = reader.transfer_syntax == ExplicitVRBigEndian
    # PS3.5 8.1.1: in a big-endian word the second of two 8-bit values stands first.
    is_swapped = is_big and reader.bits_allocated == 8 and dataset[reader.keyword].VR == "OW"
    value = bytearray(reader._value[: reader._native_bytes + reader._native_bytes % 2])
    if is_swapped:
        value = _swap_pairs(value)
    if reader.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(value, np.uint8), bitorder="little")
        size = reader.rows * reader.columns
        for index, frame in changed.items():
            bits[index * size : (index + 1) * size] = frame.ravel()
        return np.packbits(bits, bitorder="little").tobytes()
    size = reader._native_bytes // len(reader)
    for index, frame in changed.items():
        ordered = np.moveaxis(frame, -1, 0) if reader.is_planar else frame
        ordered = ordered.astype(frame.dtype.newbyteorder(">" if is_big else "<"))
        value[index * size : (index + 1) * size] = ordered.tobytes()
    return bytes(_swap_pairs(value) if is_swapped else value)


def _swap_pairs(value: bytearray) -> bytearray:
    return bytearray(np.frombuffer(value, np.uint16).byteswap().tobytes())


def _transcode(dataset: FileDataset, reader: FrameReader, changed: Mapping[int, np.ndarray]) -> None:
    photometric = "RGB" if reader.samples == 3 else reader.photometric
    frames = (changed[index] if index in changed else reader.stored(index) for index in range(len(reader)))
    try:
        encoded = [_encode(frame, _TRANSCODED_TO, dataset, photometric) for frame in frames]
    except FrameEncodeError:
        # JPEG-LS takes no more than 16 bits and no image of a few pixels. Without compression everything can be written.
        frames = (changed[index] if index in changed else reader.stored(index) for index in range(len(reader)))
        value = b"".join(frame.astype(frame.dtype.newbyteorder("<")).tobytes() for frame in frames)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.PixelData = value + b"\0" * (len(value) % 2)
        dataset["PixelData"].VR = "OB" if reader.bits_allocated <= 8 else "OW"
        dataset["PixelData"].is_undefined_length = False
        _forget_tables(dataset)
    else:
        dataset.file_meta.TransferSyntaxUID = _TRANSCODED_TO
        _set_encapsulated(dataset, encoded)
    if reader.samples == 3:
        dataset.PhotometricInterpretation = photometric
        dataset.PlanarConfiguration = 0


def _encode(frame: np.ndarray, syntax: UID, dataset: Dataset, photometric: str) -> bytes:
    frame = np.ascontiguousarray(frame)
    bits_allocated = frame.dtype.itemsize * 8
    bits_stored = int(dataset.get("BitsStored") or bits_allocated)
    try:
        return get_encoder(syntax).encode(
            frame,
            rows=frame.shape[0],
            columns=frame.shape[1],
            number_of_frames=1,
            samples_per_pixel=1 if frame.ndim == 2 else 3,
            photometric_interpretation=photometric,
            bits_allocated=bits_allocated,
            bits_stored=bits_allocated if syntax == RLELossless else bits_stored,  # RLE takes cells as they are.
            pixel_representation=int(dataset.get("PixelRepresentation") or 0),
            planar_configuration=0,
        )
    except Exception as error:
        raise FrameEncodeError(f"the frame cannot be written without loss ({type(error).__name__})") from None


def _set_encapsulated(dataset: Dataset, encoded: Sequence[bytes]) -> None:
    _forget_tables(dataset)
    if sum(len(frame) + 8 for frame in encoded) > _BASIC_OFFSET_LIMIT_BYTES:
        value, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(list(encoded))
    else:
        value = encapsulate(list(encoded), has_bot=True)
    dataset.PixelData = value
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def _forget_tables(dataset: Dataset) -> None:
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", _TOTAL_LENGTH):
        if keyword in dataset:
            del dataset[keyword]


def verify_pixels(original: FileDataset, written: FileDataset, boxes_by_frame: Mapping[int, Sequence[Box]]) -> None:
    """Prove that the written frames are the original ones, but for the boxes, and that each box is one flat value.

    Raises:
        VerificationError: They are not.
        FrameDecodeError, StructureError: The written frames cannot be read back.
    """
    before, after = FrameReader(original), FrameReader(written)
    if len(before) != len(after) or before.keyword != after.keyword:
        raise VerificationError("the number of frames changed")
    is_same_encoding = before.transfer_syntax == after.transfer_syntax
    for index in range(len(before)):
        boxes = boxes_by_frame.get(index, ())
        if not boxes and is_same_encoding and not before.overlay_bits and before.digest(index) == after.digest(index):
            continue  # Of a frame that something was cut out of, the values tell whether it was needed.
        # Both sides as a redacted output stores them, whichever encoding either has.
        old, new = before.stored(index), after.stored(index)
        if old.shape != new.shape or old.dtype != new.dtype:
            raise VerificationError("a frame changed its shape or depth")
        outside = np.ones(old.shape[:2], dtype=bool)
        for left, top, right, bottom in boxes:
            outside[top:bottom, left:right] = False
        if not np.array_equal(old[outside], new[outside], equal_nan=old.dtype.kind == "f"):
            raise VerificationError("a pixel outside the boxes changed")
        hidden = new[~outside]
        if len(hidden) and (hidden != hidden[0]).any():
            raise VerificationError("a box is not filled with one value")
