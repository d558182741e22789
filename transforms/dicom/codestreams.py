"""Comments and application data inside compressed frames: they are no pixels, and anything may stand in them.

Only marker segments of the header are cut out; the entropy-coded data, and so every decoded pixel, stays as it is.
Sources: ISO/IEC 10918-1 B.1 (JPEG), ISO/IEC 14495-1 C.1 (JPEG-LS), ISO/IEC 15444-1 A.9 (JPEG 2000).
"""

from __future__ import annotations

import re

_JPEG_START, _J2K_START = b"\xff\xd8", b"\xff\x4f\xff\x51"
_SCAN, _TILE, _COMMENT, _J2K_COMMENT = 0xDA, 0x90, 0xFE, 0x64
_COLOUR_SEGMENTS = {0xE0: b"JFIF\0", 0xE8: b"SPIFF\0", 0xEE: b"Adobe"}
"""Application segments that say how colours are coded: a decoder needs them."""
_JFIF_HEADER_BYTES = 16
_HARMLESS = re.compile(rb"[\0\1]{0,2}(Created by OpenJPEG version [0-9.]+|Kakadu-[v0-9.]+|LEAD Technologies Inc\. V[0-9.]+)\0?")
"""Names that encoders leave. A frame that holds nothing else is left untouched."""


def strip_comments(frame: bytes) -> bytes:
    """The frame without its comment and application segments; the very same object when there is nothing to cut.

    Args:
        frame: One compressed frame; other codestreams than JPEG, JPEG-LS and JPEG 2000 are returned as they are.
    """
    is_j2k = frame[:4] == _J2K_START
    if not is_j2k and frame[:2] != _JPEG_START:
        return frame
    kept, start, offset, stop = [], 0, 2, _TILE if is_j2k else _SCAN
    while offset + 4 <= len(frame) and frame[offset] == 0xFF:
        marker = frame[offset + 1]
        if marker == 0xFF:  # Fill bytes may stand before any marker.
            offset += 1
            continue
        if marker == stop:
            break
        end = offset + 2 + int.from_bytes(frame[offset + 2 : offset + 4], "big")
        if _is_foreign(marker, frame[offset + 4 : end], is_j2k):
            kept.append(frame[start:offset])
            start = end
        offset = end
    return b"".join([*kept, frame[start:]]) if kept else frame


def _is_foreign(marker: int, content: bytes, is_j2k: bool) -> bool:
    if is_j2k:
        return marker == _J2K_COMMENT and not _HARMLESS.fullmatch(content)
    if marker == _COMMENT:
        return not _HARMLESS.fullmatch(content)
    if not 0xE0 <= marker <= 0xEF:
        return False
    colour = _COLOUR_SEGMENTS.get(marker)
    # A JFIF segment may carry a thumbnail of the whole picture behind its header.
    has_thumbnail = marker == 0xE0 and len(content) + 2 > _JFIF_HEADER_BYTES
    return colour is None or not content.startswith(colour) or has_thumbnail


def strip_hidden_bytes(frame: bytes, transfer_syntax_uid: str, **shape: int) -> bytes:
    return strip_comments(frame)


def precision_of(frame: bytes) -> int | None:
    return None
