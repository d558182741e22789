"""A process that has imported what workers need, and forks them: they begin at once, and share its memory.

It has no thread but its own, and serves one supervisor. Where it can, it is itself a fork, made before the launcher starts a
thread, and then nothing is imported twice. A spawned process imports everything anew.

Server and workers each lead a group of processes, which the kernel kills once the supervisor is gone.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import multiprocessing
import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NoReturn, Self

from efface.transforms.core.failures import describe_unexpected

from ..quiet_logs import quiet_logs
from ..without_pandas import without_pandas

_NUMBER = struct.Struct("i")
_HANDLES = 3
"""What a new process gets: see `_run`."""
_WITH_THREADS = ("apache_beam", "google.cloud.storage", "grpc", "obstore", "onnxruntime", "openvino", "torch")
"""Libraries whose threads a fork would lack, and wait for."""


@dataclass(frozen=True)
class ForkedProcess:
    """A process of a fork server. Its number stays its own until `ForkServer.release`.

    Attributes:
        pid: Its number, which is also that of the group of processes that it leads.
        sentinel: The end of a pipe that becomes readable once the process has ended.
        lifeline: The end of a pipe that the supervisor holds. Its closing kills the group.
    """

    pid: int
    sentinel: int
    lifeline: int

    def is_alive(self) -> bool:
        return not _is_readable(self.sentinel, 0)

    def end(self) -> None:
        """Kill the process and what it started. SIGTERM would end no C library that computes, nor a process that is stopped."""
        with contextlib.suppress(ProcessLookupError):  # It may not lead a group yet.
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def join(self) -> None:
        """Wait for its end."""
        _is_readable(self.sentinel, None)


class ForkServer:
    """Starts worker processes.

    Args:
        module: The name of a module that they all need.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._begin(is_fork=_may_fork())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, target: Callable[..., None], *arguments: Any) -> tuple[ForkedProcess, Connection]:
        """Start a process that runs `target(connection, *arguments)`, and give it with the other end of its connection.

        A server that was killed is replaced.

        Raises:
            OSError: The machine has no room for another process.
        """
        ours, theirs = multiprocessing.Pipe()
        (watched, lifeline), (sentinel, held) = os.pipe(), os.pipe()
        handles = (theirs.fileno(), watched, held)
        try:
            pid = self._fork(handles)
        except (BrokenPipeError, ConnectionResetError, EOFError):
            self.close()
            self._begin(is_fork=False)  # By now there are threads.
            pid = self._fork(handles)
        finally:
            theirs.close()
            os.close(watched)
            os.close(held)
        process = ForkedProcess(pid, sentinel, lifeline)
        # In a thread, since arguments that are large fill the pipe to a process that is stopped.
        threading.Thread(target=_send, args=(ours, pickle.dumps((target, arguments))), daemon=True).start()
        return process, ours

    def release(self, process: ForkedProcess) -> None:
        """Wait for the end of a process, and forget it."""
        process.join()
        os.close(process.lifeline)
        with contextlib.suppress(OSError):  # A server that is gone has forgotten all.
            self._requests.send(_NUMBER.pack(process.pid))
            self._requests.recv(_NUMBER.size)
        os.close(process.sentinel)

    def close(self) -> None:
        """End the server. Idempotent."""
        self._requests.close()
        self._process.kill()
        self._process.join()

    def _begin(self, *, is_fork: bool) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._requests, theirs):  # Libraries set a default timeout of sockets. Each end waits as long as it takes.
            end.setblocking(True)
        arguments = (theirs, self._requests if is_fork else None, self._module)
        process = multiprocessing.get_context("fork").Process if is_fork else multiprocessing.get_context("spawn").Process
        self._process = process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def _fork(self, handles: tuple[int, ...]) -> int:
        socket.send_fds(self._requests, [_NUMBER.pack(0)], handles)
        answer = self._requests.recv(_NUMBER.size)
        if not answer:
            raise EOFError
        pid: int = _NUMBER.unpack(answer)[0]
        if pid < 0:
            raise OSError(-pid, os.strerror(-pid))
        return pid


def _may_fork() -> bool:
    return threading.active_count() == 1 and not any(name in sys.modules for name in _WITH_THREADS)


def _send(connection: Connection, pickled: bytes) -> None:
    with contextlib.suppress(OSError):  # The process has ended, which its sentinel tells.
        connection.send_bytes(pickled)


def _is_readable(handle: int, wait_sec: float | None) -> bool:
    poll = select.poll()  # `select` takes only small numbers.
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(None if wait_sec is None else 1000 * wait_sec))


def _serve(requests: socket.socket, inherited: socket.socket | None, module: str) -> None:
    """The main function of the server. A request with handles asks for a process, and one with a number forgets that process.

    Args:
        requests: Where the supervisor asks. It closes its end when it is done.
        inherited: The end of the supervisor, of which a fork has a copy.
        module: See `ForkServer`.
    """
    for number in signal.valid_signals():
        if callable(
            signal.getsignal(number)
        ):  # As in a new program: a handler of the launcher goes, and what is ignored stays so.
            signal.signal(number, signal.SIG_DFL)
    supervisor = multiprocessing.parent_process()
    assert supervisor is not None
    _lead_group_until_closed(supervisor.sentinel)  # Its other end closes when the supervisor ends.
    if inherited is not None:
        inherited.close()
    with quiet_logs():
        importlib.import_module(module)
    gc.freeze()  # What is never collected is never copied.
    with without_pandas():
        _answer(requests)


def _answer(requests: socket.socket) -> None:
    while True:
        message, handles, _, _ = socket.recv_fds(requests, _NUMBER.size, _HANDLES)
        if not message:
            return
        [pid] = _NUMBER.unpack(message)
        if handles:
            pid = _fork(requests, handles)
        else:
            with contextlib.suppress(ChildProcessError):  # Of a server that this one replaces.
                os.waitpid(pid, 0)
        requests.send(_NUMBER.pack(pid))


def _fork(requests: socket.socket, handles: list[int]) -> int:
    """The number of a new process, or that of an error, below 0."""
    try:
        pid = os.fork()
    except OSError as error:
        pid = -(error.errno or 1)
    if not pid:
        requests.close()
        _run(*handles)
    for handle in handles:
        os.close(handle)
    return pid


def _run(connected: int, watched: int, held: int) -> NoReturn:
    """Run what comes first on a connection, with the logs of what it imports turned off, and end the process.

    Args:
        connected: The connection.
        watched: The other end of `ForkedProcess.lifeline`.
        held: The other end of `ForkedProcess.sentinel`, which the end of the process closes.
    """
    code = 1
    try:
        for handle in (connected, watched, held):  # A program that the process starts would hold them beyond its end.
            os.set_inheritable(handle, False)
        _lead_group_until_closed(watched)
        connection = Connection(connected)
        with quiet_logs():
            target, arguments = pickle.loads(connection.recv_bytes())
            target(connection, *arguments)
        code = 0
    except (BrokenPipeError, ConnectionResetError, EOFError):  # The supervisor has closed the connection.
        pass
    except Exception as error:
        print(f"efface: {describe_unexpected(error)}; please report it", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def _lead_group_until_closed(pipe: int) -> None:
    """Lead a group of processes that the kernel kills once the other end is closed, whatever they do, stopped ones too."""
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    os.setpgid(0, 0)
    if _is_readable(pipe, 0):
        os.killpg(0, signal.SIGKILL)
