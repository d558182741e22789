"""`efface conformance`: writes the part of a DICOM Conformance Statement on confidentiality."""

from __future__ import annotations

import click

from .command import Command
from .exit_codes import ExitCode
from .options import Location, PolicyName


@click.command(
    cls=Command,
    short_help="write the confidentiality part of a DICOM Conformance Statement",
    examples=(
        "efface conformance basic > statement.md",
        "efface conformance policy.yaml --html statement.html",
    ),
)
@click.argument("policy", type=PolicyName(), metavar="NAME|FILE")
@click.option("--html", default="", type=Location(), metavar="FILE", help="Write a page of HTML and print nothing.")
def command(policy: str, html: str) -> int:
    """Print in Markdown what a policy does, in the form of DICOM PS3.2 N.8.4.4 and N.11.2.6: supported options, the action
    for each attribute, private attributes that stay, UIDs, dates, pixel data and what is not published.

    NAME is basic or tcia, FILE a YAML file. The reasons of its overrides are repeated; its words, patterns and values
    are not.
    """
    from efface.pipeline.policy import load_policy
    from efface.pipeline.reporting.conformance import conformance_markdown, conformance_page

    from .files import write_page

    checked = load_policy(policy)
    if html:
        write_page(html, conformance_page(checked))
    else:
        print(conformance_markdown(checked), end="")
    return ExitCode.OK
