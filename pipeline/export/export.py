"""Exports the published instances of an output for trainers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from efface.transforms.audit.store import require_schema_version, table_files
from efface.transforms.core.errors import OutputWriteError
from efface.transforms.storage import is_below, is_local, storage_of

from .bids_table import bids_table
from .csv_table import instances_table
from .entry import Entry
from .folder import ExportFolder, open_folder
from .monai_list import MonaiList
from .pictures import pictures
from .published_files import published_files
from .series import Series, read_series
from .settings import DEFAULT_SHARD_MB, DEFAULT_SPLIT, ExportError, Format, Settings, Target, check_settings
from .split import Split
from .summary import SplitCounts, Summary
from .volumes import volumes
from .webdataset_shards import WebDatasetShards


class Index(Protocol):
    """What lists or holds the entries of an export.

    Attributes:
        name: The file that names the others, "" for none.
    """

    name: str

    def add(self, split: Split, series: Series, entries: Iterable[Entry]) -> int:
        """Add the entries of a series; returns their number."""

    def close(self) -> None:
        """Complete it."""


def export(
    output: str,
    folder: str,
    to: str,
    format: str | None = None,
    split: str = DEFAULT_SPLIT,
    shard_mb: int = DEFAULT_SHARD_MB,
    on_progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Make from the published files of an output what trainers read.

    Idempotent: the same output and settings give the same bytes. Only the files of an earlier export are replaced or removed.

    Args:
        output: Prefix of an output of `efface run`, local or in a bucket.
        folder: A new or empty local folder, or that of an earlier export to the same target.
        to: A `Target`.
        format: A `Format`; None for the default of the target.
        split: Shares of training, validation and test.
        shard_mb: Size in MB at which a WebDataset shard is full.
        on_progress: Called after each series with the number of instances that are done and of all.

    Raises:
        ExportError: The export cannot run like this; the message says what to do.
        SchemaVersionError: Another version of efface wrote the audit.
        EffaceError: The audit cannot be read, or the folder cannot be written.
    """
    settings = check_settings(to, format, split, shard_mb)
    _check_places(output, folder)
    try:
        with open_folder(Path(folder), settings) as opened:
            return _export(output, opened, settings, on_progress or (lambda done, total: None))
    except OSError as error:
        raise OutputWriteError(f"the export cannot be written ({error.strerror or type(error).__name__})") from None


def _check_places(output: str, folder: str) -> None:
    if not is_local(folder):
        raise ExportError("an export is written to a local folder: give one, and copy it to the bucket afterwards")
    try:
        storage_of(output)
    except OSError as error:
        raise ExportError(str(error)) from None
    require_schema_version(output)
    if next(iter(table_files(output, "instances")), None) is None:
        raise ExportError("there is no audit: give the output of a run that published something")
    if is_below(folder, output):
        raise ExportError("the folder is inside the output: give one outside")


def _export(output: str, folder: ExportFolder, settings: Settings, on_progress: Callable[[int, int], None]) -> Summary:
    left_out: Counter[str] = Counter()
    counts = {split: Counter[str]() for split in Split}
    patients: dict[Split, set[str]] = {split: set() for split in Split}
    index = _index(folder, settings)
    for series in read_series(output, left_out, on_progress):
        split, before = settings.shares.split_of(series.names.patient_id), left_out.total()
        entries = index.add(split, series, _entries(series, folder, settings.format, left_out))
        if entries:
            patients[split].add(series.names.patient_id)
            exported = len(series.instances) - (left_out.total() - before)
            counts[split].update(series=1, instances=exported, entries=entries)
    index.close()
    folder.commit(settings, last=index.name)
    splits = {split: SplitCounts(len(patients[split]), **counts[split]) for split in Split}
    return Summary(splits, {reason: count for reason, count in left_out.items() if count})


def _index(folder: ExportFolder, settings: Settings) -> Index:
    if settings.target is Target.MONAI:
        return MonaiList(folder, settings)
    if settings.target is Target.BIDS:
        return bids_table(folder)
    return instances_table(folder) if settings.target is Target.CSV else WebDatasetShards(folder, settings)


def _entries(series: Series, folder: ExportFolder, format: Format, left_out: Counter[str]) -> Iterator[Entry]:
    if format is Format.DICOM:
        return published_files(series, folder.path, left_out)
    return pictures(series, left_out) if format is Format.PNG else volumes(series, folder.scratch, left_out)
