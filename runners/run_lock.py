"""A lock that allows one run at a time on an output: a small object that names the run for as long as it works."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from efface.transforms.audit.layout import lock_uri
from efface.transforms.core.errors import EffaceError, OutputConflictError, SourceChangedError
from efface.transforms.core.instance import Source
from efface.transforms.storage import storage_of


@dataclass(frozen=True)
class LockTimes:
    """When a lock is renewed, and when it is dead.

    Attributes:
        renew_every_sec: A run renews its lock this often.
        dead_after_sec: A lock that is older may be taken over: twenty renewals in a row have failed, or the machine is gone.
    """

    renew_every_sec: float = 30.0
    dead_after_sec: float = 600.0


TIMES = LockTimes()


class OutputBusyError(RuntimeError):
    """Another run works on the output. The message names it."""


@contextmanager
def run_lock(output: str, run_id: str) -> Iterator[None]:
    """Lock the output for one run.

    A run that was killed leaves its lock behind. The lock is taken over once its run is dead: its process is gone from this
    machine, or it has not renewed the lock for `LockTimes.dead_after_sec`.

    Raises:
        OutputBusyError: Another run holds the lock.
    """
    uri = lock_uri(output)
    storage = storage_of(uri)
    try:
        storage.write(uri, _lock_content(run_id))
    except OutputConflictError:
        _take_over(uri, run_id)
    is_over = threading.Event()
    renewer = threading.Thread(target=_renew, args=(uri, run_id, is_over), daemon=True)
    renewer.start()
    try:
        yield
    finally:
        is_over.set()
        renewer.join()
        storage.delete(uri)


def _take_over(uri: str, run_id: str) -> None:
    """Replace the lock of a dead run. If several runs try it at once, one succeeds."""
    storage = storage_of(uri)
    existing = storage.find(uri)
    lock = _read(existing)
    if existing is not None and not _is_dead(lock):
        raise OutputBusyError(f"the run {lock.get('run')} works on this output; wait for it, or give another output")
    try:
        storage.write(uri, _lock_content(run_id), replace=existing or False)
    except OutputConflictError:
        raise OutputBusyError("another run has just started on this output; wait for it, or give another output") from None


def _renew(uri: str, run_id: str, is_over: threading.Event) -> None:
    while not is_over.wait(TIMES.renew_every_sec):
        try:
            storage_of(uri).write(uri, _lock_content(run_id), replace=True)
        except EffaceError:
            continue  # A later renewal may succeed before the lock counts as dead.


def _lock_content(run_id: str) -> bytes:
    lock = {"run": run_id, "host": socket.gethostname(), "pid": os.getpid(), "heard": datetime.now(UTC).isoformat()}
    return json.dumps(lock).encode() + b"\n"


def _read(existing: Source | None) -> dict[str, Any]:
    """The content of a lock; empty if there is none, or if it is not readable as one."""
    if existing is None:
        return {}
    try:
        with storage_of(existing.uri).open(existing) as file:
            return dict(json.load(file))
    except SourceChangedError:
        raise OutputBusyError("another run has just started or ended on this output; try again") from None
    except ValueError:
        return {}


def _is_dead(lock: dict[str, Any]) -> bool:
    try:
        if lock["host"] == socket.gethostname() and not _is_alive(int(lock["pid"])):
            return True
        age = datetime.now(UTC) - datetime.fromisoformat(lock["heard"])
    except (KeyError, TypeError, ValueError):
        return True  # Not a lock, or written only in part.
    return age.total_seconds() > TIMES.dead_after_sec


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
