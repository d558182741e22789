"""The table of decisions: a file of JSON Lines at any place that efface can write to, one signed decision a line.

It only grows: a decision is taken back by a later line ("withdraw"). Every line is signed by the key of the run together
with the signature of the line before it (`core.decisions.sign`), so a line that was changed, added without the key, moved or
taken out of the middle is found when the table is read, and no run starts with it.

The table names people by pseudonyms. Their names go to the vault alone, where one is given (`<vault>/deciders.csv`).
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from efface.transforms.audit.vault import note_decider
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decision, Decisions, Device, Scope, in_force, person_ref, sign
from efface.transforms.core.errors import OutputConflictError
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage import open_listed, reason_of, storage_of

from ..policy_document import PolicyError

_TRIES = 5
_FIELDS = frozenset(one.name for one in dataclasses.fields(Decision))


class DecisionError(PolicyError):
    """A decision, or a table of decisions, cannot be used; the message names the line and no value."""


def read_decisions(uri: str, pseudonyms: Pseudonyms) -> Decisions:
    """The decisions of a table that are in force.

    Args:
        uri: The table. One that does not exist is empty.
        pseudonyms: Of the key that signed it.

    Raises:
        DecisionError: It cannot be read, or a line is not signed by this key; the message names the line.
    """
    return Decisions.of(read_rows(uri, pseudonyms), pseudonyms)


def read_rows(uri: str, pseudonyms: Pseudonyms, *, must_exist: bool = False) -> tuple[Decision, ...]:
    """Every line of a table, in order, also what was withdrawn.

    Args:
        uri, pseudonyms: See `read_decisions`.
        must_exist: For a policy that names the table: a mistyped place would leave out boxes that people added.

    Raises:
        DecisionError: See `read_decisions`; or the table has to exist and does not.
    """
    stored, rows, _ = _read(uri, pseudonyms)
    if stored is None and must_exist:
        raise DecisionError("decisions: there is no table at this place; `efface decide` or an empty file makes one")
    return rows


def append_decision(uri: str, decision: Decision, pseudonyms: Pseudonyms, author: str, vault: str = "") -> Decision:
    """Sign a decision and add it to a table, also where others write to it at the same time.

    Args:
        uri: The table, which is made where there is none.
        decision: With its date in `at`. `decided_by` and `signature` are set here.
        pseudonyms: Of the key of the runs that will apply it.
        author: The name of the person who decides: only its pseudonym is written to the table.
        vault: Prefix of the vault, where pseudonym and name are noted; "" for none.

    Returns:
        The decision as it stands in the table.

    Raises:
        DecisionError: The table cannot be read, or the decision has no author or date, or withdraws nothing.
        EffaceError: The table or the vault cannot be written.
    """
    if not author.strip() or not decision.at:
        raise DecisionError("a decision needs who decides, and the date")
    decision = dataclasses.replace(decision, decided_by=person_ref(author, pseudonyms))
    if vault:
        note_decider(vault, decision.decided_by, " ".join(author.split()))
    for _ in range(_TRIES):
        stored, rows, data = _read(uri, pseudonyms)
        if decision.action is Action.WITHDRAW and decision.withdraws not in {row.id for row in in_force(rows)}:
            raise DecisionError("no decision that is in force has this id")
        signature = sign(decision, pseudonyms, rows[-1].signature if rows else "")
        signed = dataclasses.replace(decision, signature=signature)
        before = data if not data or data.endswith(b"\n") else data + b"\n"
        line = json.dumps(signed.fields | {"signature": signature}, sort_keys=True) + "\n"
        try:
            storage_of(uri).write(uri, before + line.encode(), replace=stored or False)
        except OutputConflictError:
            continue  # Somebody else added a line.
        return signed
    raise DecisionError("the table of decisions changes all the time; try again")


def withdraw_decision(uri: str, withdrawn: str, at: str, pseudonyms: Pseudonyms, author: str, vault: str = "") -> Decision:
    """Take back a decision by a line of its own.

    Args:
        withdrawn: `Decision.id` of the line.
        at: The date, YYYY-MM-DD.
        uri, pseudonyms, author, vault: See `append_decision`.

    Raises:
        DecisionError: See `append_decision`.
    """
    found = [row for row in read_rows(uri, pseudonyms) if withdrawn and row.id == withdrawn]
    if not found:
        raise DecisionError("no decision that is in force has this id")
    row = Decision(found[0].scope, found[0].target, Action.WITHDRAW, withdraws=withdrawn, at=at)
    return append_decision(uri, row, pseudonyms, author, vault)


def decision_of(fields: Any) -> Decision:
    """A decision from values of JSON or YAML.

    Raises:
        ValueError: Something in it is not understood. The message holds no value.
    """
    if not isinstance(fields, dict) or not fields.keys() <= _FIELDS or not {"scope", "target", "action"} <= fields.keys():
        raise ValueError("a decision needs scope, target and action, and may have frames, box, new_box and code")
    made = dict(fields)
    try:
        made["scope"], made["action"] = Scope(fields["scope"]), Action(fields["action"])
    except ValueError:
        raise ValueError(
            "the scope is instance, series or device; the action redact, keep, resize, release or reject"
        ) from None
    if made["scope"] is Scope.DEVICE:
        made["target"] = device_of(fields["target"])
    for name in ("box", "new_box"):
        if name in fields:
            made[name] = box_of(fields[name])
    if "frames" in fields:
        made["frames"] = tuple(_integers(fields["frames"]))
    texts = ("code", "withdraws", "decided_by", "at", "signature", *(() if made["scope"] is Scope.DEVICE else ("target",)))
    if not all(isinstance(made.get(name, ""), str) for name in texts):
        raise ValueError("UIDs, codes and dates are texts; write them in quotes")
    return Decision(**made)


def device_of(fields: Any) -> Device:
    """A device from values of JSON or YAML.

    Raises:
        ValueError: As `decision_of`.
    """
    names = {one.name for one in dataclasses.fields(Device)}
    if not isinstance(fields, dict) or not names - {"image_type"} <= fields.keys() <= names:
        raise ValueError("a device needs manufacturer, model, rows and columns, and may have image_type")
    types = fields.get("image_type", [])
    if not isinstance(types, list) or not all(
        isinstance(text, str) for text in (fields["manufacturer"], fields["model"], *types)
    ):
        raise ValueError("manufacturer and model are texts, and image_type is a list of texts")
    rows, columns = _integers([fields["rows"], fields["columns"]])
    return Device(fields["manufacturer"], fields["model"], rows, columns, tuple(types))


def box_of(values: Any) -> Box:
    """A box from values of JSON or YAML: [left, top, right, bottom].

    Raises:
        ValueError: As `decision_of`.
    """
    return Box(*_integers(values, 4))


def _integers(values: Any, count: int | None = None) -> list[int]:
    is_list = isinstance(values, list) and (count is None or len(values) == count)
    if not is_list or not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        raise ValueError("a box is a list of four whole numbers, and frames, rows and columns are whole numbers")
    return list(values)


def _read(uri: str, pseudonyms: Pseudonyms) -> tuple[Source | None, tuple[Decision, ...], bytes]:
    """The stored version of a table, its lines, and its bytes."""
    try:
        stored = storage_of(uri).find(uri)
        data = b""
        if stored is not None:
            with open_listed(stored) as file:
                data = file.read()
    except Exception as error:  # Whatever a bucket's client raises.
        raise DecisionError(f"the table of decisions cannot be read ({reason_of(error)})") from None
    rows: list[Decision] = []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            row = decision_of(json.loads(line))
        except (ValueError, RecursionError) as error:
            rule = "it is no JSON" if isinstance(error, json.JSONDecodeError | UnicodeDecodeError) else error
            raise DecisionError(f"the table of decisions: line {number}: {rule}") from None
        if row.signature != sign(row, pseudonyms, rows[-1].signature if rows else ""):
            raise DecisionError(
                f"the table of decisions: line {number} is not signed by this key, or was changed, moved or added, "
                "or one before it was taken out; nothing of the table is used"
            )
        rows.append(row)
    return stored, tuple(rows), data
