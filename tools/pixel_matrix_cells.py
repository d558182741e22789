"""Images of every kind that a cell of the pixel matrix stands for, with a line of planted text in a known place."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import convert_color_space, get_encoder
from pydicom.uid import UID, JPEGLSLossless, JPEGLSNearLossless, RLELossless, SecondaryCaptureImageStorage

ROWS, COLUMNS = 96, 288
PLANTED = "PLANTAGENET 770143"
_TEXT_AT = 26, 34
_ROOT = "1.2.840.10008.1.2"
NATIVE = {
    "Implicit VR Little Endian": _ROOT,
    "Explicit VR Little Endian": f"{_ROOT}.1",
    "Explicit VR Big Endian": f"{_ROOT}.2",
    "Deflated Explicit VR Little Endian": f"{_ROOT}.1.99",
}
ENCAPSULATED = {
    "Encapsulated Uncompressed": f"{_ROOT}.1.98",
    "RLE Lossless": f"{_ROOT}.5",
    "JPEG Baseline": f"{_ROOT}.4.50",
    "JPEG Extended": f"{_ROOT}.4.51",
    "JPEG Lossless": f"{_ROOT}.4.57",
    "JPEG Lossless SV1": f"{_ROOT}.4.70",
    "JPEG-LS Lossless": f"{_ROOT}.4.80",
    "JPEG-LS Near-Lossless": f"{_ROOT}.4.81",
    "JPEG 2000 Lossless": f"{_ROOT}.4.90",
    "JPEG 2000": f"{_ROOT}.4.91",
    "HTJ2K Lossless": f"{_ROOT}.4.201",
    "HTJ2K Lossless RPCL": f"{_ROOT}.4.202",
    "HTJ2K": f"{_ROOT}.4.203",
    "JPEG XL Lossless": f"{_ROOT}.4.110",
    "JPEG XL": f"{_ROOT}.4.112",
    "Deflated Image Frame": f"{_ROOT}.8.1\0",
}
SYNTAXES = NATIVE | ENCAPSULATED
_WRITTEN_AS = {
    f"{_ROOT}.4.110": b"1.2.840.10008.1.2.4.201",
    f"{_ROOT}.4.112": b"1.2.840.10008.1.2.4.201",
    f"{_ROOT}.8.1\0": b"1.2.840.10008.1.2.1.98",
}
"""Transfer syntaxes that pydicom does not know, and those of the same length as which it writes their files."""
LOSSY = frozenset({"JPEG Baseline", "JPEG Extended", "JPEG-LS Near-Lossless", "JPEG 2000", "HTJ2K", "JPEG XL"})


@dataclass(frozen=True)
class Layout:
    """How the pixels of an image are laid out; the name is the heading of its column.

    Attributes:
        name: Photometric Interpretation, Bits Allocated / Bits Stored, s for signed.
        photometric: Photometric Interpretation.
        allocated: Bits Allocated.
        stored: Bits Stored.
        is_signed: Pixel Representation 1.
        planar: Planar Configuration.
        kind: "i" for integers, "f" for Float and Double Float Pixel Data.
        bytes_a_pixel: 3 where native YBR_FULL_422 is not subsampled.
    """

    name: str
    photometric: str
    allocated: int
    stored: int
    is_signed: bool = False
    planar: int = 0
    kind: str = "i"
    bytes_a_pixel: int = 0

    @property
    def is_colour(self) -> bool:
        """Whether a pixel has three samples."""
        return self.photometric.startswith(("RGB", "YBR"))


GREY = (
    Layout("1", "MONOCHROME2", 1, 1),
    Layout("8", "MONOCHROME2", 8, 8),
    Layout("8 s", "MONOCHROME2", 8, 8, is_signed=True),
    Layout("8 in 16", "MONOCHROME2", 16, 8),
    Layout("12 packed", "MONOCHROME2", 12, 12),
    Layout("10 in 16", "MONOCHROME2", 16, 10),
    Layout("12 in 16", "MONOCHROME2", 16, 12),
    Layout("12 in 16 s", "MONOCHROME2", 16, 12, is_signed=True),
    Layout("16", "MONOCHROME2", 16, 16),
    Layout("16 s", "MONOCHROME2", 16, 16, is_signed=True),
    Layout("32", "MONOCHROME2", 32, 32),
    Layout("32 s", "MONOCHROME2", 32, 32, is_signed=True),
    Layout("float", "MONOCHROME2", 32, 32, kind="f"),
    Layout("double", "MONOCHROME2", 64, 64, kind="f"),
    Layout("inverse 8", "MONOCHROME1", 8, 8),
    Layout("inverse 12 in 16", "MONOCHROME1", 16, 12),
    Layout("inverse 12 in 16 s", "MONOCHROME1", 16, 12, is_signed=True),
)
COLOUR = (
    Layout("palette 8", "PALETTE COLOR", 8, 8),
    Layout("palette 16", "PALETTE COLOR", 16, 16),
    Layout("RGB 8", "RGB", 8, 8),
    Layout("RGB 8 by plane", "RGB", 8, 8, planar=1),
    Layout("RGB 16", "RGB", 16, 16),
    Layout("RGB 16 by plane", "RGB", 16, 16, planar=1),
    Layout("YBR_FULL", "YBR_FULL", 8, 8),
    Layout("YBR_FULL by plane", "YBR_FULL", 8, 8, planar=1),
    Layout("YBR_FULL_422", "YBR_FULL_422", 8, 8),
    Layout("YBR_FULL_422 of 3 bytes", "YBR_FULL_422", 8, 8, bytes_a_pixel=3),
    Layout("YBR_RCT", "YBR_RCT", 8, 8),
    Layout("YBR_ICT", "YBR_ICT", 8, 8),
)
OFFSET_TABLES = ("none", "basic", "extended", "basic, wrong", "extended, wrong")


@dataclass(frozen=True)
class Cell:
    """One cell: an image of a layout in a transfer syntax, with its Frames and their offset table.

    Attributes:
        syntax: A name of `SYNTAXES`.
        layout: Of the pixels.
        frames: Number of Frames.
        fragments: Of each encapsulated Frame.
        table: One of `OFFSET_TABLES`.
        missing: Keywords of the Image Pixel module that the header lacks.
    """

    syntax: str
    layout: Layout
    frames: int = 1
    fragments: int = 1
    table: str = "basic"
    missing: tuple[str, ...] = ()


def _ink() -> npt.NDArray[np.float64]:
    """How much of each pixel the planted text covers, 0 to 1."""
    ink = Image.new("L", (COLUMNS, ROWS))
    ImageDraw.Draw(ink).text(_TEXT_AT, PLANTED, fill=255, font=ImageFont.load_default(18))
    return np.asarray(ink, np.float64) / 255


def ink_box() -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the planted text in every Frame: half-open, in pixels."""
    down, across = np.nonzero(_ink() > 0.25)
    return int(across.min()), int(down.min()), int(across.max()) + 1, int(down.max()) + 1


def _picture(frame: int) -> npt.NDArray[np.float64]:
    """Brightness from 0 to 1, (rows, columns): a dark gradient with noise, and the planted text."""
    down, across = np.mgrid[:ROWS, :COLUMNS]
    noise = np.random.default_rng(frame).random((ROWS, COLUMNS))
    share = _ink()
    ground = 0.05 + 0.1 * down / ROWS + 0.1 * across / COLUMNS + 0.02 * noise
    return np.asarray(ground * (1 - share) + 0.97 * share)


def _samples(layout: Layout, frame: int) -> npt.NDArray[Any]:
    """A Frame as numbers: (rows, columns), or (rows, columns, 3) of RGB for every kind of colours."""
    picture = _picture(frame)
    if layout.kind == "f":
        return (picture * 1000).astype("f4" if layout.allocated == 32 else "f8")
    size = 1 << layout.stored
    if layout.is_colour:
        picture = picture[..., None] * np.array([1.0, 0.9, 0.8])
    if layout.photometric == "MONOCHROME1":
        picture = 1 - picture
    if layout.allocated == 1:
        return (picture > 0.5).astype(np.uint8)
    values = (picture * (size - 1)).astype(np.int64) - (size // 2 if layout.is_signed else 0)
    bits = 8 if layout.allocated <= 8 else 16 if layout.allocated <= 16 else 32
    return values.astype(f"{'i' if layout.is_signed else 'u'}{bits // 8}")


def make(cell: Cell) -> bytes | None:
    """The instance of a cell as a file; None where the transfer syntax cannot hold the layout."""
    layout = cell.layout
    frames = [_samples(layout, frame) for frame in range(cell.frames)]
    if cell.syntax in NATIVE:
        if layout.photometric in ("YBR_RCT", "YBR_ICT"):
            return None
        dataset = _header(cell)
        _put_native(dataset, layout, frames, is_big=cell.syntax == "Explicit VR Big Endian")
    else:
        encoded = [_encoded(cell, frame) for frame in frames]
        codestreams = [one for one in encoded if one is not None]
        if len(codestreams) < len(encoded):
            return None
        dataset = _header(cell)
        _put_encapsulated(dataset, codestreams, cell)
    for keyword in cell.missing:
        if keyword in dataset:
            delattr(dataset, keyword)
    buffer = io.BytesIO()
    is_implicit, is_big = (cell.syntax == name for name in ("Implicit VR Little Endian", "Explicit VR Big Endian"))
    dcmwrite(buffer, dataset, implicit_vr=is_implicit, little_endian=not is_big, enforce_file_format=True)
    unknown = SYNTAXES[cell.syntax]
    return buffer.getvalue().replace(_WRITTEN_AS[unknown], unknown.encode(), 1) if unknown in _WRITTEN_AS else buffer.getvalue()


def _header(cell: Cell) -> Dataset:
    dataset, root, layout = Dataset(), "1.2.826.0.1.3680043.9999", cell.layout
    dataset.file_meta = FileMetaDataset()
    uid = SYNTAXES[cell.syntax]
    dataset.file_meta.TransferSyntaxUID = UID(_WRITTEN_AS[uid].rstrip(b"\0").decode() if uid in _WRITTEN_AS else uid)
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, f"{root}.3"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{root}.1", f"{root}.2"
    dataset.PatientName, dataset.PatientID = "Plantagenet^Zebulon", "770143"
    dataset.Modality, dataset.ConversionType = "OT", "WSD"
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.SamplesPerPixel = 3 if layout.is_colour else 1
    dataset.PhotometricInterpretation = layout.photometric
    if layout.is_colour:
        dataset.PlanarConfiguration = layout.planar
    dataset.BitsAllocated = layout.allocated
    if layout.kind == "i":
        dataset.BitsStored, dataset.HighBit = layout.stored, layout.stored - 1
        dataset.PixelRepresentation = int(layout.is_signed)
    if cell.frames > 1:
        dataset.NumberOfFrames = cell.frames
    if layout.photometric == "PALETTE COLOR":
        _put_palette(dataset, 1 << layout.stored)
    if cell.syntax in LOSSY:
        dataset.LossyImageCompression = "01"
    return dataset


def _put_palette(dataset: Dataset, entries: int) -> None:
    ramp = (np.arange(entries, dtype=np.int64) * 0xFFFF // (entries - 1)).astype("<u2")
    for colour in ("Red", "Green", "Blue"):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [entries % 0x10000, 0, 16])
        dataset[f"{colour}PaletteColorLookupTableDescriptor"].VR = "US"
        setattr(dataset, f"{colour}PaletteColorLookupTableData", ramp.tobytes())


def _stored_colours(layout: Layout, frame: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return convert_color_space(frame, "RGB", "YBR_FULL") if layout.photometric.startswith("YBR_FULL") else frame


def _native_bytes(layout: Layout, frame: npt.NDArray[Any], *, is_big: bool = False) -> bytes:
    if layout.allocated == 12:
        bits = np.unpackbits(frame.astype(">u2").view(np.uint8)).reshape(-1, 16)[:, 4:]
        return np.packbits(bits).tobytes()
    frame = _stored_colours(layout, frame)
    if layout.photometric == "YBR_FULL_422" and not layout.bytes_a_pixel:
        pairs = frame.reshape(ROWS, COLUMNS // 2, 2, 3)
        return np.concatenate([pairs[..., 0], pairs[..., 0, 1:]], axis=-1).tobytes()  # Y Y Cb Cr
    ordered = np.moveaxis(frame, -1, 0) if layout.planar else frame
    return ordered.astype(frame.dtype.newbyteorder(">" if is_big else "<")).tobytes()


def _put_native(dataset: Dataset, layout: Layout, frames: Sequence[npt.NDArray[Any]], *, is_big: bool) -> None:
    if layout.allocated == 1:
        value = np.packbits(np.stack(frames), bitorder="little").tobytes()
    else:
        value = b"".join(_native_bytes(layout, frame, is_big=is_big) for frame in frames)
    value += b"\0" * (len(value) % 2)
    if layout.kind == "f":
        setattr(dataset, "FloatPixelData" if layout.allocated == 32 else "DoubleFloatPixelData", value)
        return
    dataset.PixelData = value
    dataset["PixelData"].VR = "OB" if layout.allocated <= 8 else "OW"


def _put_encapsulated(dataset: Dataset, frames: Sequence[bytes], cell: Cell) -> None:
    even = [frame + b"\0" * (len(frame) % 2) for frame in frames]
    dataset.PixelData = encapsulate(even, fragments_per_frame=cell.fragments, has_bot=cell.table.startswith("basic"))
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    wrong = 2 * cell.table.endswith("wrong")
    if cell.table == "basic, wrong":
        value = bytearray(dataset.PixelData)
        for number in range(1, len(frames)):
            at = 8 + 4 * number
            struct.pack_into("<L", value, at, struct.unpack_from("<L", value, at)[0] + wrong)
        dataset.PixelData = bytes(value)
    if cell.table.startswith("extended"):
        offsets = np.cumsum([0, *(len(frame) + 8 for frame in even[:-1])]) + np.minimum(np.arange(len(even)), 1) * wrong
        dataset.ExtendedOffsetTable = offsets.astype("<u8").tobytes()
        dataset.ExtendedOffsetTableLengths = np.array([len(frame) for frame in frames], "<u8").tobytes()


def _encoded(cell: Cell, frame: npt.NDArray[Any]) -> bytes | None:
    """A codestream of a Frame in a transfer syntax; None where this one cannot hold the layout."""
    syntax, layout = cell.syntax, cell.layout
    of_cells = syntax in ("Encapsulated Uncompressed", "Deflated Image Frame")
    is_impossible = (
        layout.kind == "f"
        or layout.allocated in (1, 12)
        or layout.bytes_a_pixel
        or (layout.photometric == "YBR_FULL_422" and syntax != "JPEG Baseline")
        or syntax not in _WITH_TRANSFORM.get(layout.photometric, (syntax,))
        or (not of_cells and (layout.planar or layout.allocated == 32))  # No codestream has planes (PS3.5 8.2).
    )
    return None if is_impossible else _ENCODERS[syntax](syntax, layout, frame)


def _cells(syntax: str, layout: Layout, frame: npt.NDArray[Any]) -> bytes:
    value = _native_bytes(layout, frame)
    if syntax == "Encapsulated Uncompressed":
        return value
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(value) + compressor.flush()


def _jpeg_xl(syntax: str, layout: Layout, frame: npt.NDArray[Any]) -> bytes | None:
    return None if layout.is_signed else bytes(imagecodecs.jpegxl_encode(frame, lossless=syntax == "JPEG XL Lossless"))


_WITH_TRANSFORM = {
    "YBR_RCT": ("JPEG 2000 Lossless", "HTJ2K Lossless", "HTJ2K Lossless RPCL"),
    "YBR_ICT": ("JPEG 2000", "HTJ2K"),
}


def _jpeg_2000(syntax: str, layout: Layout, frame: npt.NDArray[Any]) -> bytes | None:
    frame = _stored_colours(layout, frame)
    has_transform = layout.photometric in ("YBR_RCT", "YBR_ICT")
    is_lossy = syntax in LOSSY
    if syntax.startswith("HTJ2K"):
        if layout.stored < 8 * frame.dtype.itemsize or (layout.is_colour and not has_transform):
            return None  # The encoder at hand takes whole cells, and always transforms colours.
        return bytes(imagecodecs.htj2k_encode(frame, reversible=not is_lossy))
    if is_lossy and not layout.is_colour and layout.allocated != 8:
        return None  # Made for the bits of whole cells, it leaves nothing of others.
    return bytes(
        imagecodecs.jpeg2k_encode(
            frame,
            level=45 if is_lossy else 0,
            reversible=not is_lossy,
            codecformat="J2K",
            bitspersample=layout.stored,
            mct=has_transform,
        )
    )


def _by_pydicom(syntax: str, layout: Layout, frame: npt.NDArray[Any]) -> bytes | None:
    if syntax == "JPEG-LS Near-Lossless" and (layout.is_signed or layout.photometric == "PALETTE COLOR"):
        return None
    uid = {"RLE Lossless": RLELossless, "JPEG-LS Lossless": JPEGLSLossless, "JPEG-LS Near-Lossless": JPEGLSNearLossless}[syntax]
    options: dict[str, Any] = {"jls_error": 2} if uid == JPEGLSNearLossless else {}
    return get_encoder(uid).encode(
        _stored_colours(layout, frame),
        rows=ROWS,
        columns=COLUMNS,
        number_of_frames=1,
        samples_per_pixel=3 if layout.is_colour else 1,
        photometric_interpretation=layout.photometric,
        bits_allocated=layout.allocated,
        bits_stored=layout.allocated if uid == RLELossless else layout.stored,
        pixel_representation=int(layout.is_signed),
        planar_configuration=0,
        **options,
    )


def _lossless_jpeg(syntax: str, layout: Layout, frame: npt.NDArray[Any]) -> bytes | None:
    if layout.photometric.startswith("YBR") or layout.name == "8 in 16":
        return None
    colours = {"colorspace": "RGB", "outcolorspace": "RGB"} if layout.is_colour else {}
    predictor = 1 if syntax == "JPEG Lossless SV1" else 4
    code = _code_words(layout, frame)
    return bytes(imagecodecs.jpeg8_encode(code, lossless=True, predictor=predictor, bitspersample=layout.stored, **colours))


def _code_words(layout: Layout, frame: npt.NDArray[Any]) -> npt.NDArray[Any]:
    unsigned = frame.view(frame.dtype.str.replace("i", "u"))
    return np.asarray(unsigned & unsigned.dtype.type((1 << layout.stored) - 1))


def _lossy_jpeg(syntax: str, layout: Layout, frame: npt.NDArray[Any]) -> bytes | None:
    bits = 8 if frame.dtype.itemsize == 1 else 12
    is_too_deep = layout.stored > bits or (bits == 12 and syntax == "JPEG Baseline")
    if is_too_deep or layout.is_signed or layout.photometric == "PALETTE COLOR":
        return None
    if layout.photometric == "RGB":
        return bytes(imagecodecs.jpeg8_encode(frame, level=92, colorspace="RGB", outcolorspace="RGB"))
    if layout.is_colour:
        subsampling = "422" if layout.photometric == "YBR_FULL_422" else "444"
        return bytes(imagecodecs.jpeg8_encode(frame, level=92, subsampling=subsampling))
    return bytes(imagecodecs.jpeg8_encode(frame, level=92, bitspersample=bits))


_ENCODERS: dict[str, Callable[[str, Layout, npt.NDArray[Any]], bytes | None]] = {
    **dict.fromkeys(("Encapsulated Uncompressed", "Deflated Image Frame"), _cells),
    **dict.fromkeys(("RLE Lossless", "JPEG-LS Lossless", "JPEG-LS Near-Lossless"), _by_pydicom),
    **dict.fromkeys(("JPEG Baseline", "JPEG Extended"), _lossy_jpeg),
    **dict.fromkeys(("JPEG Lossless", "JPEG Lossless SV1"), _lossless_jpeg),
    **dict.fromkeys(("JPEG 2000 Lossless", "JPEG 2000"), _jpeg_2000),
    **dict.fromkeys(("HTJ2K Lossless", "HTJ2K Lossless RPCL", "HTJ2K"), _jpeg_2000),
    **dict.fromkeys(("JPEG XL Lossless", "JPEG XL"), _jpeg_xl),
}
