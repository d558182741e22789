"""`efface policy`: prints or checks a policy."""

from __future__ import annotations

import json

import click

from efface.pipeline.shipped import SHIPPED, shipped_text

from .command import Command, Group
from .errors import UsageError
from .exit_codes import ExitCode
from .options import Choice, PolicyName, json_option


@click.group(
    cls=Group,
    invoke_without_command=True,
    short_help="print or check a policy",
    examples=("efface policy > policy.yaml", "efface policy show tcia", "efface policy check policy.yaml"),
)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Print or check a policy. Without COMMAND, print the policy basic, which documents every setting."""
    if ctx.invoked_subcommand is None:
        print(shipped_text("basic"), end="")
    return ExitCode.OK


@command.command(
    "check",
    cls=Command,
    short_help="check a policy",
    examples=("efface policy check tcia", "efface policy check policy.yaml --json"),
)
@click.argument("policy", type=PolicyName(), metavar="NAME|FILE")
@json_option("one JSON object: whether the policy is valid, and its version or the error")
def check(policy: str, as_json: bool) -> int:
    """Check a policy and print its version, or the first error. NAME is basic or tcia, FILE a YAML file."""
    from efface.pipeline.policy import PolicyError, load_policy

    try:
        version = load_policy(policy).version
    except PolicyError as error:
        if as_json:
            print(json.dumps({"valid": False, "error": str(error)}))
        raise UsageError(str(error)) from None
    print(json.dumps({"valid": True, "version": version}) if as_json else f"valid: {version}")
    return ExitCode.OK


@command.command(
    "show",
    cls=Command,
    short_help="print a policy that ships with efface",
    examples=("efface policy show tcia", "efface policy show basic > policy.yaml"),
)
@click.argument("policy", type=Choice(SHIPPED), metavar="NAME")
def show(policy: str) -> int:
    """Print a policy that ships with efface. NAME is basic or tcia."""
    print(shipped_text(policy), end="")
    return ExitCode.OK
