"""Builds an ICC profile anew from its numbers, so that no text of it travels.

A profile names devices, firms and people: in its description, in its copyright, in private tags, and between its tags. Only
what gives colours is read: the header's kinds, primaries, curves and lookup tables, each to its last byte. All else is neutral.
Source: ICC.1:2022 (profile version 4.4), and ICC.1:2001-04 for version 2.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping

from .binary_values import reads_as_text

_HEADER_BYTES, _TAG_BYTES, _HEAD_BYTES = 128, 12, 8
_MAX_TAGS = 100
_CLASSES, _SPACES, _CONNECTIONS = (b"scnr", b"mntr", b"prtr", b"spac"), (b"RGB ", b"GRAY"), (b"XYZ ", b"Lab ")
_POINTS = frozenset({b"wtpt", b"bkpt", b"lumi", b"rXYZ", b"gXYZ", b"bXYZ"})
_CURVES = frozenset({b"rTRC", b"gTRC", b"bTRC", b"kTRC"})
_TO_CONNECTION = frozenset({b"A2B0", b"A2B1", b"A2B2"})
_FROM_CONNECTION = frozenset({b"B2A0", b"B2A1", b"B2A2"})
_OF_COLOURS = _CURVES | _TO_CONNECTION | {b"rXYZ", b"gXYZ", b"bXYZ", b"chad"}
"""Without one of these that the source has, a pixel would get another colour."""
_OF_RGB = frozenset({b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"})
_PARAMETERS = (1, 3, 4, 5, 7)
"""Of each kind of parametric curve."""
_MIN_TEXT_BYTES = 32
_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_D50 = struct.pack(">3i", 63190, 65536, 54061)
_DESCRIPTION, _COPYRIGHT = "Colour profile", "None"


class _UnreadableError(Exception):
    """A tag is not what its type says, or holds more."""


_UNREADABLE = (_UnreadableError, struct.error, IndexError, ValueError)
"""The others are of a tag that is cut off."""


def rebuild(data: bytes) -> bytes | None:
    """A profile that gives the same colours and holds no text; None where the numbers cannot be read to the last byte.

    Args:
        data: A profile; its lengths and offsets may be wrong.
    """
    try:
        tags = _tags(data)
        numbers = _numbers(tags)
    except _UNREADABLE:
        return None
    version, kind, space, connection = data[8], data[12:16], data[16:20], data[20:24]
    is_known = kind in _CLASSES and space in _SPACES and connection in _CONNECTIONS and version in (2, 4, 5)
    needed = _OF_RGB if space == b"RGB " else frozenset({b"kTRC"})
    gives_colours = needed <= numbers.keys() or bool(_TO_CONNECTION & numbers.keys())
    return _write(data[:_HEADER_BYTES], numbers) if is_known and gives_colours else None


def _tags(data: bytes) -> dict[bytes, bytes]:
    """Signature -> content of each tag."""
    count = struct.unpack_from(">I", data, _HEADER_BYTES)[0]
    if data[36:40] != b"acsp" or count > _MAX_TAGS:
        raise _UnreadableError
    tags = {}
    for number in range(count):
        name, offset, size = struct.unpack_from(">4sII", data, _HEADER_BYTES + 4 + number * _TAG_BYTES)
        tags[name] = data[offset : offset + size]
    return tags


def _numbers(tags: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The tags that hold numbers, built anew. One that gives colours must be readable; others can be left out."""
    numbers = {}
    for name, content in tags.items():
        read = _READERS.get(name)
        if read is None:
            continue
        try:
            rebuilt = read(content)
            if len(rebuilt) >= _MIN_TEXT_BYTES and reads_as_text(rebuilt[_HEAD_BYTES:]):
                raise _UnreadableError
        except _UNREADABLE:
            if name in _OF_COLOURS:
                raise
            continue
        numbers[name] = rebuilt
    return numbers


def _exactly(content: bytes, size: int) -> bytes:
    """The first bytes of a tag; what may follow is padding up to four bytes.

    Raises:
        _UnreadableError: It is shorter, or longer than padding explains.
    """
    if not size <= len(content) <= size + -size % 4 or content[size:].strip(b"\0"):
        raise _UnreadableError
    return content[:size]


def _head(kind: bytes) -> bytes:
    return kind + b"\0\0\0\0"


def _of_kind(kind: bytes, content: bytes) -> None:
    if content[:4] != kind:
        raise _UnreadableError


def _point(content: bytes) -> bytes:
    _of_kind(b"XYZ ", content)
    return _head(b"XYZ ") + _exactly(content, 20)[8:]


def _matrix(content: bytes) -> bytes:
    _of_kind(b"sf32", content)
    return _head(b"sf32") + _exactly(content, 44)[8:]


def _curve(content: bytes) -> bytes:
    size = _curve_bytes(content)
    return _clean_curve(_exactly(content, size))


def _curve_bytes(content: bytes) -> int:
    """The length of the curve with which a content begins."""
    if content[:4] == b"curv":
        return int(12 + 2 * struct.unpack_from(">I", content, 8)[0])
    if content[:4] == b"para":
        kind = struct.unpack_from(">H", content, 8)[0]
        if kind < len(_PARAMETERS):
            return 12 + 4 * _PARAMETERS[kind]
    raise _UnreadableError


def _clean_curve(curve: bytes) -> bytes:
    if curve[:4] == b"para":
        return _head(b"para") + curve[8:10] + b"\0\0" + curve[12:]
    values = struct.unpack(f">{(len(curve) - 12) // 2}H", curve[12:])
    if len(values) > 1 and list(values) not in (sorted(values), sorted(values, reverse=True)):
        raise _UnreadableError  # No tone curve; it can spell anything.
    return _head(b"curv") + curve[8:]


def _table(content: bytes) -> bytes:
    kind = content[:4]
    if kind in (b"mAB ", b"mBA "):
        return _multi_table(content)
    if kind not in (b"mft1", b"mft2"):
        raise _UnreadableError
    inputs, outputs, grid = content[8:11]
    width = 1 if kind == b"mft1" else 2
    entries = (256, 256) if width == 1 else struct.unpack_from(">2H", content, 48)
    start = 48 if width == 1 else 52
    values = inputs * entries[0] + grid**inputs * outputs + outputs * entries[1]
    exact = _exactly(content, start + width * values)
    return _head(kind) + exact[8:11] + b"\0" + exact[12:]


def _multi_table(content: bytes) -> bytes:
    """Curves, matrix and table of a `lutAToBType` or `lutBToAType`, one behind the other."""
    inputs, outputs = content[8], content[9]
    b_at, matrix_at, m_at, clut_at, a_at = struct.unpack_from(">5I", content, 12)
    is_to_connection = content[:4] == b"mAB "
    b_count, a_count = (outputs, inputs) if is_to_connection else (inputs, outputs)
    parts = [
        _curves(content, b_at, b_count),
        content[matrix_at : matrix_at + 48] if matrix_at else b"",
        _curves(content, m_at, b_count),
        _grid(content, clut_at, inputs, outputs),
        _curves(content, a_at, a_count),
    ]
    if matrix_at and len(parts[1]) < 48:
        raise _UnreadableError
    offsets, position = [], 32
    for part in parts:
        offsets.append(position if part else 0)
        position += len(part)
    return _head(content[:4]) + bytes((inputs, outputs, 0, 0)) + struct.pack(">5I", *offsets) + b"".join(parts)


def _curves(content: bytes, offset: int, count: int) -> bytes:
    parts = []
    for _ in range(count if offset else 0):
        size = _curve_bytes(content[offset:])
        if offset + size > len(content):
            raise _UnreadableError
        parts.append(_padded(_clean_curve(content[offset : offset + size])))
        offset += size + -size % 4
    return b"".join(parts)


def _grid(content: bytes, offset: int, inputs: int, outputs: int) -> bytes:
    if not offset:
        return b""
    points, width = content[offset : offset + inputs], content[offset + 16 : offset + 17]
    size = math.prod(points) * outputs * sum(width)
    values = content[offset + 20 : offset + 20 + size]
    if width not in (b"\1", b"\2") or not 0 < inputs <= 16 or len(values) < size:
        raise _UnreadableError
    return _padded(points.ljust(16, b"\0") + width + b"\0\0\0" + values)


def _padded(part: bytes) -> bytes:
    return part + b"\0" * (-len(part) % 4)


_READERS: Mapping[bytes, Callable[[bytes], bytes]] = {
    **dict.fromkeys(_POINTS, _point),
    **dict.fromkeys(_CURVES, _curve),
    **dict.fromkeys(_TO_CONNECTION | _FROM_CONNECTION, _table),
    b"chad": _matrix,
}


def _write(header: bytes, numbers: Mapping[bytes, bytes]) -> bytes:
    is_old = header[8] < 4
    texts = {
        b"desc": _old_description(_DESCRIPTION) if is_old else _text(_DESCRIPTION),
        b"cprt": _head(b"text") + _COPYRIGHT.encode() + b"\0" if is_old else _text(_COPYRIGHT),
    }
    contents = {name: _padded(content) for name, content in {**texts, **numbers}.items()}
    position = _HEADER_BYTES + 4 + _TAG_BYTES * len(contents)
    entries, body, places = [], [], {}
    for name, content in contents.items():
        if content not in places:  # Equal tags share their place.
            places[content] = position
            body.append(content)
            position += len(content)
        entries.append(struct.pack(">4sII", name, places[content], len(content)))
    intent = struct.pack(">I", header[67] % 4)
    head = struct.pack(">I4x", position) + header[8:10] + b"\0\0" + header[12:24] + _DATE + b"acsp" + bytes(24) + intent + _D50
    return head.ljust(_HEADER_BYTES, b"\0") + struct.pack(">I", len(entries)) + b"".join([*entries, *body])


def _text(text: str) -> bytes:
    value = text.encode("utf-16-be")
    return _head(b"mluc") + struct.pack(">II4sII", 1, 12, b"enUS", len(value), 28) + value


def _old_description(text: str) -> bytes:
    value = text.encode() + b"\0"
    return _head(b"desc") + struct.pack(">I", len(value)) + value + bytes(8 + 3 + 67)


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def srgb() -> bytes:
    """sRGB (IEC 61966-2-1), which viewers assume of an image without a profile."""
    curve = _head(b"para") + b"\0\3\0\0" + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    primaries = {b"r": (0.43607, 0.22249, 0.01392), b"g": (0.38515, 0.71687, 0.09708), b"b": (0.14307, 0.06061, 0.7141)}
    adaptation = (1.04788, 0.02292, -0.0502, 0.02959, 0.99048, -0.01706, -0.00923, 0.01508, 0.75168)
    numbers = {
        b"wtpt": _head(b"XYZ ") + _D50,
        b"chad": _head(b"sf32") + _fixed(*adaptation),
        **{name + b"XYZ": _head(b"XYZ ") + _fixed(*primary) for name, primary in primaries.items()},
        **{name + b"TRC": curve for name in primaries},
    }
    return _write(bytes(8) + b"\4\x40\0\0" + b"mntrRGB XYZ ".ljust(_HEADER_BYTES - 12, b"\0"), numbers)
