"""`efface run`: de-identifies a data set."""

from __future__ import annotations

from typing import Any

import click

from .command import Command
from .exit_codes import MEANINGS
from .options import INPUT, KEY_FILE, POLICY, Choice, Count, Location, json_option


@click.command(
    cls=Command,
    short_help="de-identify a data set",
    options_metavar="[OPTIONS] [BEAM_OPTIONS]",
    # `launch` checks what is passed to Beam.
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    examples=(
        "efface run --input DICOM/ --output OUT/ --key-file efface.key",
        'efface run --input "DICOM/**/*.dcm" --output OUT/ --policy tcia --workers 8',
        "efface run --input gs://archive/2024 --output gs://research/2024 --json",
        "efface run --input DICOM/ --output OUT/ --withdrawn withdrawn.txt",
    ),
    exit_codes=MEANINGS,
)
@INPUT
@click.option(
    "--output", required=True, type=Location(), metavar="PREFIX", help="Folder or prefix of the output, in a bucket or here."
)
@POLICY
@KEY_FILE
@click.option(
    "--vault",
    default="",
    type=Location(),
    metavar="PREFIX",
    help="Also write the identifying maps from originals to pseudonyms to this folder or prefix, outside the output.",
)
@click.option("--workers", type=Count(), metavar="N", help="Worker processes on this machine (default: its usable cores).")
@click.option(
    "--batch-size", type=Count(), default=64, show_default=True, metavar="N", help="Maximum number of instances per batch."
)
@click.option("--redo", is_flag=True, help="Also process instances that are already published with the same versions.")
@click.option("--rekey", is_flag=True, help="Replace an output that was made with another key, all of it.")
@click.option(
    "--on-removed",
    type=Choice(("keep", "delete")),
    default="keep",
    show_default=True,
    help="Keep or delete outputs whose source is no longer in the input.",
)
@click.option(
    "--withdrawn",
    default="",
    type=Location(),
    metavar="FILE",
    help="List of Patient IDs, one per line, whose outputs are deleted.",
)
@json_option("one JSON object at the end, in place of the summary")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> int:
    """De-identify all DICOM instances of the input.

    Options that are not listed here are passed to Apache Beam; without any, this machine does the work without Beam. The
    progress is shown on standard error.
    """
    from .launch import RunArguments, launch

    return launch(RunArguments(**options, beam_flags=tuple(ctx.args)))
