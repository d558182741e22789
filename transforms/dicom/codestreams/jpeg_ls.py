"""JPEG-LS: tests whether a decoder needs the data of every scan to the last byte.

How long a code is depends on all samples before it, so only a decoder knows where the data end. CharLS tells of data behind the
last sample; other decoders pass over them.
"""

from __future__ import annotations

import jpeg_ls

from ...core.errors import HiddenBytesError
from . import jpeg


def refuse_unread_data(frame: bytes, size: tuple[int, int]) -> None:
    """Decode a frame to see that nothing is left over.

    Args:
        size: Rows and columns of the image. A frame of another size is not decoded, for it may ask for any amount of memory.

    Raises:
        HiddenBytesError: Data stand behind the last sample of a scan, or CharLS cannot follow them.
    """
    try:
        is_read = jpeg.size(frame) == size and jpeg_ls.decode_buffer(frame)
    except Exception:
        is_read = False
    if not is_read:
        raise HiddenBytesError("the data of a JPEG-LS frame go on behind its last sample, or cannot be followed to it")
