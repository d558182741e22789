"""`efface vault`: writes the maps from originals to pseudonyms."""

from __future__ import annotations

import sys
from argparse import Namespace

from efface.pipeline.policy import load_policy
from efface.pipeline.vault import export_vault
from efface.transforms.storage.key_source import KeySource

from .errors import UsageError
from .exit_codes import ExitCode
from .locations import check_locations, is_in_an_output, list_input


def run(arguments: Namespace) -> int:
    """Write the identifying maps of the input."""
    policy = load_policy(arguments.policy)
    pseudonyms = KeySource(arguments.key_file).pseudonyms()
    check_locations(arguments.input, output="", vault=arguments.prefix)
    if is_in_an_output(arguments.prefix):
        raise UsageError("the vault is inside the output of a run; readers of an output must not find the vault: give another")
    sources = list_input(arguments.input)
    failed = export_vault(sources, policy.profile, pseudonyms, arguments.prefix)
    for uri, (code, reason) in failed.items():
        print(f"{uri}: {code} ({reason})", file=sys.stderr)
    print(f"{len(sources) - len(failed)} of {len(sources)} sources are in the vault")
    return ExitCode.QUARANTINED if failed else ExitCode.OK
