"""Encodes one Frame in a transfer syntax, without loss."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels import get_encoder
from pydicom.uid import (
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from ..core.errors import FrameEncodeError
from .codestreams import ENCAPSULATED_UNCOMPRESSED

_LOSSLESS_JPEG = (JPEGLossless, JPEGLosslessSV1)
_HIGH_THROUGHPUT = (HTJ2KLossless, HTJ2KLosslessRPCL)
ENCODABLE = (RLELossless, JPEGLSLossless, JPEG2000Lossless, *_LOSSLESS_JPEG, *_HIGH_THROUGHPUT, ENCAPSULATED_UNCOMPRESSED)
"""Lossless transfer syntaxes with an encoder: a changed Frame is written back in the same one."""
_SMALLEST_PX = 64
"""The most rows and columns of the lowest resolution of an RPCL codestream."""
_LEVELS = 5
"""Wavelet decompositions of other codestreams."""


def encode_frame(
    frame: npt.NDArray[Any], syntax: UID, dataset: Dataset, photometric: str, bits_stored: int | None = None
) -> bytes:
    """The codestream of one Frame, without loss.

    Args:
        frame: Stored values, (rows, columns) or (rows, columns, 3).
        syntax: The transfer syntax to encode in.
        dataset: Describes the pixels: Bits Stored, Pixel Representation, Planar Configuration.
        photometric: The Photometric Interpretation of `frame`.
        bits_stored: Where Bits Stored of the data set is wrong.

    Raises:
        FrameEncodeError: The transfer syntax cannot hold the Frame without loss.
    """
    frame = np.ascontiguousarray(frame)
    if syntax == ENCAPSULATED_UNCOMPRESSED:
        is_planar = frame.ndim == 3 and dataset.get("PlanarConfiguration") == 1
        ordered = np.moveaxis(frame, -1, 0) if is_planar else frame
        value = ordered.astype(frame.dtype.newbyteorder("<")).tobytes()
        return value + b"\0" * (len(value) % 2)
    bits_allocated = frame.dtype.itemsize * 8
    bits_stored = bits_stored or int(dataset.get("BitsStored") or bits_allocated)
    try:
        if syntax == JPEG2000Lossless:
            return _encode_jpeg_2000(frame, bits_stored, has_colour_transform=photometric == "YBR_RCT")
        if syntax in _HIGH_THROUGHPUT:
            return _encode_high_throughput(frame, bits_stored, syntax, has_colour_transform=photometric == "YBR_RCT")
        if syntax in _LOSSLESS_JPEG:
            return _encode_lossless_jpeg(frame, bits_stored)
        return get_encoder(syntax).encode(
            frame,
            rows=frame.shape[0],
            columns=frame.shape[1],
            number_of_frames=1,
            samples_per_pixel=1 if frame.ndim == 2 else 3,
            photometric_interpretation=photometric,
            bits_allocated=bits_allocated,
            bits_stored=bits_allocated if syntax == RLELossless else bits_stored,  # RLE encodes all bits of a cell.
            pixel_representation=int(dataset.get("PixelRepresentation") or 0),
            planar_configuration=0,
        )
    except Exception as error:
        raise FrameEncodeError(f"the frame cannot be encoded without loss ({type(error).__name__})") from None


def _encode_jpeg_2000(frame: npt.NDArray[Any], bits_stored: int, *, has_colour_transform: bool) -> bytes:
    """A reversible codestream. pydicom's own plug-in does not encode small images."""
    _check_values(frame, bits_stored)
    encoded = imagecodecs.jpeg2k_encode(
        frame, level=0, reversible=True, codecformat="J2K", bitspersample=bits_stored, mct=has_colour_transform
    )
    return bytes(encoded)


def _encode_high_throughput(frame: npt.NDArray[Any], bits_stored: int, syntax: UID, *, has_colour_transform: bool) -> bytes:
    """A reversible HTJ2K codestream, in the order RPCL. Its samples have the bits of a cell, since OpenJPH takes no others."""
    _check_values(frame, bits_stored)
    is_rpcl = syntax == HTJ2KLosslessRPCL
    levels = max(_LEVELS, ((max(frame.shape[:2]) - 1) // _SMALLEST_PX).bit_length()) if is_rpcl else _LEVELS
    # The RPCL transfer syntax also asks for the lengths of the tile-parts (PS3.5 A.4).
    encoded = imagecodecs.htj2k_encode(frame, reversible=True, rgb=has_colour_transform, resolutions=levels, tlm=is_rpcl)
    return bytes(encoded)


def _encode_lossless_jpeg(frame: npt.NDArray[Any], bits_stored: int) -> bytes:
    """A codestream of selection value 1 (Process 14), which both transfer syntaxes allow. Signed values are code words."""
    _check_values(frame, bits_stored)
    unsigned = frame.view(frame.dtype.str.replace("i", "u"))
    bits = max(bits_stored, 9 if unsigned.dtype.itemsize == 2 else 2)  # The codec takes 8 bits as bytes alone.
    code_words = unsigned & unsigned.dtype.type((1 << bits) - 1)
    colours = "RGB" if frame.ndim == 3 else None  # Equal colour spaces mean that none is converted.
    encoded = imagecodecs.jpeg8_encode(
        code_words, lossless=True, predictor=1, bitspersample=bits, colorspace=colours, outcolorspace=colours
    )
    return bytes(encoded)


def _check_values(frame: npt.NDArray[Any], bits_stored: int) -> None:
    low, high = (-(1 << bits_stored - 1), 1 << bits_stored - 1) if frame.dtype.kind == "i" else (0, 1 << bits_stored)
    if frame.min() < low or frame.max() >= high:
        raise ValueError("the frame has values outside of Bits Stored")
