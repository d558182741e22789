"""The folder of an export: written beside, then moved into place, so that no file of it is ever half there.

`efface-export.json` lists what exports made there. It is written before anything is moved, and again at the end: also after an
interruption the next export knows which files are its own, replaces them, and removes those that it does not make again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .entry import Entry
from .settings import ExportError, Settings

MANIFEST = "efface-export.json"
_STAGE = ".efface-export"


class ExportFolder:
    """A folder that one export writes. Made by `open_folder`.

    Attributes:
        path: The folder.
        scratch: A folder for temporary files.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stage = path / _STAGE / "files"
        self.scratch = path / _STAGE / "scratch"

    def add(self, entry: Entry) -> None:
        """Write the file of an entry, unless it is a published file that stays where it is."""
        if entry.data is not None:
            self.write(entry.path, entry.data)

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the export, by its path below the folder."""
        with self.open(name) as file:
            file.write(data)

    def open(self, name: str, mode: str = "wb", **options: Any) -> IO[Any]:
        """Open a new file of the export."""
        place = self._stage / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.open(mode, **options)

    def commit(self, settings: Settings, *, last: str) -> None:
        """Move all files into place, and remove what earlier exports made and this one did not.

        Args:
            last: The file that names the others; it is moved after them.

        Raises:
            ExportError: A file stands in the way that no export made.
        """
        old, new = self._own_files(), set(_files_below(self._stage))
        if any(map(self._is_blocked, new - old)):
            raise ExportError("the folder holds a file that efface did not make, under a name of the export: move it away")
        self._write_manifest(settings, old | new)
        for name in sorted(new, key=lambda name: (name == last, name)):
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            (self._stage / name).replace(place)
        for name in sorted(old - new):
            self._remove(name)
        self._write_manifest(settings, new)

    def check_owner(self, settings: Settings) -> None:
        """Check that the folder is empty, or that of an earlier export to the same target.

        Raises:
            ExportError: It holds something else.
        """
        manifest = self._manifest()
        if manifest is None and any(path.name != _STAGE for path in self.path.iterdir()):
            raise ExportError("the folder holds something else: give a new or an empty folder, or that of an earlier export")
        if manifest is not None and manifest["to"] != settings.target:
            raise ExportError("the folder holds an export to something else: give a folder of its own to each")

    def clear(self) -> None:
        """Remove the files of an export that was interrupted, and make room for those of a new one."""
        self.close()
        self._stage.mkdir(parents=True)
        self.scratch.mkdir()

    def close(self) -> None:
        """Remove all temporary files."""
        shutil.rmtree(self.path / _STAGE, ignore_errors=True)

    def _is_blocked(self, name: str) -> bool:
        place = self.path / name
        folders = (self.path / folder for folder in Path(name).parents)
        return place.exists() or any(folder.exists() and not folder.is_dir() for folder in folders)

    def _own_files(self) -> set[str]:
        files = (self._manifest() or {"files": []})["files"]
        return {name for name in files if not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts}

    def _manifest(self) -> dict[str, Any] | None:
        try:
            manifest = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
            return {"to": str(manifest["to"]), "files": [str(name) for name in manifest["files"]]}
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise ExportError(f"{MANIFEST} of the folder cannot be read: give another folder") from None

    def _write_manifest(self, settings: Settings, files: set[str]) -> None:
        described = {"to": settings.target, "format": settings.format, "split": str(settings.shares), "files": sorted(files)}
        temporary = self.path / _STAGE / MANIFEST
        temporary.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
        temporary.replace(self.path / MANIFEST)

    def _remove(self, name: str) -> None:
        place = self.path / name
        place.unlink(missing_ok=True)
        for folder in place.relative_to(self.path).parents:
            with contextlib.suppress(OSError):  # It holds other files, or is the folder of the export.
                if folder != Path():
                    (self.path / folder).rmdir()


@contextmanager
def open_folder(path: Path, settings: Settings) -> Iterator[ExportFolder]:
    """Make the folder if there is none, and keep it for one export. What was not committed is removed at the end.

    Raises:
        ExportError: It holds something else, or another export writes to it.
    """
    if path.exists() and not path.is_dir():
        raise ExportError("the target is a file: give a folder")
    path.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        _lock(handle)
        folder = ExportFolder(path)
        folder.check_owner(settings)
        folder.clear()
        try:
            yield folder
        finally:
            folder.close()
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ExportError("another export writes to this folder: wait for it") from None
    except OSError:
        return  # Some mounted file systems have no locks.


def _files_below(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
