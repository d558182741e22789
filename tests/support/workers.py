"""Worker processes that die, break and refuse on demand, without any graph: what the supervisor has to live with.

A source whose name holds "poison" kills whoever works on it, "broken" makes the graph raise, and "once-N" kills only the first
time, which a file remembers.
"""

import os
import signal
import time
from pathlib import Path

from efface.runners.direct.messages import Broken, Finished, Live, Ready, Refused


def dutiful(connection, order):
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
        connection.send(Live(len(names)))
        connection.send(Broken("ValueError") if any("broken" in name for name in names) else Finished())


def refusing(connection, order):
    connection.send(Refused("the model is missing"))


def stillborn(connection, order):
    os._exit(1)


def sleepy(connection, order):
    connection.send(Ready())
    time.sleep(600)
