"""Reads and completes Beam's flags."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

LOCAL_RUNNERS = frozenset({"", "DirectRunner", "FnApiRunner"})
"""Names that mean this machine. Beam's own DirectRunner first looks for another runner on the internet."""

REMOTE_RUNNERS = ("FlinkRunner", "PortableRunner", "PrismRunner", "DataflowRunner")
"""Other runners that efface supports: tested on real clusters, or described in docs/."""


def unknown_flags(flags: Sequence[str]) -> list[str]:
    """The flags that no Beam option accepts. Beam itself ignores them silently."""
    _, unknown = _beam_parser().parse_known_args(list(flags))
    return unknown


def flag_names() -> frozenset[str]:
    """Every spelling of every option of Beam."""
    return frozenset(name for action in _beam_parser()._actions for name in action.option_strings)


def _beam_parser() -> argparse.ArgumentParser:
    from apache_beam.options.pipeline_options import PipelineOptions

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)  # type: ignore[arg-type]  # Beam offers no public way to list its options
    return parser


def runner_name(flags: Sequence[str]) -> str:
    """The runner that the flags name, or "" for none."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--runner", default="")
    return str(parser.parse_known_args(list(flags))[0].runner).rpartition(".")[2]


def with_defaults(flags: Sequence[str], defaults: Mapping[str, str]) -> list[str]:
    """The flags, completed by the defaults (name without dashes -> value) that they do not set."""
    given = {flag.partition("=")[0] for flag in flags}
    return [*flags, *(f"--{name}={value}" for name, value in defaults.items() if f"--{name}" not in given)]
