"""`efface demo-data`: write a small synthetic data set full of identifiers."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from efface.pipeline import cli
from efface.pipeline.demo_data import write_demo_data


def carry_out(arguments: Namespace) -> int:
    """Write the synthetic data set."""
    written = write_demo_data(Path(arguments.folder))
    print(f"{len(written)} files in {arguments.folder}: synthetic, and full of identifiers")
    return cli.EXIT_OK
