"""`efface vault`: writes the maps from originals to pseudonyms."""

from __future__ import annotations

import sys

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import INPUT, KEY_FILE, POLICY, Location
from .tables import printable

_EXIT_CODES = {
    ExitCode.OK: "every source is in the vault",
    ExitCode.USAGE: "wrong usage; nothing was done",
    ExitCode.QUARANTINED: "a source is not in the vault",
}


@click.command(
    cls=Command,
    short_help="write the maps from originals to pseudonyms",
    examples=(
        "efface vault vault/ --input DICOM/ --key-file efface.key",
        'efface vault gs://secrets/vault --input "gs://archive/2024/*.dcm"',
    ),
    exit_codes=_EXIT_CODES,
)
@click.argument("prefix", type=Location(), metavar="PREFIX")
@INPUT
@POLICY
@KEY_FILE
def command(prefix: str, input: tuple[str, ...], policy: str, key_file: str) -> int:
    """Write the identifying maps of the input to PREFIX, as a run with --vault does.

    PREFIX is a folder or the prefix of a bucket with restricted access, outside any output. Reads only headers and the key. A
    policy can refer to patients.csv of the vault (metadata.patients) to keep the pseudonyms of patients under another
    key.
    """
    from efface.pipeline.policy import load_policy
    from efface.pipeline.vault import export_vault
    from efface.transforms.storage.key_source import KeySource

    from .locations import check_locations, is_in_an_output, list_input

    settings = load_policy(policy)
    pseudonyms = KeySource(key_file).pseudonyms()
    check_locations(input, output="", vault=prefix)
    if is_in_an_output(prefix):
        raise UsageError("the vault is inside the output of a run; readers of an output must not find the vault: give another")
    sources = list_input(input)
    failed = export_vault(sources, settings.profile, pseudonyms, prefix, settings.layout)
    for uri, (code, reason) in failed.items():
        print(f"{printable(uri)}: {code} ({reason})", file=sys.stderr)
    print(f"{len(sources) - len(failed)} of {len(sources)} sources are in the vault")
    return ExitCode.QUARANTINED if failed else ExitCode.OK
