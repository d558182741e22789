"""Reads the Frames of a data set, one at a time.

Whatever keeps the decoded values apart from how they are stored stays here. Outside this module a frame is an array of
*stored* values, (rows, columns) or (rows, columns, 3), exactly as they will stand in the output, or a frame as it is *shown*.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, convert_color_space, get_decoder
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSLossless,
    RLELossless,
)

from ..core.errors import (
    EffaceError,
    FrameDecodeError,
    PixelFactsError,
    PixelLayoutError,
    TransferSyntaxError,
)
from ..core.instance import OverlayPlane
from ..core.malformed import malformed
from ..core.voi import GreyscaleTransform
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
from .voi import greyscale_transforms_by_frame

_REENCODED = (RLELossless, JPEGLSLossless, JPEG2000Lossless)
"""Lossless, and an encoder is at hand: a touched frame is written back in the same transfer syntax."""
_DCT = (JPEGBaseline8Bit, JPEGExtended12Bit)
_WITH_ALL_BITS: dict[str, Any] = {"correct_unused_bits": False}
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
            check_native_value(self.pixel_value, self._frames, self._frame_bits, self.photometric)
        elif len(self.encoded_frames) != self._frames:
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
    def pixel_value(self) -> bytes:
        """The value of the pixel data element: all of it for native frames, fragments for encapsulated ones."""
        return self._dataset[self.keyword].value or b""

    @cached_property
    def split(self) -> SplitFrames:
        """The encoded frames of the whole element; found once, since searching for a frame reads all before it."""
        dataset, extended = self._dataset, None
        if "ExtendedOffsetTable" in dataset and "ExtendedOffsetTableLengths" in dataset:
            extended = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
        return split_frames(self.pixel_value, self._frames, extended)

    @property
    def encoded_frames(self) -> Sequence[bytes]:
        """The encoded frames as they are stored, fragments joined."""
        return self.split.frames if self._stored_frames is None else self._stored_frames

    @property
    def _frame_bits(self) -> int:
        bits = self.rows * self.columns * self.samples * self.bits_allocated
        return bits * 2 // 3 if self.photometric == "YBR_FULL_422" else bits

    @property
    def native_bytes(self) -> int:
        """Length of all native frames, without padding."""
        return -(-self._frames * self._frame_bits // 8)

    def digest(self, index: int) -> bytes:
        """SHA-256 of a frame as it is encoded: equal digests, equal pixels."""
        if not self.is_native:
            frame = self.codestream(index)
            return hashlib.sha256(frame + b"\0" * (len(frame) % 2)).digest()  # Encapsulation pads to even length.
        if self.native_bytes % self._frames:  # One bit a pixel, and the frames do not end at bytes.
            return hashlib.sha256(self.stored(index).tobytes()).digest()
        if self._stored_frames is not None:
            return hashlib.sha256(self._stored_frames[index]).digest()
        size = self.native_bytes // self._frames
        return hashlib.sha256(memoryview(self.pixel_value)[index * size : (index + 1) * size]).digest()

    def codestream(self, index: int) -> bytes:
        """An encoded frame as it is stored, its own header compared with that of the data set.

        Raises:
            FrameDecodeError: It has another size than the header says. A decoder would allocate memory before it noticed.
            PixelLayoutError: A JPEG of the DCT processes has samples of more bits than Bits Stored says. Lossless writers often
                round up to 16 bits, so there only the values count.
        """
        frame = self.encoded_frames[index]
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
                self.pixel_value, f"{order}{kind}{self.bits_allocated // 8}", self.native_bytes * 8 // self.bits_allocated
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
        return np.asarray(read_overlay(self._dataset, plane)[index] * np.uint8(255))

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
                frame, meta = get_decoder(self._syntax).as_array(
                    self._dataset, index=index, raw=True, validate=False, **_WITH_ALL_BITS
                )
                photometric = str(meta["photometric_interpretation"])
            else:
                encoded = self.encoded_frames[index] if self.is_native else encapsulate([self.codestream(index)])
                frame, meta = get_decoder(self._syntax).as_array(encoded, raw=True, **self._decode_options())
                photometric = str(meta["photometric_interpretation"])
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
        return np.asarray(unsigned & ~unsigned.dtype.type(self.overlay_bits)).view(frame.dtype)

    def _shown_bits(self, frame: np.ndarray) -> np.ndarray:
        """The values that Bits Stored bits of each cell stand for, their sign extended (PS3.5 8.1.1)."""
        if not self._has_unused_bits:
            return frame
        unused = 8 * frame.dtype.itemsize - self.bits_stored
        return frame << unused >> unused

    def _float_frame(self, index: int) -> np.ndarray:
        order = ">" if self._syntax == ExplicitVRBigEndian else "<"
        values = np.frombuffer(self.pixel_value, dtype=order + _FLOATS[self.keyword])
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

    def greyscale_transforms(self, index: int) -> tuple[GreyscaleTransform, ...]:
        """The ways in which frame `index` is shown, by windows and lookup tables; colours have none of them.

        Raises:
            VoiWindowsError: See `greyscale_transforms_by_frame`.
        """
        is_grey = self.samples == 1 and self.photometric != "PALETTE COLOR"
        return self._greyscale_transforms[index] if is_grey else ()

    @cached_property
    def _greyscale_transforms(self) -> tuple[tuple[GreyscaleTransform, ...], ...]:
        return greyscale_transforms_by_frame(self._dataset, self._frames)


def _unsigned(frame: np.ndarray) -> np.ndarray:
    return frame.view(frame.dtype.str.replace("i", "u"))
