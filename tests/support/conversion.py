"""Converts series to NIfTI by dcm2niix and compares what comes of them before and after a de-identification."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dcm2niix

FIELDS = (
    *("EchoTime", "EchoTime1", "EchoTime2", "EchoNumber", "RepetitionTime", "FlipAngle", "InversionTime", "SliceTiming"),
    *("PhaseEncodingDirection", "PhaseEncodingAxis", "PhaseEncodingPolarityGE", "EffectiveEchoSpacing", "TotalReadoutTime"),
    *("BandwidthPerPixelPhaseEncode", "DwellTime", "ParallelReductionFactorInPlane", "MultibandAccelerationFactor"),
    *("PartialFourier", "ReconMatrixPE", "AcquisitionMatrixPE", "WaterFatShift", "EstimatedEffectiveEchoSpacing"),
    *("EstimatedTotalReadoutTime", "PhilipsRescaleSlope", "PhilipsRescaleIntercept", "PhilipsScaleSlope"),
    *("UsePhilipsFloatNotDisplayScaling", "DoseCalibrationFactor", "DecayFactor", "ScatterFraction", "FrameDuration"),
    *("FrameTimesStart", "InjectedRadioactivity", "ImageType", "ImageTypeText"),
)
"""Of the JSON, what tells how an image was made and has to stay as it was."""


@dataclass(frozen=True)
class Volume:
    """What dcm2niix makes of one series: the fields of the NIfTI header from dimensions to voxel sizes, voxels, directions."""

    header: bytes
    voxels: bytes
    b_values: str
    b_vectors: str
    fields: Mapping[str, Any]


def convert(folder: Path, target: Path) -> dict[str, Volume]:
    """The volumes of a folder, by the number of the series and what dcm2niix appends to it."""
    target.mkdir(parents=True, exist_ok=True)
    command = [dcm2niix.bin, "-b", "y", "-ba", "n", "-z", "n", "-f", "%s", "-o", str(target), str(folder)]
    subprocess.run(command, capture_output=True, check=False, timeout=600)
    return {path.stem: _volume(path) for path in sorted(target.glob("*.nii"))}


def differences(before: Mapping[str, Volume], after: Mapping[str, Volume]) -> list[str]:
    """What is other after than before; nothing of the values."""
    found = [f"{name}: {'lost' if name in before else 'new'}" for name in sorted(before.keys() ^ after.keys())]
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        found += [
            f"{name}: {part}"
            for part in ("header", "voxels", "b_values", "b_vectors")
            if getattr(old, part) != getattr(new, part)
        ]
        found += [f"{name}: {field}" for field in FIELDS if not _is_same(field, old.fields.get(field), new.fields.get(field))]
    return found


def _is_same(field: str, old: Any, new: Any) -> bool:
    if field == "SliceTiming" and isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return all(abs(a - b) <= _TIME_STEP_S for a, b in zip(old, new, strict=True))
    return bool(old == new)


_TIME_STEP_S = 2 * 2**-6
"""dcm2niix reads a time of day as a float of 32 bits, which has steps of a 64th of a second in the afternoon."""


def _volume(path: Path) -> Volume:
    data = path.read_bytes()
    texts = [other.read_text() if (other := path.with_suffix(end)).exists() else "" for end in (".bval", ".bvec")]
    side = path.with_suffix(".json")
    return Volume(data[40:108], data[352:], *texts, json.loads(side.read_text()) if side.exists() else {})
