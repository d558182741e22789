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
    """What is other after than before; nothing of the values.

    Volumes are compared by `pairs`, since dcm2niix appends letters to names that meet, in the order of its reading.
    """
    paired = pairs(before, after)
    found = [f"{name}: lost" for name in sorted(before.keys() - paired.keys())]
    found += [f"{name}: new" for name in sorted(after.keys() - paired.values())]
    for name, other in sorted(paired.items()):
        old, new = before[name], after[other]
        found += [
            f"{name}: {part}"
            for part in ("header", "voxels", "b_values", "b_vectors")
            if getattr(old, part) != getattr(new, part)
        ]
        found += [f"{name}: {field}" for field in FIELDS if not _is_same(field, old.fields.get(field), new.fields.get(field))]
    return found


def pairs(before: Mapping[str, Volume], after: Mapping[str, Volume]) -> dict[str, str]:
    """The name of each volume before, and that of the same one after: by its voxels and geometry, or else by its name.

    Of several volumes of one content the one that is alike in most else is taken, and before others that of the same name.
    """
    paired: dict[str, str] = {}
    for name, old in sorted(before.items()):
        same = [
            other
            for other, new in after.items()
            if other not in paired.values() and (new.header, new.voxels) == (old.header, old.voxels)
        ]
        if same:
            paired[name] = max(same, key=lambda other: (_alike(old, after[other]), other == name))
    for name in before.keys() - paired.keys():
        if name in after and name not in paired.values():
            paired[name] = name
    return paired


def _alike(old: Volume, new: Volume) -> int:
    same = (_is_same(field, old.fields.get(field), new.fields.get(field)) for field in FIELDS)
    return sum(same) + 2 * (old.b_values == new.b_values) + 2 * (old.b_vectors == new.b_vectors)


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
