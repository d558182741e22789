"""Checks the input, output and vault of a command before any work."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from efface.transforms.audit.layout import audit_prefix, instances_prefix, runs_prefix, vault_parts_prefix, vault_uri
from efface.transforms.audit.vault import VAULT_COLUMNS
from efface.transforms.core.instance import Source
from efface.transforms.instance.listing import list_sources, sources_of
from efface.transforms.storage import fixed_prefix, is_below, is_local, join_uri, may_match_below, reason_of, storage_of
from efface.transforms.storage.uris import scheme_of

from .errors import UsageError


def check_locations(inputs: Sequence[str], output: str, vault: str) -> None:
    """Check that the inputs exist, that output and vault are writable, and that none of these is inside another.

    Args:
        inputs: Patterns.
        output: Prefix, or "" for none.
        vault: Prefix, or "" for none.

    Raises:
        UsageError: A location cannot be used.
    """
    for pattern in inputs:
        if is_local(pattern) and not Path(fixed_prefix(pattern)).exists():
            raise UsageError("the input does not exist; give a file, a folder or a pattern")
        if output and is_below(fixed_prefix(pattern), output):
            raise UsageError("the input is inside the output; give the output a location outside")
        for name, written in (("output", _written_output(output)), ("vault", _written_vault(vault))):
            if any(may_match_below(pattern, prefix) for prefix in written):
                raise UsageError(f"the {name} is inside the input; give it a location outside")
    if vault and output and (is_below(vault, output) or is_below(output, vault)):
        raise UsageError(
            "one of vault and output is inside the other; readers of the output must not find the vault: separate them"
        )
    for name, location in (("output", output), ("vault", vault)):
        if location and is_local(location):
            folder = Path(location).absolute()
            existing = next(path for path in (folder, *folder.parents) if path.exists())
            if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
                raise UsageError(f"the {name} cannot be written: check the folder and its permissions")
        elif location:
            _try_to_write(name, location)


def _written_output(output: str) -> list[str]:
    """The prefixes of everything that a run writes below an output."""
    return [instances_prefix(output), audit_prefix(output)] if output else []


def _written_vault(vault: str) -> list[str]:
    """The prefixes of everything that is written below a vault."""
    return [uri(vault, table) for table in VAULT_COLUMNS for uri in (vault_uri, vault_parts_prefix)] if vault else []


def _try_to_write(name: str, prefix: str) -> None:
    """Write an empty object and delete it, since no other call shows whether a run can write."""
    if scheme_of(prefix) == "memory":
        raise UsageError(f"the {name} would end with this process: give a folder or the prefix of a bucket")
    probe = join_uri(prefix, f".efface-probe-{secrets.token_hex(4)}")
    try:
        storage_of(probe).write(probe, b"", replace=True)
    except Exception as error:  # Credentials, network, bucket, scheme.
        raise UsageError(f"the {name} cannot be written: {reason_of(error)}") from None
    with contextlib.suppress(Exception):  # A bucket may have a retention period.
        storage_of(probe).delete(probe)


def is_in_an_output(location: str) -> bool:
    """Whether the location or a folder above it contains the audit of a run."""
    parts = (str(Path(location).resolve()) if is_local(location) else location.rstrip("/")).split("/")
    prefixes = ("/".join(parts[:end]) for end in range(1 if is_local(location) else 3, len(parts) + 1))
    return any(next(iter(storage_of(prefix).list(runs_prefix(prefix))), None) for prefix in prefixes)


def require_separate_vault(vault: str) -> None:
    """Check that a vault, where one is given, is outside of every output.

    Raises:
        UsageError: It is inside one.
    """
    if vault and is_in_an_output(vault):
        raise UsageError("the vault is inside the output of a run; readers of an output must not find the vault: separate them")


def require_output(location: str) -> None:
    """Check that a location is the output of a run.

    Raises:
        UsageError: It has no audit, or it cannot be listed.
    """
    if not has_audit(location):
        raise UsageError("no run has written its output there: give the --output of a run")


def has_audit(location: str) -> bool:
    """Whether a location is the output of a run.

    Raises:
        UsageError: It cannot be listed.
    """
    try:
        return any(storage_of(location).list(audit_prefix(location)))
    except Exception as error:
        raise UsageError(f"the output cannot be listed: {reason_of(error)}") from None


def list_input(patterns: Sequence[str]) -> list[Source]:
    """Every source of the patterns, each once, in name order.

    Raises:
        UsageError: The objects cannot be listed, or there are none.
    """
    try:
        sources = list_sources(patterns)
    except Exception as error:
        raise UsageError(f"the input cannot be listed: {reason_of(error)}") from None
    if not sources:
        raise UsageError("the input matches nothing; give a file, a folder or a pattern")
    return sources


def stream_input(patterns: Sequence[str]) -> Iterator[Source]:
    """Every source of the patterns, each once, as they are listed: for inputs of any size.

    Raises:
        UsageError: See `list_input`.
    """
    count, seen = 0, set()
    try:
        for source in itertools.chain.from_iterable(map(sources_of, patterns)):
            name = hashlib.blake2b(source.uri.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            if len(patterns) > 1 and name in seen:  # One pattern lists nothing twice.
                continue
            seen.update([name] if len(patterns) > 1 else [])
            count += 1
            yield source
    except Exception as error:
        raise UsageError(f"the input cannot be listed: {reason_of(error)}") from None
    if not count:
        raise UsageError("the input matches nothing; give a file, a folder or a pattern")
