"""What an export is asked for, and the error for what it cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from efface.transforms.core.packages import missing_packages

from .split import Shares


class ExportError(ValueError):
    """The export cannot run like this. The message says what to do."""


class Target(StrEnum):
    """What reads the export."""

    MONAI = "monai"
    CSV = "csv"
    WEBDATASET = "webdataset"
    BIDS = "bids"


class Format(StrEnum):
    """What an entry of the export is: a published file, a picture of one Frame, or a volume of one series."""

    DICOM = "dicom"
    PNG = "png"
    NIFTI = "nifti"


_FORMATS = {
    Target.MONAI: (Format.DICOM, Format.NIFTI, Format.PNG),
    Target.CSV: (Format.PNG, Format.NIFTI, Format.DICOM),
    Target.WEBDATASET: (Format.PNG, Format.NIFTI),
    Target.BIDS: (Format.DICOM,),
}
"""The formats of each target, the default first."""
DEFAULT_SPLIT = "80/10/10"
DEFAULT_SHARD_MB = 256


@dataclass(frozen=True)
class Settings:
    """What an export is asked for.

    Attributes:
        shares: Of training, validation and test.
        shard_mb: Size in MB at which a shard is full; it may grow by one sample more.
    """

    target: Target
    format: Format
    shares: Shares
    shard_mb: int


def check_settings(target: str, format: str | None, split: str, shard_mb: int) -> Settings:
    """The settings, with the default format of the target for None.

    Raises:
        ExportError: They do not fit together, or need a library that is not installed.
    """
    if target not in list(Target):
        raise ExportError(f"nothing is exported to this; give one of {', '.join(Target)}")
    formats = _FORMATS[Target(target)]
    if format is not None and format not in formats:
        raise ExportError(f"an export to {target} has no such format; give one of {', '.join(formats)}")
    if shard_mb < 1:
        raise ExportError("a shard has at least 1 MB")
    try:
        shares = Shares.parse(split)
    except ValueError as error:
        raise ExportError(str(error)) from None
    settings = Settings(Target(target), Format(format) if format else formats[0], shares, shard_mb)
    missing = missing_packages({"dcm2niix": "dcm2niix"}, extra="export")
    if settings.format is Format.NIFTI and missing:
        raise ExportError(f"volumes need what is {missing}")
    return settings
