"""The protocol data block of GE MR (0025,xx1B): a length and a gzip stream with lines `set NAME "VALUE"`, or XML.

Lines stay that tell the order and the timing of the slices, where their values are numbers or options of a closed set.

Source: the names that dcm2niix reads of it (`geProtocolBlock`).
"""

from __future__ import annotations

import re
import struct
import zlib

_MAX_SIZE, _MAX_LINES = 1 << 20, 20_000
_GZIP = b"\x1f\x8b\x08"
_HEADER = _GZIP + b"\0\0\0\0\0\0\xff"
_LINE = re.compile(rb'[ \t]{0,8}(?:set[ \t]{1,8})?([A-Z][A-Z0-9_]{0,31})[ \t]{0,8}[=]?[ \t]{0,8}"?([^"\r\n]{0,400})"?')
_NUMBER = r"[-+]?\d{1,12}(?:\.\d{0,12})?"
_OPTIONS = "IOPT"
_OPTION = re.compile(
    r"(?:3DASL|ARC|ASL|ASPIR|ASSET|BSP|CARDGATE|CLASSIC|CUBE|DE|DIFF|EDR|EPI|FAST|FAT|FC|FC_FREQ|FC_SLICE|FILT|FLUOROTRIG"
    r"|FMRI|FR|HYPERBAND|IRP|IRPREP|MAGIC|MP|MPH|MPHVAR|MSDE|MULTIBAND|MULTIECHO|MULTIPHASE|NOISE|NPW|PROP|RESPCOMP"
    r"|RESPTRIG|RTF|RTIA|SAT|SEQ|SEQUENTIAL|SPECIR|SQ|SSRF|T2PREP|TRF|VBW|WATER|ZIP2|ZIP4|ZIP512|ZIP1024)",
    re.IGNORECASE,
)
_WORD = (
    r"(?:FAST|GRADIENT|SPIN|INVERSION|RECOVERY|ECHO|SPOILED|STEADY|STATE|EPI|GRE|SE|FSE|FSE-XL|FGRE|SPGR|FIESTA|BRAVO|CUBE"
    r"|SSFSE|SWAN|FLAIR|3DASL|MEMP|VEMP)"
)
_FORMS = {
    name: re.compile(form, re.IGNORECASE)
    for names, form in {
        ("SLICEORDER", "VIEWORDER", "MBACCEL", "NOSLC", "DELACQNOAV"): _NUMBER,
        ("DELACQ",): rf"Minimum|{_NUMBER}",
        ("PHASEDELAYS1",): rf"{_NUMBER}(?:[ ,;:]{{1,2}}{_NUMBER}){{0,128}}",
        ("PSEQ",): rf"{_WORD}(?: {_WORD}){{0,4}}",
    }.items()
    for name in names
}


def rebuild(data: bytes) -> bytes | None:
    """The block with the lines of the list; None for what is none, for XML and where no line is on the list."""
    text = _inflate(data[4:])
    if text is None:
        return None
    lines: dict[str, str] = {}
    for line in text.splitlines()[:_MAX_LINES]:
        found = _LINE.fullmatch(line.rstrip(b" \t\0"))
        if found is None:
            continue
        name, value = found[1].decode("ascii"), found[2].decode("latin-1").strip()
        value = _known_options(value) if name == _OPTIONS else value
        form = _FORMS.get(name)
        if name not in lines and value and (name == _OPTIONS or (form is not None and form.fullmatch(value))):
            lines[name] = value
    if not lines:
        return None
    body = "\n" + "".join(f'set {name} "{value}"\n' for name, value in lines.items())
    packed = _pack(body.encode("ascii"))
    return struct.pack("<I", len(packed)) + packed


def _known_options(value: str) -> str:
    """The imaging options of the list among those of a line."""
    return ", ".join(option for option in re.split(r"[,;_ ]{1,3}", value) if _OPTION.fullmatch(option))


def _inflate(data: bytes) -> bytes | None:
    """What a gzip stream holds, as far as `_MAX_SIZE`; None for what is none or damaged."""
    if not data.startswith(_GZIP):
        return None
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MAX_SIZE)
    except zlib.error:
        return None


def _pack(text: bytes) -> bytes:
    """A gzip stream of stored bytes: the same in every version of the library, without a time or a name."""
    stored = b"".join(
        struct.pack("<BHH", start + 0xFFFF >= len(text), len(part), len(part) ^ 0xFFFF) + part
        for start in range(0, len(text), 0xFFFF)
        if (part := text[start : start + 0xFFFF])
    )
    return _HEADER + stored + struct.pack("<II", zlib.crc32(text), len(text))
