"""The entry point of the Flex Template. Its parameters are the options of `efface run`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from efface.runners.cli.main import main

_OPTIONS_WITH_DASH = ("key_file", "on_removed")
"""Options of efface with a dash in their names, which names of template parameters cannot have."""


def command_line(parameters: Sequence[str]) -> list[str]:
    """Convert the launcher's `--name=value` arguments to those of `efface`. An empty value means an omitted parameter."""
    given = [parameter for parameter in parameters if not parameter.endswith("=")]
    for name in _OPTIONS_WITH_DASH:
        given = [parameter.replace(f"--{name}=", f"--{name.replace('_', '-')}=", 1) for parameter in given]
    return ["run", *given]


if __name__ == "__main__":
    sys.exit(main(command_line(sys.argv[1:])))
