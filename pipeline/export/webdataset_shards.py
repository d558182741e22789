"""Writes an export as WebDataset shards: `<split>/shard-000000.tar`, with a picture or volume and its description a sample.

A shard is a plain tar file in which files of one sample follow each other, and have one name but for the extension.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable

from .entry import Entry
from .folder import ExportFolder
from .series import Series
from .settings import Settings
from .split import Split

_MB = 1_000_000


class _Shards:
    """The shards of one split."""

    def __init__(self, folder: ExportFolder, split: Split, max_bytes: int) -> None:
        self._folder, self._split, self._max_bytes = folder, split, max_bytes
        self._number = 0
        self._tar: tarfile.TarFile | None = None

    def write(self, key: str, files: dict[str, bytes]) -> None:
        """Write a sample: extension -> file."""
        if self._tar is not None and self._tar.offset >= self._max_bytes:
            self.close()
        if self._tar is None:
            file = self._folder.open(f"{self._split}/shard-{self._number:06d}.tar")
            self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115  # see close()
            self._number += 1
        for extension, data in files.items():
            member = tarfile.TarInfo(f"{key}.{extension}")  # Its time is 0, so that the same output gives the same bytes.
            member.size = len(data)
            self._tar.addfile(member, io.BytesIO(data))

    def close(self) -> None:
        """Complete the last shard."""
        if self._tar is not None and self._tar.fileobj is not None:
            self._tar.close()
            self._tar.fileobj.close()
        self._tar = None


class WebDatasetShards:
    """Shards of each split; see `Index`."""

    name = ""

    def __init__(self, folder: ExportFolder, settings: Settings) -> None:
        self._shards = {split: _Shards(folder, split, settings.shard_mb * _MB) for split in Split}

    def add(self, split: Split, series: Series, entries: Iterable[Entry]) -> int:
        """Add a sample for each entry."""
        count = 0
        for entry in entries:
            key, extension = _key_and_extension(entry)
            description = json.dumps(entry.describe(split)).encode()
            self._shards[split].write(key, {"json": description, extension: entry.data or b""})
            count += 1
        return count

    def close(self) -> None:
        """Complete the last shards."""
        for shards in self._shards.values():
            shards.close()


def _key_and_extension(entry: Entry) -> tuple[str, str]:
    """`<patient>/<series>/<instance or volume>`; WebDataset takes all behind the first dot of a name for its extension."""
    extension = "nii.gz" if entry.is_volume else "png"
    name = entry.path.rpartition("/")[2].removesuffix(f".{extension}").replace(".", "_")
    return f"{entry.instance.names.patient_id}/{entry.instance.names.series_instance_uid}/{name}", extension
