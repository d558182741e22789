"""The fork server: when it is a fork, and what becomes of it and of its workers."""

import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from efface.runners.direct import fork_server
from efface.runners.direct.fork_server import ForkServer
from efface.runners.direct.messages import split_into_batches
from efface.runners.direct.supervisor import BatchDone, WorkerReady, supervise
from efface.transforms.core.instance import Source
from support import worker_processes
from support.processes import are_gone, children_of, wait_until


def test_what_a_launcher_imports_starts_no_thread_that_a_fork_would_lack():
    code = "import efface.runners.cli.launch; from efface.runners.direct import fork_server; print(fork_server._may_fork())"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True\n"


def test_a_server_that_was_killed_is_replaced_and_its_workers_go_on(tmp_path):
    names = [*map(str, range(8)), str(tmp_path / "once"), *map(str, range(8, 12))]
    batches = split_into_batches([Source(name, 10, "1") for name in names], 1, 100)
    done, killed = Counter(), None
    for event in supervise(None, batches, 2, worker_processes.working):
        match event:
            case WorkerReady() if killed is None:
                [server] = multiprocessing.active_children()
                server.kill()
                killed = server.pid
            case BatchDone(batch):
                done.update(source.uri for source in batch.sources)
    assert done == Counter(names)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_server_ends_when_its_launcher_is_killed(is_stopped):
    code = (
        "from efface.runners.direct.fork_server import ForkServer; import time;"
        "server = ForkServer('efface'); print(server._process.pid, flush=True); time.sleep(600)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    server = int(launcher.stdout.readline())
    # It leads a group from its first moment on, which an interruption of the launcher's group does not reach.
    wait_until(lambda: os.getpgid(server) == server)
    if is_stopped:
        os.kill(server, signal.SIGSTOP)
    launcher.kill()
    launcher.wait()
    wait_until(lambda: are_gone([server]))


def test_a_default_timeout_of_sockets_ends_no_server(monkeypatch):
    # Beam sets one when it asks for credentials. A spawned server knows nothing of it.
    before = socket.getdefaulttimeout()
    monkeypatch.setattr(fork_server, "_may_fork", lambda: False)
    socket.setdefaulttimeout(60)
    try:
        with ForkServer(worker_processes.__name__) as server:
            process, connection = server.start(worker_processes.sleeping, None)
            assert connection.poll(60)
            connection.recv()
            process.end()
            server.release(process)
            assert server._process.is_alive()
    finally:
        socket.setdefaulttimeout(before)


def test_the_number_of_a_process_is_free_only_after_its_release():
    with ForkServer(worker_processes.__name__) as server:
        process, _ = server.start(worker_processes.dying_at_start, None)
        process.join()
        assert not process.is_alive()
        assert children_of(server._process.pid) == [process.pid]
        server.release(process)
        assert not children_of(server._process.pid)


def test_a_worker_has_no_handler_of_the_launcher_and_ignores_what_it_ignores():
    code = (
        "import signal; signal.signal(signal.SIGHUP, print); signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "from efface.runners.direct.fork_server import ForkServer; from support import worker_processes;"
        "server = ForkServer('efface'); process, connection = server.start(worker_processes.sleeping, None); connection.recv();"
        "print(open(f'/proc/{process.pid}/status').read()); process.end(); server.release(process); server.close()"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    status = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
    caught, ignored = (int(re.search(rf"{name}:\s*(\w+)", status)[1], 16) for name in ("SigCgt", "SigIgn"))
    assert not caught & sum(1 << number - 1 for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    assert ignored & 1 << signal.SIGTERM - 1
