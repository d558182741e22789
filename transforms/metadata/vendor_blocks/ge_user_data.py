"""The user data of GE MR (0043,xx2A): the pool header, of which a few fields tell the direction of phase encoding.

All others become zero. The place of the fields depends on the version, which is a float at the beginning of the header within.

Source: the fields that dcm2niix reads.
"""

from __future__ import annotations

import math
import struct

_OFFSET_AT = 24
_MIN_SIZE, _MAX_SIZE = 916, 1 << 20
_VERSIONS = (5.0, 40.0)
_NEWER = 25.002
_SHIFT, _KY_SHIFT = 0x4C, 0x8C
_EPI, _POLARITY, _KY = 0x3A, 0x30, 0x394
_EPI_BIT, _POLARITY_BIT = 0x0800, 0x0004


def rebuild(data: bytes) -> bytes | None:
    """Zeros of the same length, with the version, the bits of EPI and of polarity, and the direction in k-space.

    None for what has no such header.
    """
    if not _MIN_SIZE <= len(data) <= _MAX_SIZE:
        return None
    (start,) = struct.unpack_from("<H", data, _OFFSET_AT)
    if len(data) < start + _MIN_SIZE:
        return None
    (version,) = struct.unpack_from("<f", data, start)
    if not math.isfinite(version) or not _VERSIONS[0] <= version <= _VERSIONS[1]:
        return None
    is_newer = version >= _NEWER
    fields = start + (_SHIFT if is_newer else 0)
    ky = fields + _KY - (_KY_SHIFT if is_newer else 0)
    built = bytearray(len(data))
    struct.pack_into("<H", built, _OFFSET_AT, start)
    struct.pack_into("<f", built, start, round(version, 3))
    for place, bits in ((fields + _EPI, _EPI_BIT), (fields + _POLARITY, _POLARITY_BIT)):
        (value,) = struct.unpack_from("<H", data, place)
        struct.pack_into("<H", built, place, value & bits)
    (direction,) = struct.unpack_from("<H", data, ky)
    struct.pack_into("<H", built, ky, direction if direction <= 8 else 0)
    return bytes(built)
