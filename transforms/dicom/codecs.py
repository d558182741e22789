"""The codec of each transfer syntax, by name: the values of a Frame do not depend on what else a machine has installed.

pydicom takes the first plug-in that works and falls back to the next, so that two machines can decode a lossy Frame to other
values. Here a transfer syntax has one codec, which efface installs.
"""

from __future__ import annotations

from functools import cache
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

_IMAGECODECS, _PYJPEGLS, _PYLIBJPEG = "imagecodecs", "pyjpegls", "pylibjpeg"
_JPEG = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1)
_CODECS: dict[UID, str] = {
    **dict.fromkeys(_JPEG, _IMAGECODECS),  # libjpeg-turbo
    **dict.fromkeys((JPEGLSLossless, JPEGLSNearLossless), _PYJPEGLS),  # CharLS
    **dict.fromkeys((JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K), _PYLIBJPEG),  # OpenJPEG
    RLELossless: _PYLIBJPEG,
}
DECODER_DEPENDENCIES = dict.fromkeys(_JPEG, ("numpy", "imagecodecs"))
"""Read by pydicom, as `is_available` is."""


def is_available(uid: str) -> bool:
    """Whether this module decodes a transfer syntax."""
    return uid in DECODER_DEPENDENCIES


def can_decode(syntax: UID) -> bool:
    """Whether efface has a codec for an encapsulated transfer syntax."""
    return syntax in _CODECS or syntax == ENCAPSULATED_UNCOMPRESSED


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
    _register()
    if syntax == ENCAPSULATED_UNCOMPRESSED:
        frame, meta = get_decoder(ExplicitVRLittleEndian).as_array(encoded, raw=True, **options)
    else:
        decoder, value = get_decoder(syntax), encapsulate([encoded])
        try:
            frame, meta = decoder.as_array(value, raw=True, decoding_plugin=_CODECS[syntax], **options)
        except RuntimeError:
            if syntax != RLELossless:
                raise
            # The fast codec takes no bytes behind a segment; pydicom's own does, and gives the same values.
            frame, meta = decoder.as_array(value, raw=True, decoding_plugin="pydicom", **options)
    return frame, str(meta["photometric_interpretation"])


@cache
def _register() -> None:
    for syntax in _JPEG:
        decoder = get_decoder(syntax)
        if _IMAGECODECS not in decoder.available_plugins:
            decoder.add_plugin(_IMAGECODECS, (__name__, "decode_jpeg"))


def decode_jpeg(source: bytes, runner: DecodeRunner) -> memoryview:
    """A plug-in of pydicom: one JPEG codestream as little endian samples, by pixel, in the colours that it holds."""
    # Equal colour spaces mean that none is converted. libjpeg asks for a name that fits the number of components.
    colours = "GRAYSCALE" if runner.samples_per_pixel == 1 else "YCBCR"
    frame = imagecodecs.jpeg8_decode(source, colorspace=colours, outcolorspace=colours)
    runner.set_option("planar_configuration", 0)
    runner.set_option("bits_allocated", 8 * frame.dtype.itemsize)
    if runner.pixel_representation == 1:  # The codec gives code words without a sign.
        unused = 8 * frame.dtype.itemsize - max(runner.bits_stored, precision_of(source) or 0)
        frame = np.asarray(frame.view(frame.dtype.str.replace("u", "i")) << unused >> unused)
    return np.ascontiguousarray(frame).data  # No copy: pydicom makes one.
