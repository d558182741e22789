"""JPEG-LS: tests whether a decoder needs the data of every scan to the last byte.

The length of a code depends on all samples before it, so only a decoder finds the end of the data. CharLS reports data behind
the last sample; other decoders skip them.
"""

from __future__ import annotations

import jpeg_ls

from ...core.errors import HiddenBytesError
from . import jpeg


def refuse_unread_data(frame: bytes, size: tuple[int, int]) -> None:
    """Decode a Frame to prove that a decoder reads all of its data.

    Args:
        size: Rows and columns of the image. A Frame of another size is not decoded, since it can need any amount of memory.

    Raises:
        HiddenBytesError: A scan has data behind its last sample, or CharLS cannot decode it.
    """
    try:
        is_read = jpeg.size(frame) == size and jpeg_ls.decode_buffer(frame)
    except Exception:
        is_read = False
    if not is_read:
        raise HiddenBytesError("a JPEG-LS frame has data behind its last sample, or does not decode")
