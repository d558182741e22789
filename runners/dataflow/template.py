"""The program of the Flex Template's launcher. Its parameters are the options of `efface run`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from efface.runners.cli.main import main

_OWN = ("key_file", "on_removed")
"""Names of parameters cannot hold the dash that these options of efface have."""


def command_line(parameters: Sequence[str]) -> list[str]:
    """The arguments of `efface` for the launcher's `--name=value` arguments; blank values are parameters left out."""
    given = [parameter for parameter in parameters if not parameter.endswith("=")]
    for name in _OWN:
        given = [parameter.replace(f"--{name}=", f"--{name.replace('_', '-')}=", 1) for parameter in given]
    return ["run", *given]


if __name__ == "__main__":
    sys.exit(main(command_line(sys.argv[1:])))
