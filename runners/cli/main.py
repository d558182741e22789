"""The entry point: parses the command line and calls the command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from efface.transforms.core.failures import describe_unexpected

from ..quiet_logs import quiet_logs
from ..without_pandas import without_pandas
from .command import LazyGroup
from .errors import exit_code_of, usage_message
from .exit_codes import MEANINGS, ExitCode, exit_code_of_signal
from .signals import Interrupted, signals_interrupt
from .standard_streams import open_standard_streams

COMMANDS = (
    "run",
    "withdraw",
    "key",
    "policy",
    "explain",
    "conformance",
    "plan",
    "scan",
    "classify",
    "vault",
    "audit",
    "decide",
    "regions",
    "export",
    "verify",
    "report",
    "diff",
    "certify",
    "review",
    "demo-data",
)
"""Every command, in the order of the help. Each is a module of this package."""


@click.group(
    "efface",
    cls=LazyGroup,
    package=__package__,
    names=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=(
        "efface demo-data demo/in",
        "efface key demo/key",
        "efface run --input demo/in --output demo/out --key-file demo/key",
        "efface COMMAND --help",
    ),
    exit_codes=MEANINGS,
)
@click.version_option(package_name="efface", message="efface %(version)s")
def efface() -> None:
    """De-identify DICOM data sets: remove identifiers from metadata and burned-in text, and write an audit."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `efface` command and return its exit code."""
    open_standard_streams()
    arguments = None if argv is None else list(argv)
    try:
        with quiet_logs(), without_pandas(), signals_interrupt():
            return int(efface.main(arguments, prog_name="efface", standalone_mode=False) or ExitCode.OK)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return ExitCode.USAGE
    except click.UsageError as error:
        print(f"efface: {usage_message(error)}", file=sys.stderr)
        return ExitCode.USAGE
    except click.Abort as abort:
        cause = abort.__cause__  # click raises it from the KeyboardInterrupt.
        ended_by = exit_code_of_signal(cause.number) if isinstance(cause, Interrupted) else ExitCode.INTERRUPTED
        print(f"efface: {MEANINGS[ended_by]}", file=sys.stderr)
        return ended_by
    except Exception as error:
        code = exit_code_of(error)
        if code is None:
            print(f"efface: {describe_unexpected(error)}; please report it", file=sys.stderr)
            return ExitCode.ERROR
        print(f"efface: {error}", file=sys.stderr)
        return code


if __name__ == "__main__":
    sys.exit(main())
