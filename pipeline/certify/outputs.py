"""The output of a de-identifier, read with pydicom and as raw bytes."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import dcmread
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.pixels import pixel_array
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.values import convert_SQ

from . import lossless_jpeg
from .needles import texts_of_bytes, views_of
from .tree import private_path, standard_path

_PIXELS = (0x7FE00010, 0x7FE00008, 0x7FE00009)
_FORMATS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
_ITEM = b"\xfe\xff\x00\xe0"
_TEXT_DELIMITERS = set(b"\n\r\t\f^=\\")
_LONGEST_VALUE = 1 << 20
"""A longer value is searched as bytes only."""


@dataclass(frozen=True)
class Value:
    """What an element of the output says.

    Attributes:
        text: As its VR and the character set of the header say.
        raw: Its bytes.
        vr: Value Representation; UN for private attributes of implicit VR.
    """

    text: str
    raw: bytes = field(repr=False)
    vr: str = "UN"

    def text_as(self, vr: str) -> str:
        """The text, where the file does not say the VR and the manifest does."""
        return numbers_in(self.raw, vr) if self.vr == "UN" and vr in _FORMATS else self.text

    @cached_property
    def views(self) -> list[tuple[str, str]]:
        """Everything that the bytes may say; see `needles.views_of`."""
        texts = {self.text}
        if len(self.raw) <= _LONGEST_VALUE and (not self.raw.isascii() or b"\0" in self.raw):
            texts.update(texts_of_bytes(self.raw))
        return [view for text in sorted(texts) for view in views_of(text)]


@dataclass
class Output:
    """One DICOM file of the output.

    Attributes:
        file: Path relative to the folder, with slashes.
        data: The whole file.
        dataset: As pydicom reads it.
        values: Path -> what stands there, in the words of `manifest.Plant`; `preamble` and `file name` too.
    """

    file: str
    data: bytes = field(repr=False)
    dataset: FileDataset = field(repr=False)
    values: dict[str, Value] = field(repr=False)

    @classmethod
    def read(cls, file: str, data: bytes) -> Output | None:
        """The output of some bytes; None where they are no DICOM."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                dataset = dcmread(io.BytesIO(data), force=True)
                # Some programs remove the SOP Class UID: what they wrote is an instance all the same.
                if "SOPClassUID" not in dataset and "TransferSyntaxUID" not in dataset.file_meta:
                    return None
                values = dict(_values(dataset))
                values |= {f"meta/{path}": value for path, value in _values(dataset.file_meta)}
        except Exception:  # pydicom raises whatever a parser of malformed bytes may raise.
            return None
        values["preamble"] = Value((dataset.preamble or b"").decode("latin-1"), dataset.preamble or b"")
        values["file name"] = Value(file, file.encode())
        return cls(file, data, dataset, values)

    def text(self, path: str) -> str:
        """What stands at a place, empty where nothing does."""
        value = self.values.get(path)
        return value.text if value else ""

    @property
    def codestreams(self) -> bytes:
        """The bytes of the pixel data element."""
        for tag in _PIXELS:
            if tag in self.dataset:
                return bytes(self.dataset[tag].value or b"")
        return b""

    @cached_property
    def frames(self) -> npt.NDArray[Any] | None:
        """(frames, rows, columns) or (frames, rows, columns, 3), as a viewer decodes them; None where there are none.

        Raises:
            Exception: Whatever a decoder raises on frames that it cannot read.
        """
        if not any(tag in self.dataset for tag in _PIXELS):
            return None
        lossless_jpeg.register()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pixels: npt.NDArray[Any] = pixel_array(self.dataset)
        is_colour = int(self.dataset.get("SamplesPerPixel", 1)) == 3
        return pixels if pixels.ndim == 3 + is_colour else pixels[np.newaxis]


def read_folder(folder: Path) -> tuple[list[Output], list[str]]:
    """(the DICOM files of a folder, the paths of all others), in the order of their names."""
    outputs, others = [], []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            output = Output.read(name, path.read_bytes())
            if output is None:
                others.append(name)
            else:
                outputs.append(output)
    return outputs, others


def numbers_in(raw: bytes, vr: str) -> str:
    """The numbers of a binary VR, with backslashes between them."""
    size = struct.calcsize(_FORMATS[vr])
    numbers = struct.unpack(f"<{len(raw) // size}{_FORMATS[vr]}", raw[: len(raw) // size * size])
    return "\\".join(f"{number:.7g}" if vr in ("FL", "FD") else str(number) for number in numbers)


def _values(dataset: Dataset, above: str = "", encodings: list[str] | None = None) -> Iterator[tuple[str, Value]]:
    encodings = _encodings(dataset) or encodings or ["iso8859"]
    creators: dict[int, str] = {}
    for tag in sorted(dataset.keys()):
        if int(tag) in _PIXELS:
            continue
        if tag.is_private_creator:
            creators[(tag.group << 8) | (tag.element & 0xFF)] = str(dataset[tag].value).strip()
        path = f"{above}{_path(tag, creators)}"
        element = dataset.get_item(tag)
        vr, raw = _vr(element, tag), _raw(element)
        items = dataset[tag].value if vr == "SQ" else _hidden_items(raw) if vr == "UN" else None
        if items is not None:
            for number, item in enumerate(items):
                yield from _values(item, f"{path}[{number}]/", encodings)
        else:
            yield path, Value(_text(raw, vr, encodings) if isinstance(element, RawDataElement) else str(element.value), raw, vr)


def _hidden_items(raw: bytes) -> Sequence | None:
    """The items of a private sequence of implicit VR, whose VR the file does not say; None where the bytes are none."""
    if not raw.startswith(_ITEM):
        return None
    try:
        return convert_SQ(raw, is_implicit_VR=True, is_little_endian=True)
    except Exception:  # Bytes that only begin like a sequence.
        return None


def _path(tag: BaseTag, creators: dict[int, str]) -> str:
    if not tag.is_private or tag.is_private_creator:
        return standard_path(tag)
    creator = creators.get((tag.group << 8) | (tag.element >> 8), "")
    return private_path(tag.group, creator, tag.element & 0xFF)


def _vr(element: Any, tag: BaseTag) -> str:
    vr = element.VR
    if vr in (None, "UN") and dictionary_has_tag(tag):
        vr = dictionary_VR(tag)
    return str(vr or "UN")


def _raw(element: DataElement | RawDataElement) -> bytes:
    value = element.value
    if isinstance(value, bytes):
        return value
    return str(value if value is not None else "").encode("utf-8", "ignore")


def _text(raw: bytes, vr: str, encodings: list[str]) -> str:
    if vr in _FORMATS:
        return numbers_in(raw, vr)
    if len(raw) > _LONGEST_VALUE:
        return ""
    return decode_bytes(raw, encodings, _TEXT_DELIMITERS).rstrip(" \0")


def _encodings(dataset: Dataset) -> list[str] | None:
    """What the data set's own Specific Character Set says; None where it says nothing."""
    if "SpecificCharacterSet" not in dataset:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return convert_encodings(dataset.SpecificCharacterSet)
