"""Main functions of worker processes that die, fail and refuse on demand, without a graph, for tests of the supervisor.

A source whose name contains "poison" kills every worker, "broken" makes the graph fail, and "once" kills only the first worker,
which a file records.
"""

import os
import signal
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
