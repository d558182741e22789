"""Reads a Frame a second time, by code and codecs of its own, so that a fault of the first reader is noticed.

Nothing here is shared with `frame_reader`, `layout` and `codecs`: the layout of native cells and of fragments is interpreted
anew, and another codec decodes where one exists. Sources: PS3.3 C.7.6.3, PS3.5 8.1, 8.2, A.4.

| Transfer syntax | First codec | Second codec |
|---|---|---|
| JPEG Baseline, 8-bit Extended | libjpeg-turbo (imagecodecs) | libjpeg-turbo (Pillow): another build |
| JPEG Extended, 12 bit | libjpeg-turbo (imagecodecs) | none |
| JPEG Lossless, grey | libjpeg-turbo (imagecodecs) | lj92 (imagecodecs) |
| JPEG Lossless, colour | libjpeg-turbo (imagecodecs) | none |
| JPEG-LS | CharLS (pyjpegls) | CharLS (imagecodecs): another build |
| JPEG 2000 | OpenJPEG (pylibjpeg) | OpenJPEG (imagecodecs): another build |
| HTJ2K | OpenJPEG (pylibjpeg) | OpenJPH (imagecodecs) |
| RLE | pylibjpeg-rle (Rust) | imagecodecs (C), pydicom where bytes follow the last segment |
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom.dataset import FileDataset
from pydicom.pixels.decoders.rle import _rle_decode_frame

from ..core.errors import ReadersDisagreeError
from ..core.file_bytes import Content

_ROOT = "1.2.840.10008.1.2"
_BIG_ENDIAN = f"{_ROOT}.2"
_NATIVE = frozenset({_ROOT, f"{_ROOT}.1", f"{_ROOT}.1.99", _BIG_ENDIAN})
_DCT = frozenset({f"{_ROOT}.4.50", f"{_ROOT}.4.51"})
_LOSSLESS_JPEG = frozenset({f"{_ROOT}.4.57", f"{_ROOT}.4.70"})
_JPEG_LS = frozenset({f"{_ROOT}.4.80", f"{_ROOT}.4.81"})
_JPEG_2000 = frozenset({f"{_ROOT}.4.90", f"{_ROOT}.4.91"})
_HIGH_THROUGHPUT = frozenset({f"{_ROOT}.4.201", f"{_ROOT}.4.202", f"{_ROOT}.4.203"})
_WITH_A_LOSS = _DCT | frozenset({f"{_ROOT}.4.91", f"{_ROOT}.4.203"})
_RLE = f"{_ROOT}.5"
_BEGINNINGS = (b"\xff\xd8", b"\xff\x4f", b"\0\0\0\x0cjP")
_ITEM_BYTES = 8
_BAND_VALUES = 1 << 20
"""What is converted or compared of a Frame at once."""
_KEPT_FRAME_BYTES = 8 << 20
"""A Frame up to this size is kept until another one is read. A larger one is read again, so that it takes no memory."""


@dataclass(frozen=True)
class Tolerance:
    """How far two decoders of one lossy Frame may differ. Without a loss they must be equal.

    Attributes:
        mean: Of the differences of all samples. Builds of libjpeg-turbo are equal; other decoders differ by 0.23 on average.
        far: A difference that only few samples may exceed.
        far_share: The share of such samples. Where colours are subsampled, decoders interpolate them differently.
    """

    mean: float = 1.0
    far: int = 8
    far_share: float = 0.01


TOLERANCE = Tolerance()


class LargePicture:
    """The values of a picture that Pillow has decoded. Parts of them become arrays: Pillow takes four bytes a pixel already.

    Attributes:
        shape: (rows, columns) or (rows, columns, 3).
        dtype: Of the values.
    """

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        pixel = self[:1, :1]
        self.shape, self.dtype = (image.height, image.width, *pixel.shape[2:]), pixel.dtype

    def __getitem__(self, part: slice | tuple[slice, slice]) -> npt.NDArray[Any]:
        """Some rows, or some columns of them."""
        down, across = part if isinstance(part, tuple) else (part, slice(None))
        (top, bottom, _), (left, right, _) = down.indices(self._image.height), across.indices(self._image.width)
        return np.asarray(self._image.crop((left, top, max(left, right), max(top, bottom))))


Cells = npt.NDArray[Any] | LargePicture


class SecondReader:
    """Reads the Frames of one data set a second time.

    Args:
        dataset: With its pixel data element.
    """

    def __init__(self, dataset: FileDataset) -> None:
        self._dataset = dataset
        self._last: tuple[int, Cells] | None = None

    @cached_property
    def _fragments(self) -> _Fragments:
        return _Fragments.of(self._dataset)

    def digest(self, index: int) -> bytes | None:
        """SHA-256 of an encoded Frame; None of a native one."""
        is_native = str(self._dataset.file_meta.TransferSyntaxUID) in _NATIVE
        return None if is_native else hashlib.sha256(self._fragments.frame(index)).digest()

    def check(self, index: int, cells: npt.NDArray[Any]) -> Cells | None:
        """Compare what the first reader made of Frame `index` with a second reading of it.

        Args:
            index: 0-based Frame.
            cells: All bits of its cells as the first reader decoded them, in the colours that the codestream holds.

        Returns:
            The second reading, see `read_cells`.

        Raises:
            ReadersDisagreeError: They differ, or the second reader cannot read the Frame.
        """
        try:
            second = self.read_cells(index)
        except Exception:
            raise ReadersDisagreeError("a second reader cannot read the frame") from None
        if second is not None and not _agree(self._dataset, cells, second):
            raise ReadersDisagreeError("two readers make different pictures of the frame")
        return second

    def read_cells(self, index: int) -> Cells | None:
        """A Frame as (rows, columns) or (rows, columns, 3) of integers or floats; None where there is no second codec.

        A large JPEG Frame has the shape that its own header says.

        Raises:
            Exception: Whatever a codec raises.
        """
        if self._last is not None and self._last[0] == index:
            return self._last[1]
        dataset = self._dataset
        syntax = str(dataset.file_meta.TransferSyntaxUID)
        frame = (
            _native(dataset, syntax, index) if syntax in _NATIVE else _decoded(dataset, syntax, self._fragments.frame(index))
        )
        if frame is None or isinstance(frame, LargePicture):
            return frame
        samples = _samples_of(dataset)
        cells = frame.reshape((int(dataset.Rows), int(dataset.Columns), *((samples,) if samples > 1 else ())))
        self._last = (index, cells) if cells.nbytes <= _KEPT_FRAME_BYTES else None
        return cells


def _samples_of(dataset: FileDataset) -> int:
    return int(dataset.get("SamplesPerPixel") or (3 if str(dataset.PhotometricInterpretation)[:3] in ("RGB", "YBR") else 1))


def _native(dataset: FileDataset, syntax: str, index: int) -> npt.NDArray[Any] | None:
    keyword = next(name for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData") if name in dataset)
    bits, order = int(dataset.BitsAllocated), ">" if syntax == _BIG_ENDIAN else "<"
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    photometric = str(dataset.PhotometricInterpretation)
    samples = _samples_of(dataset)
    value: Content = dataset[keyword].value
    if photometric == "YBR_FULL_422" and len(value) < rows * columns * 3 * int(dataset.get("NumberOfFrames") or 1):
        return None  # pydicom's own upsampling is the only one.
    count = rows * columns * samples
    first = index * count * bits // 16 * 2  # A byte may stand in a word with one of another Frame.
    around = value[first : -(-(index + 1) * count * bits // 16) * 2]
    if bits == 1:
        every = np.unpackbits(np.frombuffer(around, np.uint8), bitorder="little")
        return every[index * rows * columns - 8 * first :][: rows * columns]
    kind = "f" if keyword != "PixelData" else "i" if dataset.get("PixelRepresentation") == 1 else "u"
    if bits == 8 and order == ">" and dataset[keyword].VR == "OW":
        around = np.frombuffer(around[: len(around) // 2 * 2], ">u2").astype("<u2").tobytes()
    cells = np.frombuffer(around, f"{order}{kind}{bits // 8}", count, index * count * bits // 8 - first)
    if samples > 1 and dataset.get("PlanarConfiguration") == 1:
        return np.moveaxis(cells.reshape(samples, rows, columns), 0, -1)
    return cells


class _Fragments(NamedTuple):
    """The fragments of encapsulated pixel data.

    Attributes:
        value: Of the element.
        places: (offset, bytes) of each.
        firsts: The number of the first fragment of each Frame, and behind the last one.
    """

    value: Content
    places: list[tuple[int, int]]
    firsts: list[int]

    @classmethod
    def of(cls, dataset: FileDataset) -> _Fragments:
        """Found by the marks with which codestreams begin, else one fragment a Frame."""
        value: Content = dataset.PixelData
        frames = int(dataset.get("NumberOfFrames") or 1)
        places: list[tuple[int, int]] = []
        position = 0
        while (header := value[position : position + _ITEM_BYTES])[:4] == b"\xfe\xff\x00\xe0" and len(header) == _ITEM_BYTES:
            size = int.from_bytes(header[4:], "little")
            places.append((position + _ITEM_BYTES, size))
            position += _ITEM_BYTES + size
        (table_at, table_bytes), *fragments = places  # The first is the Basic Offset Table.
        if frames == 1:
            return cls(value, fragments, [0, len(fragments)])
        if len(fragments) == frames:
            return cls(value, fragments, list(range(frames + 1)))
        starts = [number for number, (at, _) in enumerate(fragments) if value[at : at + 8].startswith(_BEGINNINGS)]
        if len(starts) != frames:
            table = value[table_at : table_at + table_bytes]
            offsets = [int.from_bytes(table[start : start + 4], "little") for start in range(0, len(table), 4)]
            begins = np.cumsum([0, *(size + _ITEM_BYTES for _, size in fragments)]).tolist()
            starts = [begins.index(offset) for offset in offsets]
        return cls(value, fragments, [*starts, len(fragments)])

    def frame(self, index: int) -> bytes:
        """The codestream of a Frame."""
        return b"".join(self.value[at : at + size] for at, size in self.places[self.firsts[index] : self.firsts[index + 1]])


def _decoded(dataset: FileDataset, syntax: str, frame: bytes) -> Cells | None:
    cells: Cells | None = None
    if syntax in _DCT:
        cells = _jpeg(frame)
    elif syntax in _LOSSLESS_JPEG and _samples_of(dataset) == 1:
        cells = imagecodecs.ljpeg_decode(frame)
    elif syntax in _JPEG_LS:
        cells = imagecodecs.jpegls_decode(frame)
    elif syntax in _JPEG_2000:
        cells = imagecodecs.jpeg2k_decode(frame)
    elif syntax in _HIGH_THROUGHPUT:
        cells = imagecodecs.htj2k_decode(frame, planar=False)
    elif syntax == _RLE:
        return _run_lengths(dataset, frame)
    return cells


def _jpeg(frame: bytes) -> Cells | None:
    header = frame.find(b"\xff\xc1\0")
    if header >= 0 and frame[header + 4] != 8:
        return None  # Pillow decodes 8 bits.
    with Image.open(io.BytesIO(frame)) as image:
        if image.mode == "RGB" and _is_ybr(image):
            image.draft("YCbCr", image.size)  # The colours that the codestream holds.
        image.load()
    is_large = image.width * image.height * len(image.getbands()) > _KEPT_FRAME_BYTES
    return LargePicture(image) if is_large else np.asarray(image)


def _is_ybr(image: Image.Image) -> bool:
    """Whether libjpeg takes the components for luma and chroma: by JFIF, else by Adobe's segment, else by their names."""
    transform = image.info.get("adobe_transform")
    names = bytes(layer[0] for layer in getattr(image, "layer", ()))
    return "jfif" in image.info or (names != b"RGB" if transform is None else transform != 0)


def _run_lengths(dataset: FileDataset, frame: bytes) -> npt.NDArray[Any]:
    bits, kind = int(dataset.BitsAllocated), "i" if dataset.get("PixelRepresentation") == 1 else "u"
    samples, rows, columns = _samples_of(dataset), int(dataset.Rows), int(dataset.Columns)
    try:
        planes = bytes(imagecodecs.dicomrle_decode(frame, f"<{kind}{bits // 8}"))
    except RuntimeError:  # It takes no bytes behind the last segment.
        planes = bytes(_rle_decode_frame(frame, rows, columns, samples, bits))
    return np.frombuffer(planes, f"<{kind}{bits // 8}", samples * rows * columns).reshape(samples, -1).T


def _agree(dataset: FileDataset, first: npt.NDArray[Any], second: Cells) -> bool:
    if first.shape != second.shape:
        return False
    rows = max(1, _BAND_VALUES // max(1, first[:1].size))
    bands = [slice(top, top + rows) for top in range(0, len(first), rows)]
    if first.dtype.kind == "f":
        return all(np.array_equal(first[band], second[band].astype(first.dtype), equal_nan=True) for band in bands)
    if all(np.array_equal(first[band], second[band]) for band in bands):
        return True
    sign_bits = 0
    if first.dtype.kind == "i" and second.dtype.kind == "u":  # Some codecs give code words without their sign.
        bits = int(dataset.get("BitsStored") or dataset.BitsAllocated)
        largest = max(int(second[band].max(initial=0)) for band in bands)
        sign_bits = bits if largest < 1 << bits else 8 * second.dtype.itemsize
    total = far = 0
    for band in bands:
        one, other = (cells[band].astype(np.int64) for cells in (first, second))
        if sign_bits:
            other -= (other >> (sign_bits - 1) & 1) << sign_bits
        difference = np.abs(one - other)
        total, far = total + int(difference.sum()), far + int((difference > TOLERANCE.far).sum())
    if str(dataset.file_meta.TransferSyntaxUID) not in _WITH_A_LOSS:
        return not total
    return total <= TOLERANCE.mean * first.size and far <= TOLERANCE.far_share * first.size
