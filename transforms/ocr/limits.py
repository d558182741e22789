"""Limits what inference takes of a process: one thread, and no freed images.

Two OpenMP threads on a machine whose cores are busy spin while they wait for each other: the same frame then takes up to fifty
times as long. Two processes of one thread each are faster than one process of two threads anyway.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Callable

_VARIABLES = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
# From malloc.h of the GNU C library.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGE_BYTES = 4 << 20


def limit_process() -> None:
    """Hold every inference library of this process to one thread, and give freed buffers of images back to the system.

    Call it before a model is loaded; again is free.
    """
    for variable in _VARIABLES:
        os.environ[variable] = "1"  # Read by libraries that are not imported yet, and by child processes.
    import cv2

    cv2.setNumThreads(1)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    if platform.libc_ver()[0] == "glibc":
        _give_large_buffers_back()


def limits_restorer() -> Callable[[], None]:
    """A function that takes back what `limit_process` sets from now on, but for the limits of freed buffers."""
    import cv2

    variables, cv2_threads = {name: os.environ.get(name) for name in _VARIABLES}, cv2.getNumThreads()
    torch_threads = sys.modules["torch"].get_num_threads() if "torch" in sys.modules else len(os.sched_getaffinity(0))

    def restore() -> None:
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        cv2.setNumThreads(cv2_threads)
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(torch_threads)

    return restore


def _give_large_buffers_back() -> None:
    """Keep large buffers off the heap, where they leave holes that no other fits into: a tenth of what a worker holds.

    The GNU C library would raise these limits by itself, up to 32 MB. Other C libraries have no such setting.
    """
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    libc.mallopt(_M_TRIM_THRESHOLD, 4 * _LARGE_BYTES)
