"""`efface key`: creates a secret key."""

from __future__ import annotations

from pathlib import Path

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import Location


@click.command(cls=Command, short_help="create a secret key", examples=("efface key efface.key",))
@click.argument("file", type=Location(), metavar="FILE")
def command(file: str) -> int:
    """Write a new random key to FILE, with mode 0600. Never overwrites a file.

    All pseudonyms come from the key: keep it, and keep it secret.
    """
    from efface.transforms.storage.key_source import make_key_file

    try:
        make_key_file(Path(file))
    except FileExistsError:
        raise UsageError("the file exists already, and a key is never overwritten; give another file") from None
    except OSError as error:
        raise UsageError(f"the key file cannot be written ({error.strerror})") from None
    print("The key is written. Keep it: only the same key gives the same pseudonyms again.")
    return ExitCode.OK
