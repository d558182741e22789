"""`efface classify`: explains the verdict on a text."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efface.transforms.core.choices import nearest

from .command import Command
from .errors import option_names
from .exit_codes import ExitCode
from .options import POLICY, Location, json_option
from .tables import print_table

if TYPE_CHECKING:
    from efface.pipeline.classify import Classified
    from efface.transforms.core.instance import HeaderIdentifier

_EXIT_CODES = {
    ExitCode.OK: "every text is classified",
    ExitCode.ERROR: "the name model cannot be loaded",
    ExitCode.USAGE: "wrong usage, or the file of --header does not exist; nothing was done",
    ExitCode.QUARANTINED: "the file of --header is not DICOM, or is damaged",
}


def _checked_text(ctx: click.Context, _: click.Parameter, text: str | None) -> str | None:
    """The text as valid Unicode. A text that is nearly an option is a mistyped option."""
    if text is not None and text.startswith("--") and nearest(text, option_names(ctx.command)):
        raise click.NoSuchOption(text, ctx=ctx)
    return text if text is None else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _checked_header(ctx: click.Context, option: click.Parameter, file: str) -> str:
    if file and Path(file).is_dir():
        raise click.BadParameter("it is a folder; name one DICOM file", ctx, option)
    return file


@click.command(
    cls=Command,
    short_help="explain the verdict on a text",
    examples=(
        'efface classify "Name: SEXTON CARMEN"',
        'efface classify "axial MULLER 12.4.57" --header image.dcm',
        "efface classify --json",
        'efface classify --free-text --policy tcia "seen by Dr. Ellsworthy"',
    ),
    exit_codes=_EXIT_CODES,
    context_settings={"ignore_unknown_options": True},  # "-40" is a text
)
@click.argument("text", required=False, callback=_checked_text)
@click.option(
    "--header",
    default="",
    type=Location(),
    callback=_checked_header,
    metavar="FILE",
    help="A DICOM file: what its header says about the patient counts as well.",
)
@click.option("--free-text", is_flag=True, help="Judge as free text of a header, and print what would stay of it.")
@POLICY
@json_option("one line of JSON per text")
def command(text: str | None, header: str, free_text: bool, policy: str, as_json: bool) -> int:
    """Judge TEXT as a line that was read from a picture, and explain the verdict part by part: rule, list, score.

    Without TEXT, judge each line of standard input and print one line for each. Nothing is stored.

    With --free-text, dates move as under the policy, by an example of an offset; a run has one of its own for each patient.
    """
    from efface.pipeline.classify import classify_line, clean_free_text, explain_line
    from efface.pipeline.policy import load_policy

    settings = load_policy(policy)
    identifiers: list[HeaderIdentifier] = []
    if header and (code := _read_header(header, identifiers)):
        return code
    judge = clean_free_text if free_text else classify_line
    try:
        for line in [text] if text is not None else _lines_of_standard_input():
            classified = judge(line.rstrip("\r\n"), settings, identifiers)
            print(classified.as_json() if as_json else _shown(classified))
        if text is not None and not (as_json or free_text):
            print_table(explain_line(text, settings, identifiers), indent="  ")
        sys.stdout.flush()
    except BrokenPipeError:  # Whoever reads has seen enough. Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK


def _lines_of_standard_input() -> Iterator[str]:
    """The lines as UTF-8. What is none becomes U+FFFD, so that JSON stays valid."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    yield from sys.stdin


def _shown(classified: Classified) -> str:
    if classified.remaining is not None:
        return classified.remaining
    return f"{classified.verdict}  {classified.rule}  {classified.score:.2f}"


def _read_header(header: str, identifiers: list[HeaderIdentifier]) -> ExitCode:
    """Add the identifying values of a header to the list; returns how that went, as of a command."""
    from efface.pipeline.classify import read_identifiers
    from efface.transforms.dicom.configuration import configure

    from .files import look_at_files
    from .locations import list_input

    configure()
    return look_at_files(
        list_input((header,)), lambda _, source: read_identifiers(source), lambda _, found: identifiers.extend(found)
    )
