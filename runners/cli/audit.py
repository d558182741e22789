"""`efface audit`: evaluates, signs or compacts the audit of an output."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

import click

from .command import Command, Group
from .errors import UsageError
from .exit_codes import ExitCode
from .options import KEY_FILE, OUTPUT_PREFIX, POLICY, Count, Location, PolicyName, json_option
from .tables import print_table

if TYPE_CHECKING:
    from efface.pipeline.canary.measure import CanaryRate
    from efface.transforms.audit.miss_rate import MissRate


@click.group(
    cls=Group,
    short_help="query, evaluate, sign, compact or migrate the audit of an output",
    examples=('efface audit query OUT/ "SELECT ref, code FROM failures"', "efface audit misses OUT/"),
)
def command() -> None:
    """Query, evaluate, sign, compact or migrate the audit of an output."""


@command.command(
    "query",
    cls=Command,
    short_help="answer a question in SQL",
    examples=(
        'efface audit query OUT/ "SELECT count(*) FROM current_instances"',
        'efface audit query OUT/ "SELECT code, ref FROM current_failures" --csv',
    ),
)
@OUTPUT_PREFIX
@click.argument("sql", metavar="SQL")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option("one JSON object a row")
def query(output: str, sql: str, as_csv: bool, as_json: bool) -> int:
    """Print the answer to a query in DuckDB's SQL.

    PREFIX is the output of earlier runs: a folder or gs:// prefix. The tables instances, findings, attributes and
    failures hold all runs, those whose names begin with current_ what stands there now, and runs the runs.
    docs/audit.md describes each column.
    """
    from efface.pipeline.audit_query import query_audit

    from .locations import require_output

    require_output(output)
    found = query_audit(output, sql)
    rows = found.to_pylist()
    if as_json:
        for row in rows:
            print(json.dumps(row, default=str))
    elif as_csv:
        csv.writer(sys.stdout).writerows([found.column_names, *(row.values() for row in rows)])
    else:
        print_table([tuple(found.column_names), *(tuple(map(str, row.values())) for row in rows)])
    return ExitCode.OK


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


@command.command(
    "migrate",
    cls=Command,
    short_help="bring the audit of an earlier efface to this version",
    examples=("efface audit migrate OUT/",),
)
@OUTPUT_PREFIX
@json_option("one JSON object with the number of runs that were rewritten")
def migrate(output: str, as_json: bool) -> int:
    """Rewrite an audit of schema version 2 or 3, so that this efface can read it and add to it.

    PREFIX is the output of earlier runs: a folder or gs:// prefix. The outputs themselves stay as they are.
    """
    from efface.transforms.audit.migration import migrate_audit

    from ..run_lock import run_lock
    from .locations import require_output

    require_output(output)
    with run_lock(output, "migrate"):
        runs = migrate_audit(output)
    print(json.dumps({"runs": runs}) if as_json else f"{runs} runs rewritten")
    return ExitCode.OK


@command.command(
    "canary",
    cls=Command,
    short_help="measure what is missed, with planted identifiers",
    examples=(
        "efface audit canary OUT/ --policy basic --key-file efface.key",
        "efface audit canary OUT/ --sample 300 --per-device 20 --json",
    ),
    exit_codes={
        ExitCode.OK: "the rates are printed",
        ExitCode.ERROR: "the audit cannot be read, or a model cannot be loaded",
        ExitCode.USAGE: "wrong usage; nothing was done",
        ExitCode.QUARANTINED: "the output has no instance on which letters can be drawn",
    },
)
@OUTPUT_PREFIX
@POLICY
@KEY_FILE
@click.option("--sample", type=Count(), default=100, show_default=True, help="Instances that are drawn from all.")
@click.option(
    "--per-device",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="At least so many of each modality, maker and model.",
)
@json_option("one JSON object with the rates and their limits")
def canary(output: str, policy: str, key_file: str, sample: int, per_device: int, as_json: bool) -> int:
    """Plant invented names, numbers and dates into copies of published instances, de-identify the copies in memory, and
    print how many of them still name somebody, by modality and device, with exact 95 % limits.

    PREFIX is the output of earlier runs: a folder or the prefix of a bucket. It is not changed, and nothing is written.
    The sample is drawn by the key. Give the policy of the runs.
    """
    from efface.pipeline.canary.measure import measure_canaries, rate_of, rates_by_device
    from efface.pipeline.certify.intervals import images_needed
    from efface.pipeline.in_process import prepare, pseudonyms_of

    from .locations import require_output
    from .verify import reading_progress

    require_output(output)
    with reading_progress() as show:
        found = measure_canaries(output, prepare(policy), pseudonyms_of(key_file or None), sample, per_device, show)
    if not found:
        print("efface: no published instance has frames on which letters can be drawn", file=sys.stderr)
        return ExitCode.QUARANTINED
    whole = rate_of(one for one in found if one.is_drawn)
    by_device = rates_by_device(found)
    review = images_needed(whole.missed.high) if 0 < whole.missed.high < 1 else 1
    if as_json:
        devices = [{**device._asdict(), **_rate_as_record(rate)} for device, rate in by_device.items()]
        print(json.dumps({"all": _rate_as_record(whole), "images_to_review": review, "devices": devices}))
        return ExitCode.OK
    print_table(
        [
            ("modality", "maker", "model", "planted", "quarantined", "missed", "at most", "lines left"),
            *((*device, *_rate_cells(rate)) for device, rate in by_device.items()),
            ("all", "", "", *_rate_cells(whole)),
        ]
    )
    print(f"of images with such text, at most {whole.missed.high:.2%} still name somebody, with 95 % confidence")
    print(f"people reach the same limit when they look at {review} images and find nothing")
    return ExitCode.OK


def _rate_as_record(rate: CanaryRate) -> dict[str, float]:
    missed = rate.missed
    return {
        "planted": rate.planted,
        "quarantined": rate.quarantined,
        "published": missed.count,
        "missed": missed.hits,
        "lower_share": missed.low,
        "upper_share": missed.high,
        "lines": rate.lines,
        "missed_lines": rate.missed_lines,
    }


def _rate_cells(rate: CanaryRate) -> tuple[str, ...]:
    missed = rate.missed
    shown = f"{missed.hits} of {missed.count}", f"{missed.high:.2%}", f"{rate.missed_lines} of {rate.lines}"
    return (str(rate.planted), str(rate.quarantined), *shown)


@command.command(
    "bundle",
    cls=Command,
    short_help="sign what was done to an output, with a digest of each object",
    examples=(
        "efface audit bundle OUT/ evidence.zip --signing-key signing.key",
        "efface audit bundle OUT/ e.zip --signing-key signing.key --policy site.yaml",
    ),
    exit_codes={
        ExitCode.OK: "the bundle is written",
        ExitCode.ERROR: "the audit cannot be read",
        ExitCode.USAGE: "wrong usage, or the signing key cannot be read; nothing was done",
        ExitCode.QUARANTINED: "a run is under way, or the output is not what its audit says; no bundle is written",
    },
)
@OUTPUT_PREFIX
@click.argument("bundle", type=Location(), metavar="BUNDLE")
@click.option("--signing-key", required=True, type=Location(), metavar="FILE", help="Of efface key --signing.")
@click.option(
    "--policy",
    default="",
    type=PolicyName(),
    metavar="NAME|FILE",
    help="Policy that ran; it goes into the bundle as it is (default: the shipped one that ran).",
)
def make(output: str, bundle: str, signing_key: str, policy: str) -> int:
    """Write report, conformance statement, policy, versions, the installed packages (CycloneDX) and a manifest with the
    SHA-256 of every object of an output to BUNDLE, a ZIP file, and sign it with Ed25519.

    PREFIX is the output of earlier runs: a folder or the prefix of a bucket. All of it is read and compared with its audit.
    """
    from pathlib import Path

    from efface.pipeline.evidence.bundle import BundleError, make_bundle
    from efface.pipeline.evidence.signing import SigningKeyError, fingerprint, read_private_key

    from .files import write_object
    from .locations import require_output
    from .verify import reading_progress

    require_output(output)
    try:
        key = read_private_key(Path(signing_key))
    except SigningKeyError as error:
        raise UsageError(str(error)) from None
    try:
        with reading_progress() as show:
            data = make_bundle(output, policy, key, show)
    except BundleError as error:
        print(f"efface: {error}", file=sys.stderr)
        return ExitCode.QUARANTINED
    write_object(bundle, data)
    print(f"signed by {fingerprint(key.public_key())}")
    return ExitCode.OK


@command.command(
    "verify",
    cls=Command,
    short_help="check a bundle, and an output against it",
    examples=(
        "efface audit verify evidence.zip OUT/ --public-key signing.key.pub",
        "efface audit verify evidence.zip gs://bucket/out --json",
    ),
    exit_codes={
        ExitCode.OK: "the signature holds, and the output is what was signed",
        ExitCode.ERROR: "the bundle or the output cannot be read",
        ExitCode.USAGE: "wrong usage; nothing was done",
        ExitCode.QUARANTINED: "the bundle was changed or signed by somebody else, or the output is another one",
    },
)
@click.argument("bundle", type=Location(), metavar="BUNDLE")
@OUTPUT_PREFIX
@click.option(
    "--public-key", default="", type=Location(), metavar="FILE", help="Of the signer (default: the key in the bundle itself)."
)
@json_option("one JSON object with the signer, the counts and the paths")
def check(bundle: str, output: str, public_key: str, as_json: bool) -> int:
    """Check the signature and the members of BUNDLE, and compare every object below PREFIX with its manifest.

    Without --public-key the bundle vouches for itself: compare the printed fingerprint with what the signer told you.
    """
    import dataclasses

    from efface.pipeline.evidence.bundle import BundleError, check_bundle
    from efface.pipeline.evidence.signing import SigningKeyError, read_public_key

    from .files import read_object
    from .locations import require_output
    from .verify import print_verified, reading_progress

    require_output(output)
    try:
        signer = read_public_key(read_object(public_key)) if public_key else None
    except SigningKeyError as error:
        raise UsageError(str(error)) from None
    try:
        with reading_progress() as show:
            checked = check_bundle(read_object(bundle), output, signer, show)
    except BundleError as error:
        print(f"efface: {error}", file=sys.stderr)
        return ExitCode.QUARANTINED
    code = ExitCode.OK if checked.output.is_as_recorded else ExitCode.QUARANTINED
    if as_json:
        print(json.dumps({**dataclasses.asdict(checked), "exit_code": int(code)}))
        return code
    print_verified(checked.output, "objects in the bundle")
    known = "as expected" if checked.is_known_signer else "by the key in the bundle itself"
    print(f"signed {known}: {checked.fingerprint}")
    return code


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
