"""`efface audit`: evaluates or compacts the audit of an output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from .command import Command, Group
from .exit_codes import ExitCode
from .options import OUTPUT_PREFIX, json_option

if TYPE_CHECKING:
    from efface.transforms.audit.miss_rate import MissRate


@click.group(
    cls=Group,
    short_help="evaluate or compact the audit of an output",
    examples=("efface audit misses OUT/", "efface audit compact gs://bucket/out"),
)
def command() -> None:
    """Evaluate or compact the audit of an output."""


@command.command(
    "misses",
    cls=Command,
    short_help="bound the share of text that the prefilter misses",
    examples=("efface audit misses OUT/", "efface audit misses gs://bucket/out --json"),
)
@OUTPUT_PREFIX
@json_option("one JSON object; upper_share is null without a sample")
def misses(output: str, as_json: bool) -> int:
    """Print an upper limit for the share of sampled-tier instances with text that the prefilter misses.

    The limit is computed from the instances of the tier that were searched in full. PREFIX is the output of earlier
    runs: a folder or the prefix of a bucket.
    """
    from efface.transforms.audit.miss_rate import miss_rate

    from .locations import require_output

    require_output(output)
    bound = miss_rate(output)
    if as_json:
        print(json.dumps(_as_record(bound)))
    else:
        _print_misses(bound)
    return ExitCode.OK


@command.command(
    "compact",
    cls=Command,
    short_help="merge the small files of complete runs",
    examples=("efface audit compact OUT/", "efface audit compact gs://bucket/out --json"),
)
@OUTPUT_PREFIX
@json_option("one JSON object with the number of files before and after")
def compact(output: str, as_json: bool) -> int:
    """Merge the audit files of each complete run into one file per table.

    PREFIX is the output of earlier runs: a folder or the prefix of a bucket.
    """
    from efface.transforms.audit.compaction import compact_audit

    from ..run_lock import run_lock
    from .locations import require_output

    require_output(output)
    with run_lock(output, "compact"):
        before, after = compact_audit(output)
    print(json.dumps({"before": before, "after": after}) if as_json else f"{before} files before, {after} now")
    return ExitCode.OK


def _as_record(bound: MissRate) -> dict[str, float | None]:
    return {
        "instances": bound.instances,
        "read_in_full": bound.read_in_full,
        "missed": bound.missed,
        "confidence": bound.confidence,
        "upper_share": bound.upper_share if bound.read_in_full else None,
    }


def _print_misses(bound: MissRate) -> None:
    print(f"sampled tier: {bound.instances} instances, {bound.read_in_full} of them read in full")
    if not bound.read_in_full:
        print("no instance of the tier was read in full, so there is no limit: increase ocr.sampled_share in the policy")
        return
    print(f"instances with text that the prefilter does not see: {bound.missed} of these {bound.read_in_full}")
    print(f"with {bound.confidence:.0%} confidence, at most {bound.upper_share:.2%} of the tier")
