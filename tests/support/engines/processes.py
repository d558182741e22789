"""Processes of an engine, and everything that they start, ended together."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_MARK = "EFFACE_TEST_ENGINE"


class Processes:
    """Starts processes that carry a mark of their own, which their descendants inherit however they detach themselves."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._mark = secrets.token_hex(8)
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *command: str | Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a program; what it prints goes to `<logs>/<name>.log`."""
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {}), _MARK: self._mark},
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def end(self) -> None:
        """Kill everything that carries the mark."""
        for pid in self._marked():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for process in self._started:
            process.wait()

    def _marked(self) -> Iterator[int]:
        wanted = f"{_MARK}={self._mark}".encode()
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    environment = (folder / "environ").read_bytes()
                except OSError:
                    continue
                if wanted in environment.split(b"\0"):
                    yield int(folder.name)


@contextmanager
def processes(logs: Path) -> Iterator[Processes]:
    """Processes that end with the block."""
    started = Processes(logs)
    try:
        yield started
    finally:
        started.end()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_until(holds: Callable[[], bool], what: str, seconds: int = 120) -> None:
    """Wait for something that an engine does in its own time.

    Raises:
        TimeoutError: It did not happen.
    """
    for _ in range(10 * seconds):
        # An engine that is still starting refuses the connection or answers that it is not ready.
        with contextlib.suppress(OSError):
            if holds():
                return
        time.sleep(0.1)
    raise TimeoutError(f"in {seconds} s there was no sign of: {what}")


def is_listening(port: int) -> bool:
    """Whether anybody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
