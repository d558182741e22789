"""`efface vault`: write the maps from originals to pseudonyms."""

from __future__ import annotations

import sys
from argparse import Namespace

from efface.pipeline.policy import load_policy
from efface.pipeline.vault import export_vault
from efface.transforms.storage.key_source import KeySource

from .errors import UsageError
from .exit_codes import ExitCode
from .places import check_places, is_in_an_output, list_input


def carry_out(arguments: Namespace) -> int:
    """Write the identifying maps of the input."""
    policy = load_policy(arguments.policy)
    pseudonyms = KeySource(arguments.key_file).pseudonyms()
    check_places(arguments.input, output="", vault=arguments.prefix)
    if is_in_an_output(arguments.prefix):
        raise UsageError("the vault lies inside the output of a run; who may read one must not find the other")
    sources = list_input(arguments.input)
    failed = export_vault(sources, policy.profile, pseudonyms, arguments.prefix)
    for uri, (code, reason) in failed.items():
        print(f"{uri}: {code} ({reason})", file=sys.stderr)
    print(f"{len(sources) - len(failed)} of {len(sources)} sources are in the vault")
    return ExitCode.QUARANTINED if failed else ExitCode.OK
