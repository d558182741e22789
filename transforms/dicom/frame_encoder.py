"""Encodes one Frame in a transfer syntax, without loss."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels import get_encoder
from pydicom.uid import UID, JPEG2000Lossless, RLELossless

from ..core.errors import FrameEncodeError
from .codestreams import ENCAPSULATED_UNCOMPRESSED


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
    low, high = (-(1 << bits_stored - 1), 1 << bits_stored - 1) if frame.dtype.kind == "i" else (0, 1 << bits_stored)
    if frame.min() < low or frame.max() >= high:
        raise ValueError("the frame has values outside of Bits Stored")
    encoded = imagecodecs.jpeg2k_encode(
        frame, level=0, reversible=True, codecformat="J2K", bitspersample=bits_stored, mct=has_colour_transform
    )
    return bytes(encoded)
