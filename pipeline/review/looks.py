"""The table of what was looked at: JSON Lines beside the table of decisions, one signed answer a line.

A later answer on an image takes the place of an earlier one. An answer counts as long as the output is the same to the byte.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from efface.transforms.core.errors import OutputConflictError
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage import open_listed, storage_of

from ..decisions.table import DecisionError

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What a person said of a published instance.

    Attributes:
        sop_instance_uid: Pseudonym, as in the output.
        output_sha256: Of the output that was looked at.
        is_missed: Something that identifies is still to be seen.
        looked_by: Keyed pseudonym of the person.
        at: The date, YYYY-MM-DD.
    """

    sop_instance_uid: str
    output_sha256: str
    is_missed: bool
    looked_by: str
    at: str


def looks_uri(decisions: str) -> str:
    """The place of the table, by that of the decisions."""
    return f"{decisions.removesuffix('.jsonl')}.looks.jsonl"


def read_looks(uri: str, pseudonyms: Pseudonyms) -> list[Look]:
    """The answers, in order. A table that does not exist is empty.

    Raises:
        DecisionError: A line is not signed by this key.
        EffaceError: The table cannot be read.
    """
    return [look for look, _ in _rows(storage_of(uri).read(uri) or b"", pseudonyms)]


def append_look(uri: str, look: Look, pseudonyms: Pseudonyms) -> None:
    """Sign an answer and add it to the table, also where others write to it at the same time.

    Raises:
        DecisionError: A line is not signed by this key, or others write all the time.
        EffaceError: The table cannot be read or written.
    """
    for _ in range(_TRIES):
        stored = storage_of(uri).find(uri)
        data = b""
        if stored is not None:
            with open_listed(stored) as file:
                data = file.read()
        rows = _rows(data, pseudonyms)
        signature = _sign(look, rows[-1][1] if rows else "", pseudonyms)
        line = json.dumps(dataclasses.asdict(look) | {"signature": signature}) + "\n"
        try:
            storage_of(uri).write(uri, data + line.encode(), replace=stored or False)
        except OutputConflictError:
            continue
        return
    raise DecisionError("the table of looks changes all the time; try again")


def _rows(data: bytes, pseudonyms: Pseudonyms) -> list[tuple[Look, str]]:
    rows: list[tuple[Look, str]] = []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            fields = json.loads(line)
            signature = fields.pop("signature")
            look = Look(**fields)
            is_signed = signature == _sign(look, rows[-1][1] if rows else "", pseudonyms)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            is_signed = False
        if not is_signed:
            raise DecisionError(f"the table of looks: line {number} is not signed by this key, or was changed or moved")
        rows.append((look, signature))
    return rows


def _sign(look: Look, previous: str, pseudonyms: Pseudonyms) -> str:
    """An HMAC over the row and the signature of the row before it."""
    return pseudonyms.token("look", json.dumps([previous, dataclasses.asdict(look)], sort_keys=True), 52)
