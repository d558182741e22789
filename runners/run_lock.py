"""A lock that allows one run at a time on an output: a small object that names the run for as long as it works.

It is written, renewed and taken over under a condition of the storage, so of several runs one has it. Its owner renews it, and
stops as soon as it is no longer its own.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from efface.transforms.audit.layout import lock_uri
from efface.transforms.core.errors import OutputConflictError, SourceChangedError
from efface.transforms.core.instance import Source
from efface.transforms.storage import storage_of

from .lock_owner import Owner, is_alive, owner_of


@dataclass(frozen=True)
class LockTimes:
    """When a lock is renewed, and when it is dead.

    Attributes:
        renew_every_sec: A run renews its lock this often.
        look_every_sec: It looks this often whether it is time, since a machine that slept for an hour has to renew at once.
        stop_after_sec: A run whose renewals fail for this long stops by itself, before another one may take over.
        dead_after_sec: A lock of another machine that is older may be taken over: twenty renewals in a row have failed, or the
            machine is gone.
    """

    renew_every_sec: float = 30.0
    look_every_sec: float = 1.0
    stop_after_sec: float = 540.0
    dead_after_sec: float = 600.0


TIMES = LockTimes()


class OutputBusyError(RuntimeError):
    """Another run works on the output. The message names it."""


class LockLostError(RuntimeError):
    """The lock is no longer this run's own, so the run has stopped."""


@contextmanager
def run_lock(output: str, run_id: str) -> Iterator[None]:
    """Lock the output for one run.

    A run that was killed leaves its lock behind. It is taken over once its owner is dead: at once if its process is gone from
    this machine, else when it has not been renewed for `LockTimes.dead_after_sec`.

    A run that loses its lock is interrupted: `KeyboardInterrupt` is raised in the block if it is in the main thread, and
    becomes `LockLostError` at its end.

    Raises:
        OutputBusyError: Another run holds the lock.
        LockLostError: The lock was lost, or could not be renewed for `LockTimes.stop_after_sec`.
    """
    with owner_of(run_id) as owner:
        lock = _Lock(lock_uri(output), owner)
        lock.acquire()
        lock.begin_renewals()
        try:
            yield
        except KeyboardInterrupt:
            if not lock.is_lost:
                raise
        finally:
            lock.release()
    if lock.is_lost:
        raise LockLostError(
            "this run no longer has the lock of the output: another run took over, or the lock could not be renewed for "
            f"{TIMES.stop_after_sec / 60:.0f} minutes; the same command resumes when no other run works on the output"
        )


class _Lock:
    """The lock of one run.

    Attributes:
        is_lost: True once another run may work on the output.
    """

    def __init__(self, uri: str, owner: Owner) -> None:
        self.uri, self.owner, self.is_lost = uri, owner, False
        self._storage = storage_of(uri)
        self._is_over, self._ending = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._can_interrupt = threading.current_thread() is threading.main_thread()

    def acquire(self) -> None:
        """Write the lock, or replace that of a dead run. If several runs try it at once, one succeeds."""
        try:
            self._storage.write(self.uri, self._content())
        except OutputConflictError:
            self._take_over()

    def begin_renewals(self) -> None:
        self._thread.start()

    def release(self) -> None:
        """End the renewals, and delete the lock if it is still this run's own."""
        with self._ending:
            self._is_over.set()
        self._thread.join(TIMES.renew_every_sec)  # A storage that hangs holds up nobody.
        # Where it cannot be deleted now, the lock stays as that of a process which is soon dead.
        with suppress(Exception):
            if not self.is_lost and self._is_own(self._storage.find(self.uri)):
                self._storage.delete(self.uri)

    def _take_over(self) -> None:
        existing = self._storage.find(self.uri)
        try:
            content = _read(existing)
        except SourceChangedError:
            raise OutputBusyError("another run has just started or ended on this output; try again") from None
        if existing is not None and not _is_dead(content):
            raise OutputBusyError(_busy_message(content))
        try:
            self._storage.write(self.uri, self._content(), replace=existing or False)
        except OutputConflictError:
            raise OutputBusyError("another run has just started on this output; wait for it, or give another output") from None

    def _keep(self) -> None:
        renewed_sec = tried_sec = _now_sec()
        while not self._is_over.wait(TIMES.look_every_sec):
            now_sec = _now_sec()
            if now_sec - tried_sec < TIMES.renew_every_sec:
                continue
            tried_sec = now_sec
            try:
                existing = self._storage.find(self.uri)
                is_own = self._is_own(existing)
                if is_own:
                    self._storage.write(self.uri, self._content(), replace=existing or False)
                    renewed_sec = now_sec
            except (OutputConflictError, SourceChangedError):
                is_own = False
            except Exception:  # A later renewal may succeed before the lock counts as dead. Clients have errors of their own.
                is_own = now_sec - renewed_sec < TIMES.stop_after_sec
            if not is_own:
                self._lose()
                return

    def _lose(self) -> None:
        """Interrupt the block."""
        with self._ending:
            if self._is_over.is_set():
                return
            self.is_lost = True
            # A shell ignores SIGINT of a job in the background; the command line handles SIGTERM in the same way.
            numbers = [number for number in (signal.SIGINT, signal.SIGTERM) if callable(signal.getsignal(number))]
            if self._can_interrupt and numbers:
                # Sent to the thread itself, since that ends a system call in which it waits.
                signal.pthread_kill(threading.main_thread().ident or 0, numbers[0])

    def _is_own(self, existing: Source | None) -> bool:
        return existing is not None and _read(existing).items() >= asdict(self.owner).items()

    def _content(self) -> bytes:
        return json.dumps({**asdict(self.owner), "heard": datetime.now(UTC).isoformat()}).encode() + b"\n"


def _now_sec() -> float:
    """A clock that nobody sets, and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _read(existing: Source | None) -> dict[str, Any]:
    """The content of a lock; empty if there is none, or if it is not readable as one.

    Raises:
        SourceChangedError: It was replaced or deleted just now.
    """
    if existing is None:
        return {}
    try:
        with storage_of(existing.uri).open(existing) as file:
            return dict(json.load(file))
    except (ValueError, TypeError):
        return {}


def _is_dead(content: dict[str, Any]) -> bool:
    try:
        alive = is_alive(content)
        age = datetime.now(UTC) - datetime.fromisoformat(content["heard"])
    except (KeyError, TypeError, ValueError):
        return True  # Not a lock, or written only in part.
    return age.total_seconds() > TIMES.dead_after_sec if alive is None else not alive


def _busy_message(content: dict[str, Any]) -> str:
    text = f"the run {content.get('run')} works on this output; wait for it, or give another output"
    if is_alive(content) is None:
        minutes = f"{TIMES.dead_after_sec / 60:.0f} minutes"
        return f"{text} (it runs on another machine; if it was killed there, its lock is free {minutes} after its last renewal)"
    return text
