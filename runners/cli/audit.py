"""`efface audit`: evaluates or compacts the audit of an output."""

from __future__ import annotations

from argparse import Namespace

from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.miss_rate import MissRate, miss_rate

from ..run_lock import run_lock
from .exit_codes import ExitCode


def run(arguments: Namespace) -> int:
    """Compact the audit of an output, or print the upper limit of what the prefilter misses."""
    if arguments.audit_command == "misses":
        _print_misses(miss_rate(arguments.output))
        return ExitCode.OK
    with run_lock(arguments.output, "compact"):
        before, after = compact_audit(arguments.output)
    print(f"{before} files before, {after} now")
    return ExitCode.OK


def _print_misses(bound: MissRate) -> None:
    print(f"sampled tier: {bound.instances} instances, {bound.read_in_full} of them read in full")
    if not bound.read_in_full:
        print("no instance of the tier was read in full, so there is no limit: increase ocr.sampled_share in the policy")
        return
    print(f"instances with text that the prefilter does not see: {bound.missed} of these {bound.read_in_full}")
    print(f"with {bound.confidence:.0%} confidence, at most {bound.upper_share:.2%} of the tier")
