"""`efface demo-data`: write a small synthetic data set full of identifiers."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from efface.pipeline.demo.data import write_demo_data

from .exit_codes import ExitCode


def carry_out(arguments: Namespace) -> int:
    """Write the synthetic data set."""
    written = write_demo_data(Path(arguments.folder))
    print(f"{len(written)} files in {arguments.folder}: synthetic, and full of identifiers")
    return ExitCode.OK
