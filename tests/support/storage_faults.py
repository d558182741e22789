"""Faults of local storage in a whole run: `efface run` whose launcher and workers fail at a chosen write or deletion.

    python -m support.storage_faults FAULT STAGE TIMES run --input ...

FAULT is one of `FAULTS`, STAGE a regular expression for the path that is written or deleted, and TIMES which of the matching
ones it is.
"""

from __future__ import annotations

import dataclasses
import errno
import os
import re
import signal
import sys
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO

from efface.transforms.core.instance import Source
from efface.transforms.storage import local

FAULTS = ("killed before", "killed after", "cut off in", "full from", "hangs at", "vanishes", "changes", "burns")
"""Kill -9 before or after the object is there, with a half-written temporary file, no space from then on, a worker that stops;
a source that is gone or another one when it is opened, or whose reading computes for ever."""

_VARIABLE = "EFFACE_TEST_FAULT"


def run_worker(connection: Connection, batch_job: Any) -> None:
    """The main function of a worker process with the fault of its launcher."""
    from efface.runners.direct.worker import run_worker

    install()
    run_worker(connection, batch_job)


def install() -> None:
    """Let this process fail as the variable says."""
    fault, stage, times = os.environ[_VARIABLE].split("\n")
    left = int(times)

    def is_now(path: Path) -> bool:
        nonlocal left
        if not re.search(stage, str(path)):
            return False
        left -= 1
        return left <= 0 if fault == "full from" else left == 0

    put, delete, opened = local._put, local.LocalStorage.delete, local.LocalStorage.open

    def faulty_put(temporary: Path, path: Path, replace: Any) -> None:
        if not is_now(path):
            put(temporary, path, replace)
        elif fault == "full from":
            raise OSError(errno.ENOSPC, "no space")
        elif fault == "cut off in":
            os.truncate(temporary, temporary.stat().st_size // 2)
            _die()
        elif fault == "hangs at":
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            _die_around(fault, lambda: put(temporary, path, replace))

    def faulty_delete(storage: local.LocalStorage, uri: str) -> None:
        if is_now(Path(uri)) and fault != "full from":
            _die_around(fault, lambda: delete(storage, uri))
        delete(storage, uri)

    def faulty_open(storage: local.LocalStorage, source: Source) -> BinaryIO:
        if is_now(Path(source.uri)):
            while fault == "burns":
                pass
            Path(source.uri).unlink() if fault == "vanishes" else Path(source.uri).write_bytes(b"another one")
        return opened(storage, source)

    if fault in ("vanishes", "changes", "burns"):
        local.LocalStorage.open = faulty_open  # type: ignore[method-assign]
        return
    local._put = faulty_put
    local.LocalStorage.delete = faulty_delete  # type: ignore[method-assign]


def _die_around(fault: str, act: Callable[[], None]) -> None:
    if fault == "killed after":
        act()
    _die()


def _die() -> None:
    """Kill the launcher and this process at once, as a machine that loses its power."""
    if parent_process() is not None:
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from efface.runners.cli.main import main
    from efface.runners.direct import deadlines, run
    from support import storage_faults

    os.environ[_VARIABLE] = "\n".join(sys.argv[1:4])
    storage_faults.install()
    run.run_worker = storage_faults.run_worker
    deadlines.LIMITS = dataclasses.replace(deadlines.LIMITS, silent_sec=8.0, step_cpu_sec=10.0)
    sys.exit(main(sys.argv[4:]))
