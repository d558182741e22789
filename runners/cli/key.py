"""`efface key`: make a new secret key."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from efface.transforms.storage.key_source import make_key_file

from .errors import UsageError
from .exit_codes import ExitCode


def carry_out(arguments: Namespace) -> int:
    """Write a new random key to a file."""
    try:
        make_key_file(Path(arguments.file))
    except FileExistsError:
        raise UsageError("the file is there already; a key is never overwritten") from None
    except OSError as error:
        raise UsageError(f"the key file cannot be written ({error.strerror})") from None
    print("A new key is made. Keep it: the same key gives the same pseudonyms, and no other key ever will.")
    return ExitCode.OK
