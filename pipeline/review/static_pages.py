"""Writes the gallery as files that a browser shows without a server: outputs alone, never a source."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from efface.transforms.core.errors import EffaceError

from .gallery import Entry
from .pictures import AS_STORED
from .server import PAGE
from .session import Session

_DATA = "<!-- data -->"
"""Where the page loads the data, which a server tells when it is asked."""


def write_static_pages(
    output: str, entries: Sequence[Entry], folder: Path, on_progress: Callable[[int], object] = lambda done: None
) -> Counter[str]:
    """Write the page, the facts of every entry and a PNG of every Frame that is published.

    Args:
        output: The output prefix.
        entries: See `read_entries`.
        folder: A new or empty local folder.
        on_progress: Gets the number of entries that are written.

    Returns:
        Reason code -> number of instances whose Frames cannot be read. They have no pictures.

    Raises:
        FileExistsError: The folder contains files.
        OSError: It cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError("the folder contains files")
    session = Session(output, entries)
    page = (PAGE / "index.html").read_text(encoding="utf-8").replace(_DATA, '<script src="data.js"></script>')
    (folder / "index.html").write_text(page, encoding="utf-8")
    for name in ("review.css", "review.js"):
        (folder / name).write_bytes((PAGE / name).read_bytes())
    _write_script(folder / "data.js", "window.effaceData = {};", session.index())
    for name in ("instances", "pictures"):
        (folder / name).mkdir()
    unreadable: Counter[str] = Counter()
    for number in range(len(entries)):
        detail = session.detail(number)
        try:
            for frame in range(detail["frames"]):
                picture = session.picture("output", number, frame, AS_STORED, is_small=False)
                (folder / "pictures" / f"{number}-{frame}.png").write_bytes(picture)
            if detail["frames"]:
                picture = session.picture("output", number, 0, AS_STORED, is_small=True)
                (folder / "pictures" / f"{number}-small.png").write_bytes(picture)
        except EffaceError as error:
            unreadable[error.code] += 1
            detail |= {"frames": 0, "problem": f"{error.code}: {error}"}
        _write_script(folder / "instances" / f"{number}.js", "effaceInstance({});", detail | {"views": []})
        on_progress(number + 1)
    return unreadable


def _write_script(path: Path, form: str, values: dict[str, Any]) -> None:
    """A page of files can load scripts, and no JSON."""
    path.write_text(form.format(json.dumps(values)), encoding="utf-8")
