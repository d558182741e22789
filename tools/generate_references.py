"""Writes `docs/cli.md` and `docs/policy.md` anew from the commands and the shipped policies.

Usage: python -m tools.generate_references
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from efface.pipeline.shipped import SHIPPED, shipped_text
from efface.runners.cli.main import efface

DOCS = Path(__file__).parents[1] / "docs"
_WIDTH = 80
_NOTE = "<!-- Written by tools/generate_references.py. -->\n"


def cli_reference() -> str:
    """Every command with its help, in Markdown."""
    sections = (f"## {path}\n\n```text\n{_help(command, path)}\n```\n" for path, command in _commands(efface, "efface"))
    return f"# Commands\n\n{_NOTE}\nEach section is what `--help` prints.\n\n" + "\n".join(sections)


def policy_reference() -> str:
    """The shipped policies with their comments, in Markdown."""
    about = (
        "`efface policy show NAME` prints these files, `efface policy check FILE` checks one of your own, and\n"
        "`efface policy schema` prints the JSON Schema for editors. What the keys are for is in\n"
        "[Policies](policies.md).\n"
    )
    files = (f"## {name}\n\n```yaml\n{shipped_text(name)}```\n" for name in SHIPPED)
    return f"# Policy\n\n{_NOTE}\n{about}\n" + "\n".join(files)


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _commands(child, f"{path} {name}")


def _help(command: click.Command, path: str) -> str:
    settings = {**efface.context_settings, **command.context_settings}
    context = click.Context(command, info_name=path, terminal_width=_WIDTH, max_content_width=_WIDTH, **settings)
    return command.get_help(context).rstrip()


def main() -> None:
    (DOCS / "cli.md").write_text(cli_reference(), encoding="utf-8")
    (DOCS / "policy.md").write_text(policy_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
