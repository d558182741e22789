"""Which transfer syntaxes are read, which are refused, and why: what a person can do depends on the kind."""

from __future__ import annotations

from pydicom.uid import UID, ExplicitVRBigEndian, UID_dictionary

from ..core.errors import TransferSyntaxError

_ROOT = "1.2.840.10008.1.2"
_MPEG_2 = tuple(f"{_ROOT}.4.{number}" for number in ("100", "100.1", "101", "101.1"))
_MPEG_4 = tuple(f"{_ROOT}.4.{number}{end}" for number in (102, 103, 104, 105, 106) for end in ("", ".1"))
_HEVC = (f"{_ROOT}.4.107", f"{_ROOT}.4.108")
_SMPTE = tuple(f"{_ROOT}.7.{number}" for number in (1, 2, 3))
_JPEG_XL = tuple(f"{_ROOT}.4.{number}" for number in (110, 111, 112))
_DEFLATED_FRAMES = f"{_ROOT}.8.1"
_ON_A_SERVER = tuple(f"{_ROOT}.4.{number}" for number in (94, 95, 204, 205))
_MANY_COMPONENTS = (f"{_ROOT}.4.92", f"{_ROOT}.4.93")


def check_transfer_syntax(uid: str) -> None:
    """Refuse a transfer syntax that efface does not read (PS3.5 section 10, PS3.6 table A-1).

    Raises:
        TransferSyntaxError: It is refused, with what to do; or it is private, or none of the standard.
    """
    if uid in _MPEG_2:
        raise TransferSyntaxError("the frames are MPEG-2 video; make an image of many frames of it first")
    if uid in _MPEG_4:
        raise TransferSyntaxError("the frames are MPEG-4 video; make an image of many frames of it first")
    if uid in _HEVC:
        raise TransferSyntaxError("the frames are HEVC video; make an image of many frames of it first")
    if uid in _SMPTE:
        raise TransferSyntaxError("the frames are a stream of SMPTE ST 2110; make an image of many frames of it first")
    if uid in _JPEG_XL:
        raise TransferSyntaxError("the frames are JPEG XL; decode them to an uncompressed transfer syntax first")
    if uid == _DEFLATED_FRAMES:
        raise TransferSyntaxError("the frames are deflated one by one; decode them to an uncompressed transfer syntax first")
    if uid in _ON_A_SERVER:
        raise TransferSyntaxError("the pixels lie on a server (JPIP); fetch them into the instance first")
    if uid in _MANY_COMPONENTS:
        raise TransferSyntaxError("the frames are JPEG 2000 of several components together; decode them first")
    if UID(uid).type != "Transfer Syntax":
        raise TransferSyntaxError("the transfer syntax is private, or none of the standard")


def readable_transfer_syntaxes() -> tuple[UID, ...]:
    """Every transfer syntax that efface reads: of the retired ones, Explicit VR Big Endian."""
    known = (uid for uid in map(UID, sorted(UID_dictionary)) if not uid.is_retired or uid == ExplicitVRBigEndian)
    return tuple(uid for uid in known if _is_readable(uid))


def _is_readable(uid: UID) -> bool:
    try:
        check_transfer_syntax(uid)
    except TransferSyntaxError:
        return False
    return True
