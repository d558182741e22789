"""The bytes that are allowed behind and between the parts of any codestream."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...core.errors import PixelLayoutError

_ENCODER_NAMES = re.compile(
    rb"[\0\1]{0,2}(Created by OpenJPEG version [0-9.]+|Kakadu-[v0-9.]+|LEAD Technologies Inc\. V[0-9.]+)\0?"
)
"""Comments that encoders leave. A frame that holds nothing else is left untouched."""
_PICTURE_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\xff\x4f\xff\x51|jP  \r\n\x87\n")
MEANS_NOTHING = b"\0\xff"
"""Bytes that writers fill up with."""
_PADDING = b"\0"
"""The one byte that makes a fragment even (PS3.5 A.4)."""


def is_encoder_name(comment: bytes) -> bool:
    """Whether a comment says no more than which encoder wrote it."""
    return _ENCODER_NAMES.fullmatch(comment) is not None


def padding_of(rest: bytes) -> bytes:
    """The bytes that stay behind the end of a codestream: one padding byte, or none.

    Raises:
        PixelLayoutError: Another picture begins there.
    """
    if _PICTURE_START.search(rest):
        raise PixelLayoutError("a second picture begins behind the end of a frame's codestream")
    return rest if rest == _PADDING else b""


def joined(frame: bytes, parts: Iterable[bytes | memoryview]) -> bytes:
    """The parts as one frame; the very same object where they are all of `frame`."""
    kept = b"".join(parts)
    return frame if kept == frame else kept
