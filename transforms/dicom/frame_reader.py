"""Reads the Frames of a data set, one at a time.

Gives a Frame in three forms: encoded, as the pixel data element holds it; *stored* values, (rows, columns) or (rows, columns,
3), exactly as a redacted output stores them; and values for *display*, with colours resolved. Hides codecs, planar
configuration, subsampling and unused bits from its callers. Changes nothing: `frame_writer` writes, `frame_verifier` verifies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import FileDataset
from pydicom.pixels import apply_color_lut, convert_color_space, get_decoder
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    RLELossless,
)

from ..core.box import Box
from ..core.errors import (
    EffaceError,
    FrameDecodeError,
    PixelFactsError,
    PixelLayoutError,
    TransferSyntaxError,
)
from ..core.file_bytes import Content
from ..core.instance import OverlayPlane
from ..core.malformed import malformed
from ..core.voi import CellBits, GreyscaleTransform, LookupTable
from .attribute_values import get_value, has_attribute, pixel_value, required_value
from .codecs import can_decode, decode_frame
from .codestreams import ENCAPSULATED_UNCOMPRESSED, BlankUnits, blank, blank_units_of, size_of, strip_hidden_bytes
from .frame_encoder import ENCODABLE
from .layout import (
    PIXEL_KEYWORDS,
    SplitFrames,
    check_header,
    check_native_value,
    colours_of,
    default_samples,
    has_unclaimed_bits,
    holds_whole_colours,
    split_frames,
)
from .overlays import read_overlay
from .voi import greyscale_transforms_by_frame

_OF_WHOLE_CELLS = (RLELossless, ENCAPSULATED_UNCOMPRESSED)
LOSSY_SYNTAXES = (JPEGBaseline8Bit, JPEGExtended12Bit)
"""The DCT processes, which always lose something. Other syntaxes that allow a loss can be without one."""
_DECISIVE = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
)
"""The Attributes of the Image Pixel module (PS3.3 C.7.6.3) without which a Frame cannot be decoded."""
_KEEP_UNUSED_BITS: dict[str, Any] = {"correct_unused_bits": False}
_FLOATS = {"FloatPixelData": "f4", "DoubleFloatPixelData": "f8"}
_KEPT_FRAME_BYTES = 8 << 20
"""A decoded Frame up to this size is kept until the next one is decoded, since several forms of it are asked for in a row."""
_BAND_PX = 1 << 20
"""Pixels of a Frame whose brightness is computed at once."""
_SUM_OF_RGB = np.array([3, 1.772 * (1 - 0.114 / 0.587), 1.402 * (1 - 0.299 / 0.587)], np.float32)
"""By how much each of Y, CB and CR adds to the sum of red, green and blue (PS3.3 C.7.6.3.1.2)."""
_CONVERTED_PX = 1 << 16
"""Pixels of a Frame whose colours are converted at once: what a cache holds."""


class FrameReader:
    """The Frames of one data set.

    Args:
        dataset: With its file meta; it is never changed.
        encoded_frames: The encoded Frames of a data set from `read_header`, which has no pixel data element.

    Attributes:
        keyword: Of the pixel data element: PixelData, FloatPixelData or DoubleFloatPixelData.
        is_planar: Of native Frames: each sample has a plane of its own (Planar Configuration 1).
        overlay_bits: The bits of a pixel cell that overlay planes claim, as old equipment wrote them (PS3.5 8.1.2, retired).

    Where cells use bits that the header does not explain, some viewers show the whole cell and others some bits of it. Such a
    grey Frame is displayed as whole cells, and `greyscale_transforms` has the bits as ways of their own.

    Raises:
        TransferSyntaxError: No codec decodes the transfer syntax.
        PixelFactsError: The Image Pixel module is incomplete.
        PixelLayoutError: The header and the pixel data contradict each other (see `layout`).
        StructureError: The pixel data are cut off, or are no items.
    """

    def __init__(self, dataset: FileDataset, encoded_frames: Sequence[bytes] | None = None) -> None:
        self._dataset = dataset
        self._given_frames = encoded_frames
        self._syntax = UID(dataset.file_meta.TransferSyntaxUID)
        self.keyword = next((name for name in PIXEL_KEYWORDS if has_attribute(dataset, name)), "")
        if encoded_frames is not None:
            self.keyword = "PixelData"
        if not self.keyword:
            raise PixelFactsError("there is no pixel data element")
        if not (self._syntax.is_transfer_syntax and (self.is_native or can_decode(self._syntax))):
            raise TransferSyntaxError("no codec decodes the transfer syntax")
        with malformed(PixelFactsError):
            self._frames = int(get_value(dataset, "NumberOfFrames") or 1)
            self.rows, self.columns = (int(required_value(dataset, name)) for name in ("Rows", "Columns"))
            self.photometric = str(required_value(dataset, "PhotometricInterpretation"))
            self.samples = int(get_value(dataset, "SamplesPerPixel") or default_samples(self.photometric))
            self.bits_allocated = int(required_value(dataset, "BitsAllocated"))
            self.bits_stored = int(get_value(dataset, "BitsStored") or self.bits_allocated)
            self.is_planar = self.samples > 1 and int(get_value(dataset, "PlanarConfiguration") or 0) == 1
            self._is_signed = bool(int(get_value(dataset, "PixelRepresentation") or 0))
            self._first_bit = self._read_first_bit()
            self.overlay_bits = self._read_overlay_bits()
            check_header(dataset)
        self._is_unclear: dict[int, bool] = {}
        self._last: tuple[int, npt.NDArray[Any], str] | None = None
        if encoded_frames is None and self.is_native:
            if pixel_value(dataset, self.keyword).is_undefined_length:
                raise PixelLayoutError("the pixel data are fragments, but the transfer syntax is native")
            check_native_value(self.pixel_value, self._frames, self._frame_bits, self.photometric)
        elif len(self.encoded_frames) != self._frames:
            raise PixelLayoutError("the number of encoded frames is not Number of Frames")

    def __len__(self) -> int:
        return self._frames

    @property
    def is_native(self) -> bool:
        """Whether the Frames are not encapsulated (also in a deflated data set)."""
        return not self._syntax.is_encapsulated

    @property
    def can_write_back(self) -> bool:
        """Whether a changed Frame can be written back in this transfer syntax without loss."""
        if self.is_native:
            return not self._is_subsampled
        if self.is_blankable:
            return True
        return self._syntax in ENCODABLE and (self.bits_allocated <= 16 or self._syntax == ENCAPSULATED_UNCOMPRESSED)

    @cached_property
    def is_blankable(self) -> bool:
        """Whether MCUs of every Frame can be made blank, so that nothing has to be compressed with loss a second time."""
        is_of_bytes = self._syntax in LOSSY_SYNTAXES and self.bits_allocated == self.bits_stored == 8
        return is_of_bytes and all(blank_units_of(frame) is not None for frame in self.encoded_frames)

    def blank_units(self, index: int) -> BlankUnits | None:
        """What of Frame `index` becomes blank where something has to; None where single pixels change."""
        return blank_units_of(self.encoded_frames[index]) if self.is_blankable else None

    @property
    def _keeps_unused_bits(self) -> bool:
        """Whether all bits of a cell are written, such as an extended sign. Other encoders write Bits Stored bits."""
        return self.can_write_back and (self.is_native or self._syntax in _OF_WHOLE_CELLS)

    @property
    def stored_photometric(self) -> str:
        """Photometric Interpretation of `stored`. Colours are converted where a Frame cannot be written back."""
        if self.samples == 1:
            return self.photometric
        return "YBR_FULL" if self.can_write_back and self.photometric.startswith("YBR_FULL") else "RGB"

    @property
    def transfer_syntax(self) -> UID:
        """Of the data set."""
        return self._syntax

    @property
    def facts(self) -> tuple[object, ...]:
        """What decides, beside the bytes of a Frame, how readers decode it."""
        return self._syntax, self.keyword, *(get_value(self._dataset, name) for name in _DECISIVE)

    def _read_first_bit(self) -> int:
        """The lowest bit of the pixel in its cell by High Bit: 0 but in old files (PS3.5 8.1.1).

        Raises:
            PixelLayoutError: High Bit lies outside of the cell, or the image is one of which efface shows no single bits.
        """
        high_bit = get_value(self._dataset, "HighBit")
        first = int(high_bit) + 1 - self.bits_stored if high_bit is not None and self.keyword == "PixelData" else 0
        if first and not (self._shows_cells and 0 <= first <= self.bits_allocated - self.bits_stored):
            raise PixelLayoutError("High Bit is not Bits Stored - 1")
        if first and any((group, 0x0102) in self._dataset for group in range(0x6000, 0x6020, 2)):
            raise PixelLayoutError("High Bit is not Bits Stored - 1, and an overlay plane claims bits of the cells")
        return first

    @property
    def _shows_cells(self) -> bool:
        """Whether bits that the header does not explain can be shown: in grey images of integers."""
        return self._has_unused_bits and self.samples == 1 and self.photometric.startswith("MONOCHROME")

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
    def pixel_value(self) -> Content:
        """The value of the pixel data element: native Frames, or offset table and fragments."""
        return pixel_value(self._dataset, self.keyword).value

    @cached_property
    def encapsulated(self) -> SplitFrames:
        """The encoded Frames of the element. Found once, since the search for one Frame goes over all before it."""
        dataset, extended = self._dataset, None
        if has_attribute(dataset, "ExtendedOffsetTable") and has_attribute(dataset, "ExtendedOffsetTableLengths"):
            extended = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
        return split_frames(self.pixel_value, self._frames, extended)

    @property
    def encoded_frames(self) -> Sequence[bytes]:
        """The encoded Frames, fragments joined."""
        return self.encapsulated.frames if self._given_frames is None else self._given_frames

    @property
    def _frame_bits(self) -> int:
        bits = self.rows * self.columns * self.samples * self.bits_allocated
        return bits * 2 // 3 if self._is_subsampled else bits

    @cached_property
    def _is_subsampled(self) -> bool:
        """Whether two pixels of native colours share theirs. Compressed colours are upsampled by their decoder.

        Raises:
            PixelLayoutError: See `holds_whole_colours`.
        """
        if not (self.is_native and self.photometric == "YBR_FULL_422"):
            return False
        has_bytes = self._given_frames is None and self.bits_allocated == 8 and not self.is_planar
        return not (has_bytes and holds_whole_colours(self.pixel_value, self._frames, self.rows, self.columns))

    @cached_property
    def _coded_as(self) -> str:
        """Photometric Interpretation of the values as they are stored, whatever the header calls them."""
        is_whole = self.is_native and self.photometric == "YBR_FULL_422" and not self._is_subsampled
        return colours_of(self.pixel_value) if is_whole else self.photometric

    @property
    def native_bytes(self) -> int:
        """Length of all native Frames, without padding."""
        return -(-self._frames * self._frame_bits // 8)

    def digest(self, index: int) -> bytes:
        """SHA-256 of an encoded Frame. Equal digests mean equal pixels."""
        return hashlib.sha256(self.encoded_value(index)).digest()

    def encoded_value(self, index: int) -> bytes:
        """A Frame as it is encoded, padded to even length. In one transfer syntax, equal values mean equal pixels."""
        if not self.is_native:
            frame = self.codestream(index)
            return frame + b"\0" if len(frame) % 2 else frame
        if self.native_bytes % self._frames:  # One bit a pixel: Frames do not end at byte boundaries.
            return self.stored(index).tobytes()
        return self._native_frame(index) if self._given_frames is None else self._given_frames[index]

    def _native_frame(self, index: int) -> bytes:
        """The bytes of a native Frame that begins and ends at a byte."""
        size = self.native_bytes // self._frames
        return self.pixel_value[index * size : (index + 1) * size]

    def codestream(self, index: int) -> bytes:
        """An encoded Frame. Its own header is compared with that of the data set.

        Raises:
            FrameDecodeError: It has another size than the header says. A decoder would allocate memory before it noticed.
        """
        frame = self.encoded_frames[index]
        if size_of(frame) not in (None, (self.rows, self.columns)):
            raise FrameDecodeError("the size of a compressed frame contradicts the header")
        return frame

    def cleaned_codestream(self, index: int) -> bytes:
        """An encoded Frame without bytes that no decoder needs, as it is published. The same object where all are needed.

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
    def blanked_codestream(self, index: int, boxes: Sequence[Box], value: npt.NDArray[Any]) -> bytes:
        """The same with blank boxes. Every other coefficient stays as it is.

        Args:
            index: 0-based Frame of an image that `is_blankable`.
            boxes: Of `BlankUnits.grown`.
            value: Of `stored`, shape () or (3,): what they show, up to its quantization.

        Raises:
            FrameDecodeError, HiddenBytesError, PixelLayoutError: See `cleaned_codestream`.
            FrameEncodeError: See `blank`.
        """
        return blank(self.codestream(index), boxes, [int(sample) & 0xFF for sample in value.ravel()])

    @malformed(FrameDecodeError)
    def stored(self, index: int) -> npt.NDArray[Any]:
        """The values of Frame `index` as a redacted output stores them.

        Where the transfer syntax cannot be kept, colours are RGB, since RGB is written. Overlay planes in unused bits are
        cleared.

        Raises:
            FrameDecodeError: The Frame does not decode, or its shape contradicts the header.
            PixelLayoutError: Cells of colours use bits that the header does not explain.
        """
        return self.cells_and_stored(index)[1]

    @malformed(FrameDecodeError)
    def cells(self, index: int) -> npt.NDArray[Any]:
        """All bits of the cells of Frame `index`, in the colours of the codestream.

        Raises:
            FrameDecodeError, PixelLayoutError: See `stored`.
        """
        return self._decode(index)[0]

    @malformed(FrameDecodeError)
    def cells_and_stored(self, index: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Frame `index`, decoded once, in two forms: all bits of its cells, in the colours of the codestream; and as `stored`.

        Raises:
            FrameDecodeError, PixelLayoutError: See `stored`.
        """
        cells, photometric = self._decode(index)
        return cells, self._as_stored(index, cells, photometric)

    def _as_stored(self, index: int, frame: npt.NDArray[Any], photometric: str) -> npt.NDArray[Any]:
        if self.is_unclear(index):
            return self._without_overlays(frame)
        if not self.can_write_back and photometric.startswith("YBR_FULL"):
            return _to_rgb(frame, photometric)
        return self._without_overlays(frame) if self._keeps_unused_bits else self._significant_bits(frame)

    def is_unclear(self, index: int) -> bool:
        """Whether Frame `index` uses bits of its cells that the header does not explain, so that viewers can differ."""
        if not self._has_unused_bits:
            return False
        if index not in self._is_unclear:
            self._decode(index)
        return self._is_unclear[index]

    def _note_cells(self, index: int, cells: npt.NDArray[Any]) -> None:
        """Remember whether the cells of a Frame are unclear.

        Raises:
            PixelLayoutError: They are, in an image of which efface shows no single bits.
        """
        if self._has_unused_bits:
            is_unclear = bool(self._first_bit) or has_unclaimed_bits(cells, self.bits_stored, self.overlay_bits)
            if is_unclear and not self._shows_cells:
                raise PixelLayoutError("pixel cells use bits above Bits Stored that no overlay plane claims")
            self._is_unclear[index] = is_unclear

    def has_overlay(self, index: int) -> bool:
        """Whether an overlay plane draws in unused bits of Frame `index`."""
        return bool(self.overlay_bits) and bool((_unsigned(self._decode(index)[0]) & self.overlay_bits).any())

    def range_of(self, index: int) -> tuple[Any, Any]:
        """The smallest and the largest value of Frame `index`, of all samples (Smallest and Largest Image Pixel Value)."""
        values = self.stored(index) if self.is_unclear(index) else self._significant_bits(self._decode(index)[0])
        return values.min().item(), values.max().item()

    @malformed(FrameDecodeError)
    def display(self, index: int) -> npt.NDArray[Any]:
        """Frame `index` with colours resolved: stored grey values, whole cells where they are unclear, or RGB of 8 or 16 bits.

        Raises:
            FrameDecodeError: See `stored`.
        """
        frame, photometric = self._decode(index)
        if self.is_unclear(index):
            return self._without_overlays(frame)
        frame = self._significant_bits(frame)
        if photometric == "PALETTE COLOR":
            return apply_color_lut(frame, self._dataset)
        if photometric.startswith("YBR_FULL"):
            return _to_rgb(frame, photometric)
        return frame

    def brightness(self, index: int) -> npt.NDArray[np.float64]:
        """How bright each pixel of Frame `index` is displayed, (rows, columns), on any scale; NaN for padding.

        Raises:
            FrameDecodeError, VoiWindowsError: See `bands_of_brightness`.
        """
        return np.concatenate(list(self.bands_of_brightness(index)))

    def bands_of_brightness(self, index: int, of_darkest: bool = False) -> Iterator[npt.NDArray[np.float64]]:
        """`brightness` in bands of rows from the top, since a whole one takes several times the memory of its Frame.

        Grey values pass the first Modality LUT of the Frame, and its first VOI LUT where that is a table. A window only cuts
        off what it does not show, so it changes no order.

        Args:
            index: 0-based Frame.
            of_darkest: Pixels that another one of the band is darker than can be NaN as well.

        Raises:
            FrameDecodeError: See `stored`.
            VoiWindowsError: See `greyscale_transforms_by_frame`.
        """
        rows = max(1, _BAND_PX // self.columns)
        if of_darkest:
            cells, photometric = self._decode(index)
            if photometric.startswith("YBR_FULL") and cells.dtype == np.uint8 and not self._has_unused_bits:
                yield from (_brightness_of_darkest(cells[top : top + rows]) for top in range(0, self.rows, rows))
                return
        shown = self.display(index)
        for top in range(0, self.rows, rows):
            yield self._brightness_of(shown[top : top + rows], index)

    def _brightness_of(self, shown: npt.NDArray[Any], index: int) -> npt.NDArray[np.float64]:
        if shown.ndim == 3:
            return _sum_of_colours(shown)
        values = shown.astype(np.float64)
        for transform in self.greyscale_transforms(index)[:1]:
            values = transform.modality.apply(values)
            values = transform.voi.apply(values) if isinstance(transform.voi, LookupTable) else values
        is_inverse = self.photometric == "MONOCHROME1" or self._dataset.get("PresentationLUTShape") == "INVERSE"
        return np.where(np.isfinite(shown) & ~self._is_padding(shown), -values if is_inverse else values, np.nan)

    def _is_padding(self, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Where grey values are padding: the values between Pixel Padding Value and its limit, which viewers do not show."""
        kind = {"FloatPixelData": "Float", "DoubleFloatPixelData": "DoubleFloat"}.get(self.keyword, "")
        ends = [self._dataset.get(f"{kind}PixelPadding{end}") for end in ("Value", "RangeLimit")]
        numbers = [end for end in ends if isinstance(end, int | float)]
        if self.samples != 1 or not isinstance(ends[0], int | float):
            return np.zeros(values.shape, bool)
        return np.asarray((values >= min(numbers)) & (values <= max(numbers)))

    def overlay(self, plane: OverlayPlane, index: int) -> npt.NDArray[Any]:
        """Frame `index` of an overlay plane, (rows, columns) of uint8: 255 where it draws."""
        return np.asarray(read_overlay(self._dataset, plane)[index] * np.uint8(255))

    def _decode(self, index: int) -> tuple[npt.NDArray[Any], str]:
        """Frame `index` with all bits of its cells, which nobody changes, and its Photometric Interpretation."""
        last = self._last
        if last is not None and last[0] == index:
            return last[1], last[2]
        frame, photometric = self._decode_anew(index)
        self._note_cells(index, frame)
        self._last = (index, frame, photometric) if frame.nbytes <= _KEPT_FRAME_BYTES else None
        return frame, photometric

    def _decode_anew(self, index: int) -> tuple[npt.NDArray[Any], str]:
        try:
            if self.keyword in _FLOATS:
                frame, photometric = self._float_frame(index), self.photometric
            elif self.is_native and self._given_frames is None:
                # In pairs of bytes, a byte stands beside one of the next Frame.
                is_alone = self._frames > 1 and not self.native_bytes % (2 * self._frames)
                value, options = (self._native_frame(index), {"number_of_frames": 1}) if is_alone else (self.pixel_value[:], {})
                frame, meta = get_decoder(self._syntax).as_array(
                    value, index=0 if is_alone else index, raw=True, validate=False, **self._native_options() | options
                )
                photometric = str(meta["photometric_interpretation"])
            elif self.is_native:
                frame, meta = get_decoder(self._syntax).as_array(self.encoded_frames[index], raw=True, **self._decode_options())
                photometric = str(meta["photometric_interpretation"])
            else:
                frame, photometric = decode_frame(self.codestream(index), self._syntax, self._decode_options())
        except (KeyboardInterrupt, SystemExit, EffaceError):
            raise
        except BaseException as error:  # A panic of a decoder in Rust is no Exception.
            raise FrameDecodeError(f"the frame does not decode ({type(error).__name__})") from None
        if frame.shape[:2] != (self.rows, self.columns) or frame.ndim != 2 + (self.samples > 1):
            raise FrameDecodeError("the shape of a decoded frame contradicts the header")
        return frame, photometric

    def _without_overlays(self, frame: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if not self.overlay_bits:
            return frame
        unsigned = _unsigned(frame)
        return np.asarray(unsigned & ~unsigned.dtype.type(self.overlay_bits)).view(frame.dtype)

    def _significant_bits(self, frame: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The values of the Bits Stored bits of each cell, with their sign extended (PS3.5 8.1.1)."""
        if not self._has_unused_bits:
            return frame
        unused = 8 * frame.dtype.itemsize - self.bits_stored
        return frame << unused >> unused

    def _float_frame(self, index: int) -> npt.NDArray[Any]:
        order = ">" if self._syntax == ExplicitVRBigEndian else "<"
        values = np.frombuffer(self._native_frame(index), dtype=order + _FLOATS[self.keyword])
        return values.reshape(self.rows, self.columns).astype(_FLOATS[self.keyword])

    def _decode_options(self) -> dict[str, Any]:
        return {
            "number_of_frames": 1,
            "rows": self.rows,
            "columns": self.columns,
            "samples_per_pixel": self.samples,
            "photometric_interpretation": self._coded_as,
            "bits_allocated": self.bits_allocated,
            "bits_stored": self.bits_stored,
            "pixel_representation": int(self._is_signed),
            # Without meaning for compressed Frames (PS3.5 8.2): their codestream gives the order of samples.
            "planar_configuration": int(self.is_planar and (self.is_native or self._syntax == ENCAPSULATED_UNCOMPRESSED)),
            "pixel_keyword": "PixelData",
            **_KEEP_UNUSED_BITS,
        }

    def _native_options(self) -> dict[str, Any]:
        options = self._decode_options()
        return {**options, "number_of_frames": self._frames, "pixel_vr": pixel_value(self._dataset, self.keyword).vr}

    def greyscale_transforms(self, index: int) -> tuple[GreyscaleTransform, ...]:
        """The greyscale transforms of Frame `index`, by its windows and lookup tables; none for colours.

        Raises:
            VoiWindowsError: See `greyscale_transforms_by_frame`.
        """
        if self.samples != 1 or self.photometric == "PALETTE COLOR":
            return ()
        ways = self._greyscale_transforms[index]
        return (*ways, *self._ways_of_bits(ways)) if self.is_unclear(index) else ways

    def _ways_of_bits(self, ways: Sequence[GreyscaleTransform]) -> Iterator[GreyscaleTransform]:
        """The bits that a viewer can take for the pixel: the lowest ones, and those up to High Bit."""
        for first in sorted({0, self._first_bit}):
            bits = CellBits(first, self.bits_stored, self._is_signed)
            yield GreyscaleTransform(bits, None)
            for way in ways:
                if not isinstance(way.modality, CellBits):
                    yield GreyscaleTransform(replace(bits, modality=way.modality), way.voi)

    @cached_property
    def _greyscale_transforms(self) -> tuple[tuple[GreyscaleTransform, ...], ...]:
        return greyscale_transforms_by_frame(self._dataset, self._frames)


def _to_rgb(frame: npt.NDArray[Any], photometric: str) -> npt.NDArray[Any]:
    """The colours of a Frame as RGB. It is converted in bands, since pydicom takes four bytes a sample."""
    converted, rows = np.empty_like(frame), max(1, _CONVERTED_PX // max(1, frame.shape[1]))
    for top in range(0, len(frame), rows):
        converted[top : top + rows] = convert_color_space(frame[top : top + rows], photometric, "RGB")
    return converted


def _brightness_of_darkest(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The sum of red, green and blue of YBR_FULL pixels, (rows, columns); NaN for most of those that a darker one is among.

    To convert all would take most of the time of filling a box. Rounding moves a sum by less than 2. A negative value, which
    becomes 0, makes it larger, and one that is cut off at 255 is in no sum below 255.
    """
    pixels = colours.reshape(-1, 3)
    sums = -128 * _SUM_OF_RGB[1:].sum() + pixels[:, 0] * _SUM_OF_RGB[0]  # A product of matrices would start threads.
    sums += pixels[:, 1] * _SUM_OF_RGB[1]
    sums += pixels[:, 2] * _SUM_OF_RGB[2]
    darkest = _sum_of_colours(_to_rgb(pixels[None, [np.argmin(sums)]], "YBR_FULL")).item()
    candidates = np.flatnonzero(sums < darkest + 2) if darkest < 255 else np.arange(len(pixels))
    brightness = np.full(len(pixels), np.nan)
    brightness[candidates] = _sum_of_colours(_to_rgb(pixels[None, candidates], "YBR_FULL"))
    return brightness.reshape(colours.shape[:2])


def _sum_of_colours(frame: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.asarray(frame.astype(np.float64) @ np.ones(frame.shape[2]))  # Thirty times as fast as `sum`.


def _unsigned(frame: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return frame.view(frame.dtype.str.replace("i", "u"))
