"""Decodes JPEG Lossless for pydicom, which has no decoder of its own for it (PS3.5 A.4.1)."""

from __future__ import annotations

from functools import cache

import imagecodecs
import numpy as np
from pydicom.pixels import get_decoder
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import JPEGLossless, JPEGLosslessSV1

_PLUGIN = "lossless_jpeg"
DECODER_DEPENDENCIES = {JPEGLossless: ("imagecodecs",), JPEGLosslessSV1: ("imagecodecs",)}
"""Read by pydicom, as `is_available` is."""


def is_available(uid: str) -> bool:
    """Whether this module decodes a transfer syntax."""
    return uid in DECODER_DEPENDENCIES


@cache
def register() -> None:
    """Let `pydicom.pixels` decode JPEG Lossless in this process."""
    for uid in DECODER_DEPENDENCIES:
        get_decoder(uid).add_plugin(_PLUGIN, (__name__, "decode"))


def decode(source: bytes, runner: DecodeRunner) -> bytearray:
    """One codestream as little endian samples, by pixel. lj92 decodes grey frames, libjpeg-turbo those of several samples."""
    runner.set_option("planar_configuration", 0)
    frame = imagecodecs.ljpeg_decode(source) if runner.samples_per_pixel == 1 else imagecodecs.jpeg8_decode(source)
    return bytearray(np.ascontiguousarray(frame.astype(f"<u{runner.bits_allocated // 8}")).tobytes())
