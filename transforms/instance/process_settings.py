"""Sets up a process for a while that is not efface's own: a notebook, or a worker of a data loader."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from ..dicom.configuration import configure, pydicom_restorer
from ..ocr.limits import limit_process, limits_restorer

_lock = threading.Lock()
_blocks = 0
_restorers: tuple[Callable[[], None], ...] = ()


@contextlib.contextmanager
def settings_of_efface() -> Iterator[None]:
    """Configure the process for the block alone: settings of pydicom, and the threads of the inference libraries.

    Blocks may overlap in several threads; the last one to end restores the settings from before the first.
    """
    global _blocks, _restorers  # noqa: PLW0603  # the settings are of the process as well
    with _lock:
        if not _blocks:
            _restorers = (pydicom_restorer(), limits_restorer())
        _blocks += 1
        configure()
        limit_process()
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if not _blocks:
                for restore in _restorers:
                    restore()
