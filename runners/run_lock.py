"""One run at a time on one output: an object that names the current run while it lasts."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from efface.transforms.audit.layout import lock_uri
from efface.transforms.core.errors import EffaceError, OutputConflictError, SourceChangedError
from efface.transforms.core.instance import Source
from efface.transforms.storage import storage_of

_BEAT_EVERY_SEC = 30.0
_DEAD_AFTER_SEC = 600.0


class OutputBusyError(RuntimeError):
    """Another run is at work on the output; the message names it."""


@contextmanager
def run_lock(output: str, run_id: str) -> Iterator[None]:
    """Hold the output for one run.

    A run that was killed leaves its object behind. It is taken over once it is provably dead: its process is gone from this
    machine, or it has not been heard of for ten minutes.

    Raises:
        OutputBusyError: Another run holds the output.
    """
    uri = lock_uri(output)
    storage = storage_of(uri)
    try:
        storage.write(uri, _note(run_id))
    except OutputConflictError:
        _take_over(uri, run_id)
    over = threading.Event()
    beat = threading.Thread(target=_beat, args=(uri, run_id, over), daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()
        storage.delete(uri)


def _take_over(uri: str, run_id: str) -> None:
    """Replace the object of a dead run; of several who try it at once, one does."""
    storage = storage_of(uri)
    there = storage.find(uri)
    other = _read(there)
    if there is not None and not _is_dead(other):
        raise OutputBusyError(f"the run {other.get('run')} is at work on this output; wait for it, or give another output")
    try:
        storage.write(uri, _note(run_id), replace=there or False)
    except OutputConflictError:
        raise OutputBusyError("another run has just begun on this output; wait for it, or give another output") from None


def _beat(uri: str, run_id: str, over: threading.Event) -> None:
    while not over.wait(_BEAT_EVERY_SEC):
        try:
            storage_of(uri).write(uri, _note(run_id), replace=True)
        except EffaceError:
            continue  # The next beat may get through; ten minutes of silence are what it takes to be thought dead.


def _note(run_id: str) -> bytes:
    note = {"run": run_id, "host": socket.gethostname(), "pid": os.getpid(), "heard": datetime.now(UTC).isoformat()}
    return json.dumps(note).encode() + b"\n"


def _read(there: Source | None) -> dict[str, Any]:
    if there is None:
        return {}
    try:
        with storage_of(there.uri).open(there) as file:
            return dict(json.load(file))
    except SourceChangedError:
        raise OutputBusyError("another run has just begun or ended on this output; try again") from None
    except ValueError:
        return {}


def _is_dead(note: dict[str, Any]) -> bool:
    try:
        if note["host"] == socket.gethostname() and not _is_alive(int(note["pid"])):
            return True
        silent = datetime.now(UTC) - datetime.fromisoformat(note["heard"])
    except (KeyError, TypeError, ValueError):
        return True  # It is not one of ours, or it was cut off while it was written.
    return silent.total_seconds() > _DEAD_AFTER_SEC


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
