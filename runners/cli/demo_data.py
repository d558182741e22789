"""`efface demo-data`: writes a small synthetic data set with many identifiers."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from efface.pipeline.demo.data import write_demo_data

from .exit_codes import ExitCode


def run(arguments: Namespace) -> int:
    """Write the synthetic data set."""
    files = write_demo_data(Path(arguments.folder))
    print(f"{len(files)} files in {arguments.folder}: synthetic, with many invented identifiers")
    return ExitCode.OK
