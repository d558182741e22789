"""Bytes that decoders of every codestream ignore: encoder names, padding, and bytes behind the end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...core.errors import PixelLayoutError

_ENCODER_NAMES = re.compile(
    rb"[\0\1]{0,2}(Created by OpenJPEG version [0-9.]+|OpenJPH Ver [0-9.]+|Kakadu-[v0-9.]+|LEAD Technologies Inc\. V[0-9.]+)\0?"
)
"""Comments that encoders write. They stay, so that a Frame with no other comment does not change."""
_PICTURE_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\xff\x4f\xff\x51|jP  \r\n\x87\n")
FILL_BYTES = b"\0\xff"
"""Bytes that writers use as fill."""
_PADDING = b"\0"
"""The padding byte of a fragment of odd length (PS3.5 A.4)."""


def is_encoder_name(comment: bytes) -> bool:
    """Whether a comment holds the name of an encoder and nothing else."""
    return _ENCODER_NAMES.fullmatch(comment) is not None


def padding_of(rest: bytes) -> bytes:
    """The bytes that stay behind the end of a codestream: one padding byte, or none.

    Raises:
        PixelLayoutError: Another picture begins there.
    """
    if _PICTURE_START.search(rest):
        raise PixelLayoutError("a second picture follows the codestream of a frame")
    return rest if rest == _PADDING else b""


def joined(frame: bytes, parts: Iterable[bytes | memoryview]) -> bytes:
    """The parts as one Frame; `frame` itself if they are equal to it."""
    kept = b"".join(parts)
    return frame if kept == frame else kept
