"""`efface audit`: query or maintain the audit of an output."""

from __future__ import annotations

from argparse import Namespace

from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.miss_rate import MissRate, miss_rate

from ..run_lock import run_lock
from .exit_codes import ExitCode


def carry_out(arguments: Namespace) -> int:
    """Compact the audit of an output, or say what the prefilter misses at most."""
    if arguments.audit_command == "misses":
        _print_misses(miss_rate(arguments.output))
        return ExitCode.OK
    with run_lock(arguments.output, "compact"):
        before, after = compact_audit(arguments.output)
    print(f"{before} files before, {after} now")
    return ExitCode.OK


def _print_misses(rate: MissRate) -> None:
    """Print the estimated miss rate of the sampled tier."""
    print(f"sampled tier: {rate.instances} instances, {rate.read_in_full} of them read in full")
    if not rate.read_in_full:
        print("nothing is known about it: ocr.sampled_share of the policy says which share is read in full")
        return
    print(f"text that the prefilter does not see: {rate.missed} of these {rate.read_in_full}")
    print(f"with {rate.confidence:.0%} confidence, at most {rate.upper_share:.2%} of the tier")
