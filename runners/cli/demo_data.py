"""`efface demo-data`: writes a small synthetic data set with many identifiers."""

from __future__ import annotations

from pathlib import Path

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import Location


@click.command(
    cls=Command,
    short_help="write a small synthetic data set with many identifiers",
    examples=("efface demo-data demo/in", "efface scan demo/in/us --png demo/pictures"),
)
@click.argument("folder", type=Location(), metavar="DIR")
def command(folder: str) -> int:
    """Write a small synthetic data set to DIR, which is created if it does not exist.

    Headers and pixels contain many identifiers. All of them are invented.
    """
    from efface.pipeline.demo.data import write_demo_data

    try:
        files = write_demo_data(Path(folder))
    except OSError as error:
        raise UsageError(f"the data set cannot be written ({error.strerror})") from None
    print(f"{len(files)} files in {folder}: synthetic, with many invented identifiers")
    return ExitCode.OK
