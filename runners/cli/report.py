"""`efface report`: tells what stands in an output, for people who decide about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import KEY_FILE, OUTPUT_PREFIX, Location, PolicyName, json_option
from .tables import print_table

if TYPE_CHECKING:
    from efface.pipeline.reporting.facts import Facts
    from efface.pipeline.reporting.sizes import SizeTotal


@click.command(
    cls=Command,
    short_help="tell what stands in an output, as a page to print and sign",
    examples=(
        "efface report OUT/",
        "efface report OUT/ --html report.html",
        "efface report OUT/ --policy policy.yaml --html report.html",
        "efface report OUT/ --input DICOM/ --key-file efface.key",
        "efface report gs://bucket/out --json",
    ),
)
@OUTPUT_PREFIX
@click.option("--html", default="", type=Location(), metavar="FILE", help="Write one page of HTML that needs nothing else.")
@click.option(
    "--policy",
    default="",
    type=PolicyName(),
    metavar="NAME|FILE",
    help="Policy to put in words (default: the shipped one, where it is the one that ran).",
)
@click.option(
    "--input",
    multiple=True,
    type=Location(),
    metavar="PATTERN",
    help="Input of the runs, to compare sizes; needs the key. May be repeated.",
)
@KEY_FILE
@json_option("one JSON object with all counts")
def command(output: str, html: str, policy: str, input: tuple[str, ...], key_file: str, as_json: bool) -> int:
    """Count what the audit of an output says: what ran, what was published, filled, kept and quarantined, and what may
    remain. The page holds no identifier.

    PREFIX is the output of earlier runs: a folder or the prefix of a bucket. Neither the key nor the policy is needed.
    With --input, sizes of sources are told beside those of their outputs, as totals of many.
    """
    from efface.pipeline.reporting.facts import as_record, gather_facts
    from efface.pipeline.reporting.page import policy_of_report, report_page
    from efface.pipeline.reporting.sizes import size_totals
    from efface.transforms.storage.key_source import KeySource

    from .files import write_page
    from .locations import list_input, require_output

    require_output(output)
    pseudonyms = KeySource(key_file).pseudonyms() if input or key_file else None
    facts = gather_facts(output)
    keys = {key_id for _, _, key_id, _ in facts.versions}
    if input and pseudonyms and keys and pseudonyms.key_id not in keys:
        raise UsageError("no instance of this output was made with this key, so no source is found: give the key of the runs")
    sizes = size_totals(output, list_input(input), pseudonyms) if input and pseudonyms else []
    if html:
        described, note = policy_of_report(facts, policy, pseudonyms)
        write_page(html, report_page(facts, note, described, sizes))
    if as_json:
        print(json.dumps(as_record(facts) | {"sizes": [one._asdict() for one in sizes]}))
    else:
        _print(facts, sizes)
        if html:
            print("page: written")
    return ExitCode.OK


def _print(facts: Facts, sizes: list[SizeTotal]) -> None:
    from efface.pipeline.reporting.page import decision_rows, failure_rows, quarantined, redacted, utility_rows
    from efface.pipeline.reporting.templates import share_in_words, size_in_words

    print(
        f"{facts.instances:,} instances of {facts.patients:,} patients, {facts.studies:,} studies, {facts.frames:,} frames; "
        f"{quarantined(facts):,} quarantined; {redacted(facts):,} text regions filled"
    )
    for policy, _, key_id, count in facts.versions:
        print(f"policy {policy}, key {key_id}: {count:,} instances")
    for title, rows in (
        ("by device", [(one.modality, one.manufacturer, one.model, f"{one.instances:,}") for one in facts.devices]),
        ("not published", [(verdict, code, f"{count:,}", text.advice) for verdict, code, count, text in failure_rows(facts)]),
        ("decided", [(what, f"{number:,}") for what, number in decision_rows(facts)]),
        ("useful", utility_rows(facts)),
        ("sizes", [(one.modality, f"{one.instances:,}", *map(size_in_words, one[2:])) for one in sizes]),
    ):
        if rows:
            print(f"{title}:")
            print_table(rows, indent="  ")
    misses = facts.misses
    if misses.read_in_full:
        print(
            f"missed by the prefilter: at most {share_in_words(misses.upper_share)} of {misses.instances:,} instances, with "
            f"{misses.confidence:.0%} confidence ({misses.missed:,} of {misses.read_in_full:,} drawn by key)"
        )
    faces = facts.faces
    print(f"heads not defaced: {facts.heads:,}; faces on photographs: {faces['redact']:,} filled, {faces['keep']:,} kept")
