"""`efface decide`: signs decisions about boxes and quarantine, and adds them to a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from .command import Command, Group
from .errors import UsageError
from .exit_codes import ExitCode
from .options import KEY_FILE, Location, json_option

F = TypeVar("F", bound=Callable[..., Any])

_TABLE = click.argument("table", type=Location(), metavar="TABLE")
_BOX = click.option("--box", type=int, nargs=4, required=True, metavar="LEFT TOP RIGHT BOTTOM", help="In pixels of the frame.")
_FRAMES = click.option(
    "--frame",
    "frames",
    type=click.IntRange(min=0),
    multiple=True,
    metavar="N",
    help="Frame, from 0; all without. Repeatable.",
)


def _signing(function: F) -> F:
    """The options of who decides, and with which key."""
    author = click.option("--author", required=True, metavar="NAME", help="Who decides. The table holds a pseudonym of it.")
    vault = click.option(
        "--vault", default="", type=Location(), metavar="PREFIX", help="Note pseudonym and name of the author there."
    )
    return KEY_FILE(author(vault(function)))


def _about(function: F) -> F:
    """The options of what is decided about; one of them is given."""
    instance = click.option("--instance", default="", metavar="UID", help="SOP Instance UID of the output.")
    series = click.option("--series", default="", metavar="UID", help="Series Instance UID of the output.")
    return instance(series(function))


def _device(function: F) -> F:
    device = click.option("--device", nargs=4, metavar="MAKER MODEL ROWS COLUMNS", help="All images of a device and size.")
    image_type = click.option("--image-type", default="", metavar="VALUES", help=r"Of the device, such as ORIGINAL\PRIMARY.")
    return device(image_type(function))


@click.group(
    cls=Group,
    short_help="correct a box, release or reject an instance",
    examples=(
        "efface decide redact TABLE --instance UID --box 10 20 90 40 --author NAME",
        "efface decide release TABLE --instance UID --code face --author NAME",
        "efface decide list TABLE",
    ),
)
def command() -> None:
    """Sign decisions about boxes and quarantine, and add them to a table.

    TABLE is a file that the policy names (decisions: TABLE), here or in a bucket. Later runs apply it, and process again
    only what it touches.
    """


@command.command(
    "redact",
    cls=Command,
    short_help="add a box",
    examples=("efface decide redact TABLE --series UID --box 10 20 90 40 --author NAME",),
)
@_TABLE
@_about
@_device
@_BOX
@_FRAMES
@_signing
def redact(table: str, **options: Any) -> int:
    """Fill a box, in addition to what is found."""
    return _append(table, "redact", options)


@command.command(
    "keep",
    cls=Command,
    short_help="remove a box, or keep a text",
    examples=("efface decide keep TABLE --instance UID --box 10 20 90 40 --author NAME",),
)
@_TABLE
@_about
@_device
@_BOX
@_FRAMES
@_signing
def keep(table: str, **options: Any) -> int:
    """Keep what is in a box: a found box is not filled, and text there may stay.

    A box that matches an identifier of the header, a bar code or a face is filled all the same.
    """
    return _append(table, "keep", options)


@command.command(
    "resize",
    cls=Command,
    short_help="give a found box another size",
    examples=("efface decide resize T --series UID --box 0 0 9 9 --new-box 0 0 5 5 --author N",),
)
@_TABLE
@_about
@_device
@_BOX
@click.option("--new-box", type=int, nargs=4, required=True, metavar="LEFT TOP RIGHT BOTTOM", help="In its place.")
@_FRAMES
@_signing
def resize(table: str, **options: Any) -> int:
    """Fill another box in place of a found one."""
    return _append(table, "resize", options)


@command.command(
    "release",
    cls=Command,
    short_help="release from quarantine",
    examples=("efface decide release TABLE --instance UID --code face --author NAME",),
)
@_TABLE
@_about
@click.option("--code", required=True, help="text_left, slide_label or face.")
@_signing
def release(table: str, **options: Any) -> int:
    """Release an instance or a series from a code that is a judgement on a picture. Every other check stays."""
    return _append(table, "release", options)


@command.command(
    "reject",
    cls=Command,
    short_help="do not publish",
    examples=("efface decide reject TABLE --instance UID --author NAME",),
)
@_TABLE
@_about
@_device
@click.option("--code", default="", help="The code of the quarantine.")
@_signing
def reject(table: str, **options: Any) -> int:
    """Do not publish, whatever a later policy says. What is published goes with the next run."""
    return _append(table, "reject", options)


@command.command(
    "withdraw",
    cls=Command,
    short_help="take a decision back",
    examples=("efface decide withdraw TABLE ID --author NAME",),
)
@_TABLE
@click.argument("id")
@_signing
def withdraw(table: str, id: str, key_file: str, author: str, vault: str) -> int:
    """Take back the decision ID, as `efface decide list` shows it, by a line of its own."""
    from datetime import UTC, datetime

    from efface.pipeline.decisions.table import withdraw_decision
    from efface.transforms.storage.key_source import KeySource

    from .locations import require_separate_vault

    require_separate_vault(vault)
    today = datetime.now(UTC).date().isoformat()
    print(withdraw_decision(table, id, today, KeySource(key_file).pseudonyms(), author, vault).id)
    return ExitCode.OK


@command.command(
    "list",
    cls=Command,
    short_help="check a table, and print what is in force",
    examples=("efface decide list decisions.jsonl --json",),
)
@_TABLE
@KEY_FILE
@json_option("one JSON object a decision")
def list_(table: str, key_file: str, as_json: bool) -> int:
    """Check the signatures of a table, and print the decisions that are in force."""
    from efface.pipeline.decisions.table import read_rows
    from efface.transforms.core.decisions import in_force
    from efface.transforms.storage.key_source import KeySource

    from .tables import print_table

    rows = in_force(read_rows(table, KeySource(key_file).pseudonyms(), must_exist=True))
    shown = [{"id": row.id, **row.fields} for row in rows]
    if as_json:
        for one in shown:
            print(json.dumps(one))
    else:
        names = ("id", "at", "decided_by", "action", "scope", "target", "frames", "box", "new_box", "code")
        print_table([names, *(tuple(_cell(one.get(name, "")) for name in names) for one in shown)])
    return ExitCode.OK


def _cell(value: Any) -> str:
    return str(value) if isinstance(value, str) else json.dumps(value)


def _append(table: str, action: str, options: dict[str, Any]) -> int:
    """Sign a decision, add it to the table and print its id."""
    from datetime import UTC, datetime

    from efface.pipeline.decisions.table import append_decision, decision_of
    from efface.transforms.storage.key_source import KeySource

    from .locations import require_separate_vault

    require_separate_vault(options["vault"])
    scope, target = _target(options)
    fields = {name: options[name] for name in ("box", "new_box", "code") if options.get(name)}
    fields |= {name: list(fields[name]) for name in ("box", "new_box") if name in fields}
    if options.get("frames"):
        fields["frames"] = sorted(set(options["frames"]))
    fields["at"] = datetime.now(UTC).date().isoformat()
    try:
        decision = decision_of({"scope": scope, "target": target, "action": action, **fields})
    except ValueError as error:
        raise UsageError(str(error)) from None
    print(append_decision(table, decision, KeySource(options["key_file"]).pseudonyms(), options["author"], options["vault"]).id)
    return ExitCode.OK


def _target(options: dict[str, Any]) -> tuple[str, Any]:
    """Scope and target, as a table has them."""
    given = [name for name in ("instance", "series", "device") if options.get(name)]
    if len(given) != 1:
        raise UsageError("say what the decision is about: --instance, --series or, for boxes, --device, and one of them alone")
    [scope] = given
    if scope != "device":
        return scope, options[scope]
    maker, model, *size = options["device"]
    if not all(number.isdecimal() for number in size):
        raise UsageError("--device: rows and columns are whole numbers")
    types = {"image_type": options["image_type"].split("\\")} if options["image_type"] else {}
    return scope, {"manufacturer": maker, "model": model, "rows": int(size[0]), "columns": int(size[1]), **types}
