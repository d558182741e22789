"""Keeps warnings of libraries off the terminal: they hold values of the data, and Beam warns where its extras are missing."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_logs() -> Iterator[None]:
    """Disable log messages up to warnings for the block, also those of workers that are threads of this process."""
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        yield
    finally:
        logging.disable(before)
