"""The public Python interface of efface: de-identification of DICOM data sets at any scale.

`deidentify_file` and `deidentify` work on one file and one data set in this process. `Deidentify` is the graph for Beam. In a
graph of your own, `open_run` and `FindSources` or `ListSources` come before it, `report_of` and `CompleteRun` after it.

The import loads neither Beam nor a model: each name is loaded on its first use. Names that `__all__` does not list may change
between two versions.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if __name__ != "efface":
    raise ImportError("import efface: another name would make a second copy of this module")

if TYPE_CHECKING:
    from efface.pipeline.deidentify import Deidentified, Deidentify
    from efface.pipeline.in_process import deidentify, deidentify_file
    from efface.pipeline.job import Job
    from efface.pipeline.policy import Policy, PolicyError, load_policy
    from efface.pipeline.report import Quarantined, Report, report_of
    from efface.runners.graph_run import CompleteRun, Run, open_run
    from efface.transforms.core.errors import Failure
    from efface.transforms.core.instance import Source
    from efface.transforms.core.published import Published
    from efface.transforms.find_sources import FindSources
    from efface.transforms.list_sources import ListSources

    __version__: str

__all__ = [
    "CompleteRun",
    "Deidentified",
    "Deidentify",
    "Failure",
    "FindSources",
    "Job",
    "ListSources",
    "Policy",
    "PolicyError",
    "Published",
    "Quarantined",
    "Report",
    "Run",
    "Source",
    "__version__",
    "deidentify",
    "deidentify_file",
    "load_policy",
    "open_run",
    "report_of",
]

_MODULES = {
    "CompleteRun": "efface.runners.graph_run",
    "Deidentified": "efface.pipeline.deidentify",
    "Deidentify": "efface.pipeline.deidentify",
    "Failure": "efface.transforms.core.errors",
    "FindSources": "efface.transforms.find_sources",
    "Job": "efface.pipeline.job",
    "ListSources": "efface.transforms.list_sources",
    "Policy": "efface.pipeline.policy",
    "PolicyError": "efface.pipeline.policy",
    "Published": "efface.transforms.core.published",
    "Quarantined": "efface.pipeline.report",
    "Report": "efface.pipeline.report",
    "Run": "efface.runners.graph_run",
    "Source": "efface.transforms.core.instance",
    "deidentify": "efface.pipeline.in_process",
    "deidentify_file": "efface.pipeline.in_process",
    "load_policy": "efface.pipeline.policy",
    "open_run": "efface.runners.graph_run",
    "report_of": "efface.pipeline.report",
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
