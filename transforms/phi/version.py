"""The version of the judge: equal versions give equal verdicts."""

from __future__ import annotations

import functools
import hashlib
from importlib import resources

_RULES_VERSION = 1
"""Raised when the code of this folder decides anything otherwise than before."""


@functools.cache
def judge_version() -> str:
    """The version of the rules and a digest of the lists of words."""
    folder = resources.files(__package__)
    files = [*folder.iterdir(), *folder.joinpath("terms").iterdir()]
    lists = sorted((file.name, file.read_bytes()) for file in files if file.name.endswith(".txt"))
    digest = hashlib.sha256(b"\n".join(name.encode() + b"\n" + content for name, content in lists))
    return f"{_RULES_VERSION}-{digest.hexdigest()[:10]}"
