"""Keeps logs of libraries off the terminal: they hold values of the data.

Beam warns where its extras are missing, and logs the traceback of whatever a step raises, with its message.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_logs() -> Iterator[None]:
    """Disable messages up to warnings for the block, and all of Beam's, also of workers that are threads of this process."""
    before, beam = logging.root.manager.disable, logging.getLogger("apache_beam")
    beam_before = beam.level
    logging.disable(max(before, logging.WARNING))
    beam.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logging.disable(before)
        beam.setLevel(beam_before)
