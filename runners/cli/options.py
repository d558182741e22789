"""Options and types of values that several commands share. Imports nothing slow: help and completion must return at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from efface.pipeline.shipped import SHIPPED
from efface.transforms.core.choices import not_one_of

F = TypeVar("F", bound=Callable[..., Any])


class Location(click.ParamType[str]):
    """A local path, a pattern or a URI, as the user wrote it. Local paths are completed."""

    name = "location"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]


class PolicyName(Location):
    """A shipped policy or a policy file."""

    name = "policy"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        shipped = [CompletionItem(name) for name in SHIPPED if name.startswith(incomplete)]
        return shipped + super().shell_complete(ctx, param, incomplete)


class Choice(click.Choice[str]):
    """One of several words. The error for another word suggests the nearest one."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        return not_one_of(str(value), self.choices)


class Count(click.IntRange):
    """A whole number, 1 or more."""

    name = "integer"

    def __init__(self) -> None:
        super().__init__(min=1)


INPUT = click.option(
    "--input",
    required=True,
    multiple=True,
    type=Location(),
    metavar="PATTERN",
    help="File, folder (with everything below it), ZIP or TAR archive, DICOMDIR, or pattern, local or in a bucket (gs://, "
    "s3://, az://). May be repeated.",
)

KEY_FILE = click.option(
    "--key-file",
    default="",
    type=Location(),
    metavar="FILE",
    help="File that contains the secret key (default: the environment variable EFFACE_KEY).",
)

POLICY = click.option(
    "--policy",
    default="basic",
    show_default=True,
    type=PolicyName(),
    metavar="NAME|FILE",
    help=f"{' or '.join(SHIPPED)}, or a YAML file.",
)

FILES = click.argument("files", nargs=-1, required=True, type=Location(), metavar="FILE...")
"""Files, folders, patterns or URIs."""

OUTPUT_PREFIX = click.argument("output", type=Location(), metavar="PREFIX")
"""The output of earlier runs."""


def json_option(what: str) -> Callable[[F], F]:
    """`--json`, with what it prints."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what}.")
