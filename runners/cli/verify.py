"""`efface verify`: compares the instances of an output with its audit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from .command import Command
from .exit_codes import ExitCode
from .options import OUTPUT_PREFIX, json_option
from .tables import printable

if TYPE_CHECKING:
    from efface.pipeline.verify_output import Verified

_SHOWN = 20
"""Paths of one kind that are printed for people."""
_KINDS = ("missing", "changed", "unreadable", "surplus")


@click.command(
    cls=Command,
    short_help="compare the instances of an output with its audit",
    examples=("efface verify OUT/", "efface verify gs://bucket/out --json"),
    exit_codes={
        ExitCode.OK: "every instance is as the audit records it, and there are no others",
        ExitCode.ERROR: "the audit cannot be read",
        ExitCode.USAGE: "wrong usage; nothing was done",
        ExitCode.QUARANTINED: "an instance is missing, renamed, changed, unreadable or surplus, or a run is not complete",
    },
)
@OUTPUT_PREFIX
@json_option("one JSON object with the counts and the paths")
def command(output: str, as_json: bool) -> int:
    """Read all instances of an output and compare their SHA-256 with its audit. Changes nothing.

    PREFIX is the output of earlier runs, or a copy of it: a folder or the prefix of a bucket with `instances` and `audit`.
    Neither the key nor the policy is needed.
    """
    from efface.pipeline.verify_output import verify_output

    from .locations import require_output

    require_output(output)
    with reading_progress() as show:
        found = verify_output(output, show)
    code = ExitCode.OK if found.is_as_recorded else ExitCode.QUARANTINED
    if as_json:
        print(json.dumps({"output": output, **dataclasses.asdict(found), "exit_code": int(code)}))
    else:
        print_verified(found, "instances in the audit")
    return code


@contextmanager
def reading_progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal for objects that are read; gives what takes the number of those that are done, and of all."""
    from tqdm import tqdm

    with tqdm(desc="verifying", unit=" objects", leave=False, disable=None) as bar:  # Nothing where there is no terminal.

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def print_verified(found: Verified, what: str) -> None:
    """Print the differences, and a line with the counts.

    Args:
        what: What is counted, such as "instances in the audit".
    """
    for kind in _KINDS:
        paths = getattr(found, kind)
        for path in paths[:_SHOWN]:
            print(f"{kind}: {printable(path)}")
        if len(paths) > _SHOWN:
            print(f"{kind}: {len(paths) - _SHOWN} more (--json names all)")
    for path, name in list(found.renamed.items())[:_SHOWN]:
        print(f"renamed: {printable(path)} is now {printable(name)}")
    if len(found.renamed) > _SHOWN:
        print(f"renamed: {len(found.renamed) - _SHOWN} more (--json names all)")
    for run in found.incomplete_runs:
        print(f"run {run} is not complete: its instances may be missing in the audit; the same command finishes it")
    counts = ", ".join(f"{len(getattr(found, kind))} {kind}" for kind in (*_KINDS, "renamed"))
    print(f"{found.recorded} {what}: {counts}; {found.bytes:,} bytes read")
