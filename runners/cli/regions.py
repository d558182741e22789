"""`efface regions`: proposes boxes for all images of a device."""

from __future__ import annotations

import dataclasses
import json

import click

from .command import Command, Group
from .errors import UsageError
from .exit_codes import ExitCode
from .options import KEY_FILE, OUTPUT_PREFIX, Count, Location, json_option


@click.group(cls=Group, short_help="propose boxes for all images of a device", examples=("efface regions propose OUT/",))
def command() -> None:
    """Propose boxes for all images of a device."""


@command.command(
    "propose",
    cls=Command,
    short_help="print the boxes that recur",
    examples=(
        "efface regions propose OUT/ > regions.yaml",
        "efface regions propose OUT/ --accept decisions.jsonl --author NAME",
    ),
)
@OUTPUT_PREFIX
@click.option("--least-instances", type=Count(), default=5, show_default=True, help="Images with a box at the place.")
@click.option(
    "--least-share",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Their share of the device's images.",
)
@click.option("--accept", default="", type=Location(), metavar="TABLE", help="Sign all of them, and add them to a table.")
@click.option("--author", default="", metavar="NAME", help="Who accepts them.")
@click.option("--vault", default="", type=Location(), metavar="PREFIX", help="Note pseudonym and name of the author there.")
@KEY_FILE
@json_option("one JSON object a box")
def propose(
    output: str,
    least_instances: int,
    least_share: float,
    accept: str,
    author: str,
    vault: str,
    key_file: str,
    as_json: bool,
) -> int:
    """Print the boxes that recur on the images of a device, as the section `regions` of a policy, with their counts.

    PREFIX is the output of earlier runs. Look at the boxes, and put those into the policy that are right: they are filled in
    addition to what is found.
    """
    from datetime import UTC, datetime

    from efface.pipeline.decisions.propose import ProposalLimits, as_yaml, propose_regions
    from efface.pipeline.decisions.table import append_decision
    from efface.transforms.core.decisions import Action, Decision, Scope
    from efface.transforms.storage.key_source import KeySource

    from .locations import require_output, require_separate_vault

    require_output(output)
    require_separate_vault(vault)
    if accept and not author:
        raise UsageError("--accept needs --author: who accepts the boxes")
    proposals = propose_regions(output, ProposalLimits(least_instances, least_share))
    if as_json:
        for one in proposals:
            print(json.dumps({**one._asdict(), "device": dataclasses.asdict(one.device), "share": one.share}))
    else:
        print(as_yaml(proposals), end="")
    if accept:
        pseudonyms, today = KeySource(key_file).pseudonyms(), datetime.now(UTC).date().isoformat()
        for one in proposals:
            decision = Decision(Scope.DEVICE, one.device, Action.REDACT, box=one.box, at=today)
            append_decision(accept, decision, pseudonyms, author, vault)
    return ExitCode.OK
