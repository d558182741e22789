"""`efface audit`: ask or maintain the audit of an output."""

from __future__ import annotations

from argparse import Namespace

from efface.pipeline import cli
from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.miss_rate import bound_misses

from ..run_lock import run_lock


def carry_out(arguments: Namespace) -> int:
    """Compact the audit of an output, or say what a glance misses at most."""
    if arguments.audit_command == "misses":
        cli.print_misses(bound_misses(arguments.output))
        return cli.EXIT_OK
    with run_lock(arguments.output, "compact"):
        before, after = compact_audit(arguments.output)
    print(f"{before} files before, {after} now")
    return cli.EXIT_OK
