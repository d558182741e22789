"""`efface export`: makes from the published files of an output what trainers read."""

from __future__ import annotations

import dataclasses
import json

import click

from efface.pipeline.export.settings import DEFAULT_SHARD_MB, DEFAULT_SPLIT, Format, Target

from .command import Command
from .exit_codes import ExitCode
from .options import Choice, Count, Location, json_option


@click.command(
    cls=Command,
    short_help="make from an output what trainers read",
    examples=(
        "efface export OUT/ TRAIN/ --to monai",
        "efface export OUT/ TRAIN/ --to monai --format nifti --split 70/15/15",
        "efface export OUT/ BIDS/ --to bids",
        "efface export gs://bucket/out TRAIN/ --to webdataset --shard-size 512",
    ),
    exit_codes={
        ExitCode.OK: "the export is complete",
        ExitCode.ERROR: "the audit cannot be read, or the folder cannot be written",
        ExitCode.USAGE: "wrong usage; nothing was done",
    },
)
@click.argument("output", type=Location(), metavar="OUTPUT")
@click.argument("folder", type=Location(), metavar="DIR")
@click.option(
    "--to",
    required=True,
    type=Choice([str(target) for target in Target]),
    help="What reads the export: a MONAI data list, a CSV table, WebDataset shards, or a CSV table for converters to BIDS.",
)
@click.option(
    "--format",
    "form",
    type=Choice([str(form) for form in Format]),
    help="An entry: a published file, a picture of a frame, or a volume of a series (default: png; dicom for monai and bids).",
)
@click.option(
    "--split",
    default=DEFAULT_SPLIT,
    show_default=True,
    metavar="SHARES",
    help="Shares of training, validation and test. All instances of a patient are in one of them, in every export.",
)
@click.option(
    "--shard-size",
    type=Count(),
    default=DEFAULT_SHARD_MB,
    show_default=True,
    metavar="MB",
    help="Size at which a WebDataset shard is full.",
)
@json_option("one JSON object with the counts")
def command(output: str, folder: str, to: str, form: str | None, split: str, shard_size: int, as_json: bool) -> int:
    """Make from the published files of OUTPUT what trainers read, in the local folder DIR.

    OUTPUT is the output of earlier runs: a folder or the prefix of a bucket. The audit decides what is exported. DIR is
    new, empty, or the folder of an earlier export, whose files are replaced.
    """
    from tqdm import tqdm

    from efface.pipeline.export.export import export

    from .locations import require_output

    require_output(output)
    with tqdm(desc="exporting", unit=" instances", leave=False, disable=None) as bar:  # Nothing where there is no terminal.

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        summary = export(output, folder, to, form, split, shard_size, show)
    if as_json:
        print(json.dumps(dataclasses.asdict(summary)))
    else:
        print("\n".join(summary.as_lines()))
    return ExitCode.OK
