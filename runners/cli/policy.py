"""`efface policy`: prints or checks a policy."""

from __future__ import annotations

import json

import click

from efface.pipeline.shipped import SHIPPED, schema_text, shipped_text

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
    """Check a policy and print its version, or the first error. NAME is basic or tcia, FILE a YAML file.

    Packages, weights and the folder of a name model that the policy names are looked up as well. No model is loaded.
    """
    from efface.pipeline.check_models import check_models
    from efface.pipeline.policy import PolicyError, load_policy

    try:
        checked = check_models(load_policy(policy))
    except PolicyError as error:
        if as_json:
            print(json.dumps({"valid": False, "error": str(error)}))
        raise UsageError(str(error)) from None
    model = checked.phi.model
    sha256 = model.sha256 if model and model.folder else None
    if as_json:
        print(json.dumps({"valid": True, "version": checked.version, "model_sha256": sha256}))
        return ExitCode.OK
    print(f"valid: {checked.version}")
    if sha256:
        print(f"files of text.model.folder: sha256: {sha256}")
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


@command.command(
    "schema",
    cls=Command,
    short_help="print the JSON Schema of a policy",
    examples=("efface policy schema > policy.schema.json",),
)
def schema() -> int:
    """Print the JSON Schema of a policy, by which editors complete and check a policy file."""
    print(schema_text(), end="")
    return ExitCode.OK
