"""Work in a fork of this process, as a DataLoader of torch has it done."""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def in_fork(work: Callable[[], Result]) -> Result:
    """What a child process returns that begins with all that this process has open."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Other tests of this process may have started threads.
        child = os.fork()
    if not child:
        try:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            os._exit(0)  # Neither pytest nor what the parent registered runs twice.
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data)  # from our own child
