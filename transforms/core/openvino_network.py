"""A network that OpenVINO runs on a CPU, with the settings that all networks here share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import openvino

_CONFIG = {
    "INFERENCE_NUM_THREADS": "1",
    "NUM_STREAMS": "1",
    "PERFORMANCE_HINT": "LATENCY",
    # Pinned threads of several processes would all sit on the first core.
    "ENABLE_CPU_PINNING": "NO",
}
_KEPT_OPERATIONS = 250
"""OpenVINO's default of 5000 is hundreds of megabytes, since pictures are of endlessly many shapes."""
_PRECISION: Mapping[str, Mapping[str, str]] = {
    # Without it OpenVINO takes bfloat16 on the CPUs that have it, and the same picture gets other scores there than elsewhere.
    "exact": {"INFERENCE_PRECISION_HINT": "f32"},
    "fastest": {},
}


class OpenvinoNetwork:
    """A network as a function of its only input.

    Args:
        model: Not compiled yet.
        precision: "exact" or "fastest", as in `OcrSettings`.
        kept_operations: Operations that are kept compiled for their shapes.

    Attributes:
        compiled: What runs; OpenVINO has its settings on a compiled model alone, not on the process.
    """

    def __init__(self, model: openvino.Model, precision: str, kept_operations: int = _KEPT_OPERATIONS) -> None:
        config = {**_CONFIG, **_PRECISION[precision], "CPU_RUNTIME_CACHE_CAPACITY": str(kept_operations)}
        self.compiled = openvino.Core().compile_model(model, "CPU", config)
        self._request = self.compiled.create_infer_request()

    def __call__(self, values: np.ndarray) -> np.ndarray:
        self._request.infer([values], share_inputs=True)
        return np.array(self._request.get_output_tensor().data)
