"""`efface key`: creates a secret key."""

from __future__ import annotations

from pathlib import Path

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import Location


@click.command(
    cls=Command, short_help="create a secret key", examples=("efface key efface.key", "efface key --signing signing.key")
)
@click.argument("file", type=Location(), metavar="FILE")
@click.option("--signing", is_flag=True, help="A pair of keys that signs evidence: FILE and FILE.pub.")
def command(file: str, signing: bool) -> int:
    """Write a new random key to FILE, with mode 0600. Never overwrites a file.

    All pseudonyms come from the key: keep it, and keep it secret. A signing key (Ed25519) is another one: it signs
    evidence bundles, and whoever has FILE.pub can check them.
    """
    from efface.transforms.storage.key_source import make_key_file

    try:
        if signing:
            from efface.pipeline.evidence.signing import make_signing_key

            make_signing_key(Path(file))
        else:
            make_key_file(Path(file))
    except FileExistsError:
        raise UsageError("the file exists already, and a key is never overwritten; give another file") from None
    except OSError as error:
        raise UsageError(f"the key file cannot be written ({error.strerror})") from None
    if signing:
        print("Both keys are written. Keep FILE secret, and give FILE.pub to whoever checks your bundles.")
        return ExitCode.OK
    print("The key is written. Keep it: only the same key gives the same pseudonyms again.")
    return ExitCode.OK
