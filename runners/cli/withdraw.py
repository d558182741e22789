"""`efface withdraw`: deletes what is published of patients who withdrew, without an input."""

from __future__ import annotations

import click

from .command import Command
from .exit_codes import ExitCode
from .options import KEY_FILE, OUTPUT_PREFIX, Location, json_option


@click.command(
    cls=Command,
    short_help="delete what is published of patients who withdrew",
    examples=(
        "efface withdraw OUT/ withdrawn.txt --key-file efface.key",
        "efface withdraw gs://bucket/out gs://site/withdrawn.csv --json",
    ),
    exit_codes={
        ExitCode.OK: "every entry matched a patient of some run, and nothing of these patients stands there",
        ExitCode.ERROR: "the withdrawal failed before its end; the same command finishes it",
        ExitCode.USAGE: "wrong usage; nothing was done",
        ExitCode.QUARANTINED: "an entry matches no patient of any run: compare its spelling",
    },
)
@OUTPUT_PREFIX
@click.argument("withdrawn", metavar="LIST", type=Location())
@KEY_FILE
@json_option("the run file, with output and exit code")
def command(output: str, withdrawn: str, key_file: str, as_json: bool) -> int:
    """Delete every published instance of the patients of LIST, by the audit of all runs.

    PREFIX is the output of earlier runs. LIST has one Patient ID per line, or is a table with a column of them. The
    sources are not needed. A later `efface run` needs the same list, or publishes them again.
    """
    from .launch import withdraw
    from .locations import require_output

    require_output(output)
    return withdraw(output, withdrawn, key_file, as_json=as_json)
