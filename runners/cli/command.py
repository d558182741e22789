"""Commands and groups of commands whose help ends with examples and exit codes."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import click

from efface.transforms.core.choices import nearest

from .errors import option_names


class _WithExamples(click.Command):
    """Help that ends with examples and, for a command with exit codes of its own, with their meaning."""

    def __init__(
        self, *arguments: Any, examples: Sequence[str] = (), exit_codes: Mapping[int, str] | None = None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.examples, self.exit_codes = examples, exit_codes or {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = [arg.partition("=")[0] for arg in args if arg.startswith("--")]
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as error:
            # Where unknown options are passed on, a mistyped one is noticed by what it leaves missing.
            names = option_names(self)
            for name in given:
                if name not in names and nearest(name, names):
                    raise click.NoSuchOption(name, ctx=ctx) from error
            error.ctx = error.ctx or ctx
            raise
        except click.UsageError as error:  # Not every one knows its command, whose help the message names.
            error.ctx = error.ctx or ctx
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        if self.exit_codes:
            with formatter.section("Exit codes"):
                formatter.write_dl([(str(int(code)), meaning) for code, meaning in self.exit_codes.items()])


class Command(_WithExamples):
    """A command."""


class Group(_WithExamples, click.Group):
    """A group of commands, in the order of their declaration."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class LazyGroup(Group):
    """A group that imports the module of a command when the command is needed. The module defines it as `command`.

    Args:
        package: The package of the modules.
        names: The commands. A module has the name of its command, with `_` for `-`.
    """

    def __init__(self, *arguments: Any, package: str, names: Sequence[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.package, self.names = package, names

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.names:
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command
