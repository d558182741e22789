"""One inference thread a process, in one place; as many processes as there are cores do the rest.

Two OpenMP threads on a machine whose cores are busy spin while they wait for each other: the same frame then takes up to fifty
times as long. Two processes of one thread each are faster than one process of two threads anyway.
"""

from __future__ import annotations

import os
import sys

OPENVINO_CONFIG = {
    "INFERENCE_NUM_THREADS": "1",
    "NUM_STREAMS": "1",
    "PERFORMANCE_HINT": "LATENCY",
    # Pinned threads of several processes would all sit on the first core.
    "ENABLE_CPU_PINNING": "NO",
}
"""What `openvino.Core.compile_model` is told; OpenVINO has no setting for the process."""

_VARIABLES = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def limit_threads() -> None:
    """Hold every inference library of this process to one thread. Call it before a model is loaded; again is free."""
    for variable in _VARIABLES:
        os.environ[variable] = "1"  # Read by libraries that are not imported yet, and by child processes.
    import cv2

    cv2.setNumThreads(1)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
