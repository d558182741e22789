"""Configures a process that reads DICOM: pydicom's settings, and attributes that its dictionary lacks."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable
from functools import cache

from pydicom import config
from pydicom.datadict import add_dict_entries, dictionary_has_tag

from ..core.newer_attributes import NEWER_ATTRIBUTES

_SILENT = logging.CRITICAL + 1
_IGNORED = ("ignore", None, Warning, re.compile(r"pydicom(\.|$)"), 0)
"""The entry of `warnings.filters` that ignores all warnings of pydicom."""


def configure() -> None:
    """Configure pydicom for this process. Idempotent, and cheap enough for every file.

    pydicom quotes values in its warnings and log lines, and refuses or repairs malformed values by its own rules. Here no value
    may reach a log, and the profile handles malformed values. The settings apply to the process, since pydicom decodes a value
    when it is first used, long after the call that read it.
    """
    config.settings.reading_validation_mode = config.IGNORE
    config.settings.writing_validation_mode = config.IGNORE
    logger = logging.getLogger("pydicom")
    if logger.level != _SILENT:
        logger.setLevel(_SILENT)
    if _IGNORED not in warnings.filters:  # The end of a `warnings.catch_warnings` block removes it.
        warnings.filterwarnings("ignore", module=_IGNORED[3].pattern)
    _register_attributes()


def pydicom_restorer() -> Callable[[], None]:
    """A function that takes back what `configure` sets from now on, but for the attributes that the dictionary lacked."""
    reading, writing = config.settings.reading_validation_mode, config.settings.writing_validation_mode
    logger = logging.getLogger("pydicom")
    level, was_ignored = logger.level, _IGNORED in warnings.filters

    def restore() -> None:
        config.settings.reading_validation_mode, config.settings.writing_validation_mode = reading, writing
        logger.setLevel(level)
        if not was_ignored and _IGNORED in warnings.filters:
            warnings.filters.remove(_IGNORED)  # type: ignore[attr-defined]  # typed as a Sequence; it is a list

    return restore


@cache
def _register_attributes() -> None:
    entries = {tag: entry for tag, entry in NEWER_ATTRIBUTES.items() if not dictionary_has_tag(tag)}
    if entries:
        add_dict_entries(entries)
