"""Names that a file or folder cannot have on every system."""

from __future__ import annotations

_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(10))})


def is_device(name: str) -> bool:
    """Whether a name is that of a device on Windows, in either case of letters and with any ending: nul, COM1.dcm."""
    return name.partition(".")[0].upper() in _DEVICES
