"""Checks input, output and vault of a command before any work."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from efface.transforms.audit.layout import runs_prefix
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.instance import Source
from efface.transforms.storage import fixed_prefix, is_below, is_local, join_uri, storage_of

from ..direct.run import list_sources
from .errors import UsageError


def check_places(inputs: Sequence[str], output: str, vault: str) -> None:
    """Check that inputs exist, that output and vault can be written, and that none of these lies inside another.

    Raises:
        UsageError: It is not so; "" stands for a place that the command does not have.
    """
    for pattern in inputs:
        if is_local(pattern) and not Path(fixed_prefix(pattern)).exists():
            raise UsageError("the input does not exist; give a file, a folder or a pattern")
        for name, place in (("output", output), ("vault", vault)):
            if place and is_below(place, fixed_prefix(pattern)):
                raise UsageError(f"the {name} lies inside the input; give it a place of its own")
        if output and is_below(fixed_prefix(pattern), output):
            raise UsageError("the input lies inside the output; give the output a place of its own")
    if vault and output and (is_below(vault, output) or is_below(output, vault)):
        raise UsageError("the vault and the output lie one inside the other; who may read one must not find the other")
    for name, place in (("output", output), ("vault", vault)):
        if place and is_local(place):
            existing = next(path for path in (Path(place).absolute(), *Path(place).absolute().parents) if path.exists())
            if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
                raise UsageError(f"the {name} cannot be written: check the folder and its permissions")
        elif place:
            _try_to_write(name, place)


def _try_to_write(name: str, place: str) -> None:
    """Write an empty object and delete it: the only proof that a run could write."""
    probe = join_uri(place, f".efface-probe-{secrets.token_hex(4)}")
    try:
        storage_of(probe).write(probe, b"", replace=True)
    except Exception as error:  # Credentials, network, no such bucket, no such scheme: every client has errors of its own.
        raise UsageError(
            f"the {name} cannot be written ({type(error).__name__}): check that the bucket exists and the rights to it"
        ) from None
    with contextlib.suppress(Exception):  # A bucket may be one where nothing can be deleted yet.
        storage_of(probe).delete(probe)


def is_in_an_output(place: str) -> bool:
    """Whether a run wrote its audit above a place."""
    parts = (str(Path(place).resolve()) if is_local(place) else place.rstrip("/")).split("/")
    above = ("/".join(parts[:end]) for end in range(1 if is_local(place) else 3, len(parts) + 1))
    return any(next(iter(storage_of(prefix).list(runs_prefix(prefix))), None) for prefix in above)


def list_input(patterns: Sequence[str]) -> list[Source]:
    """Every object of the patterns, each once, in name order.

    Raises:
        UsageError: They cannot be listed, or there is none.
    """
    try:
        sources = list_sources(patterns)
    except EffaceError as error:
        raise UsageError(f"the input cannot be listed ({error.code}): {error}") from None
    except Exception as error:  # Credentials and network: the client's own message says what to do.
        raise UsageError(f"the input cannot be listed: {type(error).__name__}: {error}") from None
    if not sources:
        raise UsageError("the input matches nothing; give a file, a folder or a pattern")
    return sources
