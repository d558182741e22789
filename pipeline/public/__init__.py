"""The public Python interface of efface: de-identification of DICOM data sets at any scale.

`deidentify_file` and `deidentify` work on one file and one data set in this process; `Deidentify` is the graph for Beam.

The import loads neither Beam nor a model: each name is loaded on its first use. Names that `__all__` does not list may change
between two versions.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if __name__ != "efface":
    raise ImportError("import efface: another name would make a second copy of this module")

if TYPE_CHECKING:
    from efface.pipeline.deidentify import Deidentified, Deidentify, Job
    from efface.pipeline.in_process import deidentify, deidentify_file
    from efface.pipeline.policy import Policy, PolicyError, load_policy
    from efface.pipeline.report import Quarantined, Report

    __version__: str

__all__ = [
    "Deidentified",
    "Deidentify",
    "Job",
    "Policy",
    "PolicyError",
    "Quarantined",
    "Report",
    "__version__",
    "deidentify",
    "deidentify_file",
    "load_policy",
]

_MODULES = {
    "Deidentified": "efface.pipeline.deidentify",
    "Deidentify": "efface.pipeline.deidentify",
    "Job": "efface.pipeline.deidentify",
    "Policy": "efface.pipeline.policy",
    "PolicyError": "efface.pipeline.policy",
    "Quarantined": "efface.pipeline.report",
    "Report": "efface.pipeline.report",
    "deidentify": "efface.pipeline.in_process",
    "deidentify_file": "efface.pipeline.in_process",
    "load_policy": "efface.pipeline.policy",
}
"""Public name -> module that defines it."""


def __getattr__(name: str) -> Any:
    """Load a public name on its first use (PEP 562)."""
    if name == "__version__":
        from importlib import metadata

        value: Any = metadata.version("efface")
    elif name in _MODULES:
        value = getattr(importlib.import_module(_MODULES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
