"""Names of outputs that people can read: a template over pseudonyms and attributes of the de-identified data set."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from ..core.choices import did_you_mean
from ..core.errors import OutputWriteError
from ..core.file_names import is_device
from ..core.published import OutputNames

DEFAULT_LAYOUT = "{patient}/{study}/{series}/{instance}"
LONGEST_PATH = 120
"""Letters of a path below `instances/`: Windows allows 260 for a whole path, and a receiver has folders of their own."""
_LONGEST_TEXT = 40
_SUFFIX = ".dcm"
_PSEUDONYMS = ("patient", "study", "series", "instance", "study_number")
_NUMBERS = {"series_number": "SeriesNumber", "acquisition_number": "AcquisitionNumber", "instance_number": "InstanceNumber"}
_TEXTS = {
    "study_date": "StudyDate",
    "study_description": "StudyDescription",
    "series_description": "SeriesDescription",
    "protocol_name": "ProtocolName",
    "modality": "Modality",
    "body_part": "BodyPartExamined",
}
FIELDS = (*_PSEUDONYMS, *_NUMBERS, *_TEXTS)
_OF_STUDY = frozenset({"study_date", "study_description"})
_OF_INSTANCE = frozenset({"instance_number"})
_OF_SERIES = frozenset({*_NUMBERS, *_TEXTS}) - _OF_STUDY - _OF_INSTANCE
_LENGTHS = {"study_number": 8, **dict.fromkeys(_NUMBERS, 12), **dict.fromkeys(_TEXTS, 0)}
"""The most letters of a field. Texts are cut to what is left."""
_PATIENT, _UID = 16, 44
_STUDY_MARK, _SERIES_MARK, _INSTANCE_MARK = 6, 6, 8
"""Letters of the marks that keep studies, series and instances apart. 40 bits for instances that have all else in common."""
_LITERAL = re.compile(r"[A-Za-z0-9._-]*")
_FORMAT = re.compile(r"(?:0[1-9])?")


@dataclass(frozen=True)
class OutputLayout:
    """Where the outputs stand below `instances/`.

    Args:
        template: Folders and a file name with fields in braces, without ".dcm". A number may have a width: {series_number:03}.
        longest_patient, longest_uid: The most letters of a Patient ID and of a UID.

    Raises:
        ValueError: A field is unknown, or the path would be no safe name.
    """

    template: str = DEFAULT_LAYOUT
    longest_patient: int = field(default=_PATIENT, compare=False)
    longest_uid: int = field(default=_UID, compare=False)

    def __post_init__(self) -> None:
        if self.template == DEFAULT_LAYOUT:
            return
        if self.template.lower().endswith(_SUFFIX):
            raise ValueError(f"output.layout: leave out {_SUFFIX} at its end; every output has it")
        try:
            parts = [_parse(part) for part in self.template.split("/")]
        except ValueError as error:
            raise ValueError(f"output.layout: {error}") from None
        marks = [_mark_letters(part, is_last=part is parts[-1]) for part in parts]
        lengths = {
            **_LENGTHS,
            "patient": max(_PATIENT, self.longest_patient),
            **dict.fromkeys(("study", "series", "instance"), self.longest_uid),
        }
        letters = (
            sum(len(text) + lengths.get(name, 0) for part in parts for text, name, _ in part) + sum(marks) + len(parts) - 1
        )
        if letters + len(_SUFFIX) > LONGEST_PATH:
            raise ValueError(
                f"output.layout: a path may have {letters + len(_SUFFIX)} letters, and more than {LONGEST_PATH} are not safe; "
                "study_number is shorter than study, and instance_number than instance"
            )

    @property
    def is_default(self) -> bool:
        """Whether outputs are called by their pseudonyms alone."""
        return self.template == DEFAULT_LAYOUT

    def names(self, names: OutputNames, dataset: Dataset) -> OutputNames:
        """The names of an output with its path.

        Deterministic, and different for different instances: the folder of a series and the file have a mark made of the
        pseudonymous UID, where their names do not hold it.

        Args:
            names: The pseudonyms.
            dataset: The data set as it is written; nothing of the source is looked at.

        Raises:
            OutputWriteError: The path is too long, by an attribute that is longer than its VR allows.
        """
        if self.is_default:
            return names
        for longest in range(_LONGEST_TEXT, -1, -1):
            path = "/".join(self._components(names, dataset, longest)) + _SUFFIX
            if len(path) <= LONGEST_PATH:
                return OutputNames(
                    names.patient_id, names.study_instance_uid, names.series_instance_uid, names.sop_instance_uid, path
                )
        raise OutputWriteError("the name of the output is too long")

    def _components(self, names: OutputNames, dataset: Dataset, longest: int) -> list[str]:
        values = _values(names, dataset, longest)
        parts = _parsed(self.template)
        made = []
        for part in parts:
            text = "".join(literal + _formatted(values.get(name, ""), width) for literal, name, width in part)
            marks = _marks(part, names, is_last=part is parts[-1])
            made.append(_safe("-".join(filter(None, (text.strip("._- "), marks)))))
        return made


DEFAULT = OutputLayout()

_Part = tuple[tuple[str, str, str], ...]
"""Literal text, field behind it ("" for none) and format, for all of one component of a path."""


@functools.lru_cache(maxsize=8)
def _parsed(template: str) -> tuple[_Part, ...]:
    return tuple(map(_parse, template.split("/")))


def _parse(component: str) -> _Part:
    part = []
    for literal, name, form, conversion in string.Formatter().parse(component):
        if not _LITERAL.fullmatch(literal):
            raise ValueError("between fields, letters without accents, digits, dots, hyphens and underscores are safe")
        if name is not None and name not in FIELDS:
            raise ValueError(f"{name!r} is no field{did_you_mean(name, FIELDS) or ';'} the fields are: {', '.join(FIELDS)}")
        if conversion or (form and (name not in _NUMBERS or not _FORMAT.fullmatch(form))):
            raise ValueError("only numbers have a format: their width, such as {series_number:03}")
        part.append((literal, name or "", form or ""))
    if not any(name or literal.strip("._- ") for literal, name, _ in part):
        raise ValueError("a folder or the file has no name: give them with / between them, and no / at the ends")
    return tuple(part)


def _values(names: OutputNames, dataset: Dataset, longest: int) -> Mapping[str, str]:
    return {
        "patient": names.patient_id,
        "study": names.study_instance_uid,
        "series": names.series_instance_uid,
        "instance": names.sop_instance_uid,
        "study_number": names.study_number,
        **{name: _number(dataset, keyword) for name, keyword in _NUMBERS.items()},
        **{name: _text(dataset, keyword)[:longest].strip("._-") for name, keyword in _TEXTS.items()},
    }


def _number(dataset: Dataset, keyword: str) -> str:
    try:
        return str(int(dataset.get(keyword) or 0))
    except (TypeError, ValueError):
        return "0"


def _text(dataset: Dataset, keyword: str) -> str:
    """The value of an attribute in ASCII, with underscores for all that is not safe in a name."""
    plain = unicodedata.normalize("NFKD", str(dataset.get(keyword) or ""))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9.-]+", "_", plain).strip("._-")


def _formatted(value: str, width: str) -> str:
    return value.zfill(int(width)) if width else value


def _fields_of(part: _Part) -> frozenset[str]:
    return frozenset(name for _, name, _ in part)


def _mark_letters(part: _Part, *, is_last: bool) -> int:
    """The letters that the mark of a component adds, with its hyphen."""
    uid, letters = _marked(part, is_last=is_last)
    return letters + 1 if uid else 0


def _marked(part: _Part, *, is_last: bool) -> tuple[str, int]:
    """Which UID a component needs a mark of, "" for none, and its letters."""
    names = _fields_of(part)
    if is_last:
        return ("", 0) if "instance" in names else ("instance", _INSTANCE_MARK)
    if names & _OF_SERIES and "series" not in names:
        return "series", _SERIES_MARK
    return ("study", _STUDY_MARK) if names & _OF_STUDY and not names & {"study", "study_number"} else ("", 0)


def _marks(part: _Part, names: OutputNames, *, is_last: bool) -> str:
    uid, letters = _marked(part, is_last=is_last)
    if not uid:
        return ""
    named = {"study": names.study_instance_uid, "series": names.series_instance_uid, "instance": names.sop_instance_uid}
    return base64.b32encode(hashlib.sha256(named[uid].encode()).digest()).decode("ascii")[:letters]


def _safe(name: str) -> str:
    """A name that Windows takes: none of a device, no dot or space at its end."""
    name = name.rstrip(". ") or "none"
    stem, dot, ending = name.partition(".")
    return f"{stem}_{dot}{ending}" if is_device(name) else name
