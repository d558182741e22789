"""The entry point: parses the command line and calls the module of the command."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from .arguments import build_parser
from .exit_codes import ExitCode


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `efface` command and return its exit code."""
    parser = build_parser()
    arguments, beam_flags = parser.parse_known_args(argv)
    if beam_flags and arguments.command != "run":
        parser.error(f"unrecognized arguments: {' '.join(beam_flags)}")
    arguments.beam_flags = beam_flags
    try:
        # Imported here, since Beam and the models load slowly and not every command needs them.
        command = importlib.import_module(f"efface.runners.cli.{arguments.command.replace('-', '_')}")
        return int(command.run(arguments))
    except KeyboardInterrupt:
        print("\nefface: interrupted; the same command resumes where it stopped", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except Exception as error:
        from .errors import exit_code_of

        code = exit_code_of(error)
        if code is None:
            raise
        print(f"efface: {error}", file=sys.stderr)
        return code


if __name__ == "__main__":
    sys.exit(main())
