"""`efface key`: creates a secret key."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from efface.transforms.storage.key_source import make_key_file

from .errors import UsageError
from .exit_codes import ExitCode


def run(arguments: Namespace) -> int:
    """Write a new random key to a file."""
    try:
        make_key_file(Path(arguments.file))
    except FileExistsError:
        raise UsageError("the file exists already, and a key is never overwritten; give another file") from None
    except OSError as error:
        raise UsageError(f"the key file cannot be written ({error.strerror})") from None
    print("The key is written. Keep it: only the same key gives the same pseudonyms again.")
    return ExitCode.OK
