"""The codec of each transfer syntax, by name: the values of a Frame do not depend on what else a machine has installed.

pydicom takes the first plug-in that works and falls back to the next, so that two machines can decode a lossy Frame to other
values. Here a transfer syntax has one codec, which efface installs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from .codestreams import ENCAPSULATED_UNCOMPRESSED, precision_of

_PYJPEGLS, _PYLIBJPEG = "pyjpegls", "pylibjpeg"
_JPEG = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1)
"""Decoded by libjpeg-turbo (imagecodecs)."""
_PLUGINS: dict[UID, str] = {
    **dict.fromkeys((JPEGLSLossless, JPEGLSNearLossless), _PYJPEGLS),  # CharLS
    **dict.fromkeys((JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K), _PYLIBJPEG),  # OpenJPEG
    RLELossless: _PYLIBJPEG,
}
"""Transfer syntax -> the plug-in of pydicom that decodes it."""


def can_decode(syntax: UID) -> bool:
    """Whether efface has a codec for an encapsulated transfer syntax."""
    return syntax in _JPEG or syntax in _PLUGINS or syntax == ENCAPSULATED_UNCOMPRESSED


def decode_frame(encoded: bytes, syntax: UID, options: dict[str, Any]) -> tuple[npt.NDArray[Any], str]:
    """Decode one encapsulated Frame.

    Args:
        encoded: The codestream of the Frame, fragments joined.
        syntax: Its transfer syntax, one that `can_decode`.
        options: The Attributes of the Image Pixel module, as pydicom's decoders name them.

    Returns:
        Array of shape (rows, columns) or (rows, columns, 3), and the Photometric Interpretation of its values.

    Raises:
        Exception: The codec's own; a panic of a codec in Rust is no Exception.
    """
    if syntax in _JPEG:
        return _decode_jpeg(encoded, syntax, options), str(options["photometric_interpretation"])
    if syntax == ENCAPSULATED_UNCOMPRESSED:
        frame, meta = get_decoder(ExplicitVRLittleEndian).as_array(encoded, raw=True, **options)
    else:
        decoder, value = get_decoder(syntax), encapsulate([encoded])
        try:
            frame, meta = decoder.as_array(value, raw=True, decoding_plugin=_PLUGINS[syntax], **options)
        except RuntimeError:
            if syntax != RLELossless:
                raise
            # The fast codec takes no bytes behind a segment; pydicom's own does, and gives the same values.
            frame, meta = decoder.as_array(value, raw=True, decoding_plugin="pydicom", **options)
    return frame, str(meta["photometric_interpretation"])


def _decode_jpeg(encoded: bytes, syntax: UID, options: dict[str, Any]) -> npt.NDArray[Any]:
    """The samples of a JPEG codestream, in the colours that it holds."""
    dtype, samples = _dtype_of(syntax, tuple(options.items())), options["samples_per_pixel"]
    # Equal colour spaces mean that none is converted. libjpeg asks for a name that fits the number of components.
    colours = "GRAYSCALE" if samples == 1 else "YCBCR"
    frame = imagecodecs.jpeg8_decode(encoded, colorspace=colours, outcolorspace=colours)
    if dtype.kind == "i":  # The codec gives code words without a sign.
        unused = 8 * frame.dtype.itemsize - max(options["bits_stored"], precision_of(encoded) or 0)
        frame = np.asarray(frame.view(frame.dtype.str.replace("u", "i")) << unused >> unused)
    shape = options["rows"], options["columns"], *((samples,) if samples > 1 else ())
    return frame.astype(dtype, copy=False).reshape(shape)


@lru_cache(maxsize=16)
def _dtype_of(syntax: UID, options: tuple[tuple[str, Any], ...]) -> np.dtype[Any]:
    """The dtype of a pixel cell.

    Raises:
        Exception: The Attributes are not those of an image, by pydicom.
    """
    runner = DecodeRunner(syntax)
    runner.set_source(b"")
    runner.set_options(**dict(options))
    runner.validate()
    return runner.pixel_dtype
