"""The process that owns a lock, and whether it lives.

A later process with the same host name and process id, as in a container that was restarted, is another owner.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Owner:
    """What a lock says about its owner.

    Attributes:
        run: The run.
        host: The name of its host.
        boot: Changes whenever the kernel boots. Containers on one machine share it.
        pid_namespace: Where the process id holds: a container has a namespace of its own.
        pid: The process.
        started: When it started, in ticks since the kernel booted: a later process with this id has another number.
        claim: A name that the kernel frees when the process ends; "" for none.
    """

    run: str
    host: str
    boot: str
    pid_namespace: int
    pid: int
    started: int
    claim: str


@contextlib.contextmanager
def owner_of(run_id: str) -> Iterator[Owner]:
    """This process as the owner of a run's lock. In the block it holds its claim, which containers of one network see."""
    pid, claim = os.getpid(), f"efface-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as held:
        try:
            held.bind(_address(claim))
        except OSError:  # A sandbox may forbid it.
            claim = ""
        yield Owner(run_id, socket.gethostname(), _boot(), _pid_namespace(), pid, _state_and_start(pid)[1], claim)


def is_alive(content: Mapping[str, Any]) -> bool | None:
    """Whether the owner of a lock lives; None if it cannot be told from this machine.

    In the namespace of this process its id and its start decide. On the same host in another namespace, which a restarted
    container has, the owner lives while it holds its claim. Two containers of one host name and of different networks cannot be
    told from one that was restarted.
    """
    if not _boot() or (content.get("host"), content.get("boot")) != (socket.gethostname(), _boot()):
        return None
    if content.get("pid_namespace") == _pid_namespace():
        return _is_running(int(content["pid"]), int(content["started"]))
    return _is_held(str(content["claim"])) if content["claim"] else None


def _is_running(pid: int, started: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # It is another user's.
    try:
        state, start = _state_and_start(pid)
    except OSError:
        return True  # The system hides processes of other users.
    return state not in "ZX" and start == started  # A dead process remains until its parent has asked for it.


def _is_held(claim: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        return probe.connect_ex(_address(claim)) == 0


def _address(claim: str) -> str:
    """An address of Linux without a file (unix(7): abstract)."""
    return f"\0{claim}"


def _boot() -> str:
    """Empty where the kernel does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _pid_namespace() -> int:
    return Path("/proc/self/ns/pid").stat().st_ino


def _state_and_start(pid: int) -> tuple[str, int]:
    """State and start of a process (proc(5): the third and the 22nd field of `stat`; the second may hold spaces)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return fields[0], int(fields[19])
