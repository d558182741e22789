"""Converts a series to NIfTI volumes by dcm2niix (Li et al., 2016)."""

from __future__ import annotations

import gzip
import math
import re
import struct
import subprocess
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from efface.transforms.core.errors import EffaceError
from efface.transforms.instance.open import read_source

from .entry import Entry
from .series import Series
from .settings import ExportError

NO_VOLUME = "no_volume"
"""Why an instance is left out that is no slice of a volume: a single picture, a localizer, a clip without a place in space."""

_OPTIONS = ("-g", "i", "-b", "n", "-ba", "y", "-c", "", "-z", "i", "--big-endian", "n", "-f", "volume")
"""No defaults of the user, no sidecar, no comment; gzip without a time; a name that says nothing."""
_SAFE_SUFFIX = re.compile(r"[a-z]?(_(Eq|Tilt|ROI|ph|real|imaginary|[eti]?\d+))*", re.ASCII)
"""What dcm2niix appends to the name, where it holds no value of the header but a number."""
_CORRECTION = re.compile(r"_(Tilt|Eq)(_\d+)?", re.ASCII)
"""In the names of volumes that dcm2niix made from another one: sheared back, or resampled to even distances."""
_HEADER_BYTES, _CHUNK_BYTES = 348, 1 << 20


class Volume(NamedTuple):
    """A file that dcm2niix wrote, and the fields of its NIfTI-1 header that tell whether it is a volume."""

    path: Path
    shape: tuple[int, ...]
    transform_code: int

    @property
    def is_volume(self) -> bool:
        """Several slices with a place in space."""
        return len(self.shape) >= 3 and self.shape[2] > 1 and self.transform_code > 0

    @property
    def slices(self) -> int:
        """Of all its volumes, where it is a series of them in time."""
        return math.prod(self.shape[2:])


def volumes(series: Series, scratch: Path, left_out: Counter[str]) -> Iterator[Entry]:
    """The volumes of a series, as `.nii.gz`: one for most series, more where it holds several (echoes, orientations).

    Where slices are missing or the gantry was tilted, NIfTI cannot hold the slices as they are: the volume is the one that
    dcm2niix resampled.

    Args:
        scratch: A folder for copies of the series, which are gone afterwards.
        left_out: Gets one for each instance that is in no volume.

    Raises:
        ExportError: dcm2niix cannot be run.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        given, made = Path(folder, "dicom"), Path(folder, "nifti")
        given.mkdir()
        made.mkdir()
        frames = _copy(series, given, left_out)
        _convert(given, made)
        found = volumes_in(made)
        missing = max(0, frames - sum(versions[0].slices for versions in found))
        left_out[NO_VOLUME] += min(missing, len(list(given.iterdir())))
        for number, (*_, volume) in enumerate(found):
            suffix = volume.path.name.removeprefix("volume").removesuffix(".nii.gz")
            suffix = suffix if _SAFE_SUFFIX.fullmatch(suffix) else f"-{number}"
            name = f"volumes/{series.folder}{suffix}.nii.gz"
            yield Entry(name, series.instances[0], volume.slices, is_volume=True, data=volume.path.read_bytes())


def _copy(series: Series, folder: Path, left_out: Counter[str]) -> int:
    """Copy the published files of a series under names without meaning; returns the number of their Frames."""
    frames = 0
    for number, instance in enumerate(series.instances):
        try:
            Path(folder, f"{number:06d}.dcm").write_bytes(read_source(instance.source))
            frames += instance.pixels.frames
        except EffaceError as error:
            left_out[error.code] += 1
    return frames


def _convert(given: Path, made: Path) -> None:
    """Run dcm2niix. What it prints names files and values, so nobody sees it; what it could not convert has no file."""
    import dcm2niix

    try:
        subprocess.run([dcm2niix.bin, *_OPTIONS, "-o", str(made), str(given)], capture_output=True, check=False)
    except OSError as error:
        raise ExportError(f"dcm2niix cannot be run ({error.strerror}): install efface[export] for this machine") from None


def volumes_in(folder: Path) -> list[list[Volume]]:
    """The versions of each volume that dcm2niix wrote: as it is first, the most corrected one last."""
    files = (_read(path) for path in sorted(folder.glob("*.nii.gz")))
    found = [volume for volume in files if volume is not None and volume.is_volume]
    versions: defaultdict[str, list[Volume]] = defaultdict(list)
    for volume in sorted(found, key=lambda volume: (len(volume.path.name), volume.path)):
        versions[_CORRECTION.sub("", volume.path.name)].append(volume)
    return [versions[name] for name in sorted(versions)]


def _read(path: Path) -> Volume | None:
    """Read the header of a file, little-endian; None for a file that dcm2niix did not complete."""
    try:
        with gzip.open(path) as file:
            header = file.read(_HEADER_BYTES)
            while file.read(_CHUNK_BYTES):
                pass  # At its end the checksum is compared.
        dimensions, *shape = struct.unpack_from("<8h", header, 40)
        codes = struct.unpack_from("<2h", header, 252)  # qform_code, sform_code
    except (EOFError, gzip.BadGzipFile, zlib.error, struct.error):
        return None
    return Volume(path, tuple(shape[:dimensions]), max(codes))
