"""`efface plan`: says what a run would do, and writes nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import INPUT, KEY_FILE, POLICY, Count, Location, json_option
from .tables import print_table

if TYPE_CHECKING:
    from efface.pipeline.plan import Counts, KnownOutputs
    from efface.pipeline.policy import Policy
    from efface.transforms.storage.key_source import KeySource

_VERDICTS = ("new", "changed", "known", "not_selected", "skipped", "quarantined")


@click.command(
    cls=Command,
    short_help="say what a run would do, without writing",
    examples=(
        "efface plan --input DICOM/ --policy policy.yaml",
        "efface plan --input DICOM/ --output OUT/ --policy tcia --key-file efface.key",
        "efface plan --input gs://archive/2024 --policy tcia --json",
    ),
    exit_codes={
        ExitCode.OK: "a run would find nothing in the headers to quarantine",
        ExitCode.USAGE: "wrong usage; nothing was done",
        ExitCode.QUARANTINED: "a run would quarantine an instance, or publish none",
    },
)
@INPUT
@POLICY
@click.option(
    "--output",
    default="",
    type=Location(),
    metavar="PREFIX",
    help="Output of earlier runs, to tell what is published already. Needs the key. Nothing is written to it.",
)
@KEY_FILE
@click.option("--workers", type=Count(), metavar="N", help="Processes that read headers (default: the usable cores).")
@json_option("one JSON object")
def command(input: tuple[str, ...], policy: str, output: str, key_file: str, workers: int | None, as_json: bool) -> int:
    """Read the headers of the input and count what a run with this policy would do. Writes nothing, and reads no pixels.

    New and changed instances are counted by SOP class and modality, attributes by rule and action, private attributes by
    creator. What fails only when pixels are read, or in the verification, is not foreseen.
    """
    from tqdm import tqdm

    from efface.pipeline.plan import Counts, plan_run
    from efface.pipeline.policy import load_policy
    from efface.transforms.storage.key_source import KeySource

    from .locations import stream_input

    settings = load_policy(policy)
    key = KeySource(key_file) if output or key_file else None
    if key is not None:
        key.pseudonyms()  # A missing key is an error before any other work.
    known = _known_outputs(output, settings, key) if output and key else None
    counts = Counts()
    parts = plan_run(stream_input(input), settings, key, known, workers or len(os.sched_getaffinity(0)))
    with tqdm(desc="reading headers", unit=" objects", leave=False, disable=None) as bar:
        for counts in parts:
            bar.update(counts.sources.total() - bar.n)
    print(json.dumps(_as_record(counts, settings))) if as_json else _print(counts, settings)
    publishes = counts.sources["new"] + counts.sources["changed"] + counts.sources["known"]
    return ExitCode.OK if publishes and not counts.sources["quarantined"] else ExitCode.QUARANTINED


def _known_outputs(output: str, settings: Policy, key: KeySource) -> KnownOutputs | None:
    """What stands in the output; None for one that no run has begun."""
    from efface.pipeline.plan import KnownOutputs
    from efface.transforms.audit.history import History
    from efface.transforms.audit.store import require_schema_version, table_files
    from efface.transforms.metadata.patients import mapping_refs

    require_schema_version(output)
    if next(iter(table_files(output, "instances")), None) is None:
        return None
    pseudonyms = key.pseudonyms()
    versions = settings.resolve().versions(pseudonyms)
    profile = settings.profile
    mappings = mapping_refs(profile.patients, pseudonyms)
    history = History(
        output,
        versions,
        mappings,
        requires_line=profile.requires_line,
        decisions=settings.decisions.read(pseudonyms),
        pseudonyms=pseudonyms,
    )
    if history.is_of_other_key(versions.key_id).any():
        raise UsageError("the output contains instances that were made with another key: use the key that made them")
    return KnownOutputs(history, output, pseudonyms)


def _as_record(counts: Counts, settings: Policy) -> dict[str, Any]:
    return {
        "policy": settings.name,
        "objects": counts.sources.total(),
        "verdicts": {name: counts.sources[name] for name in _VERDICTS},
        "codes": dict(sorted(counts.codes.items())),
        "patients": len(counts.patients),
        "table_of_patients": counts.table_of_patients(settings.profile.patients),
        "studies": len(counts.studies),
        "series": len(counts.series),
        "classes": _records(counts.classes, "sop_class", "modality"),
        "actions": _records(counts.actions, "rule", "action"),
        "private_creators": _records(counts.private_creators, "creator", "action"),
    }


def _records(counter: Counter[tuple[str, str]], *names: str) -> list[dict[str, str | int]]:
    return [{**dict(zip(names, pair, strict=True)), "count": count} for pair, count in _ordered(counter)]


def _ordered(counter: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    """The largest first; those of one size in order of their names."""
    return sorted(((pair, count) for pair, count in counter.items() if count), key=lambda item: (-item[1], item[0]))


def _print(counts: Counts, settings: Policy) -> None:
    from .summary import print_table_of_patients

    listed = ", ".join(f"{counts.sources[name]} {name}" for name in _VERDICTS)
    print(f"{counts.sources.total()} objects: {listed}")
    for code, count in sorted(counts.codes.items()):
        print(f"  {count} x {code}")
    print(f"new and changed: {len(counts.patients)} patients, {len(counts.studies)} studies, {len(counts.series)} series")
    print_table_of_patients(counts.table_of_patients(settings.profile.patients), "a new or changed object")
    for title, counter in (
        ("instances, by SOP class and modality", counts.classes),
        (f"attributes, by rule of the policy {settings.name!r} and action", counts.actions),
        ("private attributes, by creator", counts.private_creators),
    ):
        if counter:
            print(f"\n{title}:")
            print_table(
                [(str(count), first or "(none)", second or "(none)") for (first, second), count in _ordered(counter)], "  "
            )
