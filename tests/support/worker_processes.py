"""Main functions of worker processes that die, fail and refuse on demand, without a graph, for tests of the supervisor.

A source whose name contains "poison" kills every worker, "broken" makes the graph fail, and "once" kills only the first worker,
which a file records. "endless" is never done, though its worker sends signs of life, and "silent" stops every worker. "long"
takes some seconds, in which its worker computes and counts, and "burning" computes for ever and counts nothing.
"""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from efface.runners.direct.messages import BatchFailed, BatchFinished, InstancesDone, Ready, StartFailed


def working(connection, batch_job):
    connection.send(Ready())
    while True:
        try:
            batch = connection.recv()
        except EOFError:
            return
        names = [source.uri for source in batch.sources]
        if any("poison" in name for name in names):
            os.kill(os.getpid(), signal.SIGKILL)
        if any("silent" in name for name in names):
            os.kill(os.getpid(), signal.SIGSTOP)
        while any("endless" in name for name in names):
            connection.send(InstancesDone(0))
            time.sleep(0.1)
        for second in range(12 if any("long" in name for name in names) else 0):
            connection.send(InstancesDone(0, cpu_sec=10.0 * second, counted=second))
            time.sleep(1)
        while any("burning" in name for name in names):
            connection.send(InstancesDone(0, cpu_sec=10 * time.monotonic()))
            time.sleep(0.1)
        for name in names:
            if "once" in name and not Path(name).exists():
                Path(name).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        connection.send(InstancesDone(len(names)))
        connection.send(BatchFailed("internal") if any("broken" in name for name in names) else BatchFinished())


def refusing(connection, batch_job):
    connection.send(StartFailed("the model is missing"))


def dying_at_start(connection, batch_job):
    os._exit(1)


def sleeping(connection, batch_job):
    connection.send(Ready())
    time.sleep(600)


def hanging_at_start(connection, batch_job):
    time.sleep(600)


def running_others(connection, batch_job):
    """Takes a batch, starts another process, writes both process ids to the source's name, and lets no thread run again."""
    connection.send(Ready())
    [source] = connection.recv().sources
    other = subprocess.Popen(["sleep", "600"])
    Path(source.uri).write_text(f"{os.getpid()} {other.pid}\n")
    re.match("(a+)+$", "a" * 60 + "b")  # It does not come to an end, and holds the interpreter.


def hanging_at_end(connection, batch_job):
    connection.send(Ready())
    connection.recv()
    connection.close()
    time.sleep(600)
