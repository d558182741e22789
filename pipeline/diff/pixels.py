"""Compares the pixels of two data sets as pydicom decodes them, and again as a second reader does.

Neither reader is the one by which efface finds text and fills it (`dicom.frame_reader`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import FileDataset
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array
from scipy import ndimage

from efface.transforms.core.box import Box
from efface.transforms.core.errors import FrameDecodeError
from efface.transforms.core.malformed import malformed
from efface.transforms.dicom.parse import LOSSY
from efface.transforms.dicom.second_reader import TOLERANCE, SecondReader

_NEAR_PX = 8
"""Changed pixels as near as this to each other are in one box."""
_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


class SecondReading(StrEnum):
    """What the second reader says."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NONE = "none"


@dataclass(frozen=True)
class FrameChange:
    """What changed on a Frame.

    Attributes:
        frame: Its number, from 0.
        boxes: Around the pixels that changed, those near to each other in one.
        changed_px: Their number.
        second_reading: Whether a second reader sees the same pixels changed.
    """

    frame: int
    boxes: tuple[Box, ...]
    changed_px: int
    second_reading: SecondReading


@dataclass(frozen=True)
class PixelChange:
    """What changed in the pixels.

    Attributes:
        source_syntax, output_syntax: Transfer Syntax UIDs.
        frames: Number of Frames.
        frame_px: Pixels of a Frame.
        same_shape: Frames, rows, columns and samples are the same; without that nothing else is compared.
        tolerance: Differences up to this one do not count, since decoders of a lossy source differ; 0 where the transfer syntax
            is the same, or the source has lost nothing.
        changed: The Frames that changed, by either reader.
        bytes_outside_equal: Whether every byte of the encoded pixel data is the same that is not of a changed pixel, or, where
            Frames are compressed, not of a changed Frame; None where the transfer syntax is another, or Frames share bytes.
    """

    source_syntax: str
    output_syntax: str
    frames: int
    frame_px: int
    same_shape: bool
    tolerance: int
    changed: tuple[FrameChange, ...]
    bytes_outside_equal: bool | None

    @property
    def same_syntax(self) -> bool:
        """Whether the transfer syntax is the same."""
        return self.source_syntax == self.output_syntax

    @property
    def changed_share(self) -> float:
        """Changed pixels over all pixels of all Frames, 0 to 1."""
        return sum(frame.changed_px for frame in self.changed) / max(1, self.frames * self.frame_px)

    @property
    def is_confirmed(self) -> bool:
        """Whether no second reading contradicts the first."""
        return all(frame.second_reading is not SecondReading.DISAGREES for frame in self.changed)


def compare_pixels(source: FileDataset, output: FileDataset) -> PixelChange | None:
    """Compare two data sets with pixel data; None where neither has any.

    Raises:
        FrameDecodeError: A Frame cannot be decoded.
    """
    keywords = [next((keyword for keyword in _KEYWORDS if keyword in dataset), "") for dataset in (source, output)]
    if not any(keywords):
        return None
    before, after = (str(dataset.file_meta.TransferSyntaxUID) for dataset in (source, output))
    frames, rows, columns, _ = shape = _shape(output)
    same_shape = shape == _shape(source) and keywords[0] == keywords[1]
    if not same_shape:
        return PixelChange(before, after, frames, rows * columns, False, 0, (), None)
    tolerance = TOLERANCE.far if before != after and before in LOSSY else 0
    encoded = _encoded_pairs(source, output, keywords[0]) if before == after else None
    is_alike = _pixel_module(source) == _pixel_module(output)
    outside: bool | None = None if encoded is None else True
    changed = []
    for frame in range(frames):
        one, other = next(encoded) if encoded is not None else (b"", None)
        if one == other and is_alike:
            continue
        mask = changed_pixels(source, output, frame, tolerance)
        reading = _second_reading(source, output, frame, mask, tolerance)
        if mask.any() or reading is SecondReading.DISAGREES:
            changed.append(FrameChange(frame, tuple(_boxes(mask)), int(mask.sum()), reading))
        if outside and other is not None:
            outside = _outside_equal(source, one, other, mask)
    if outside and encoded is not None:
        outside = all(one == other for one, other in encoded)  # Bytes behind the last Frame.
    return PixelChange(before, after, frames, rows * columns, True, tolerance, tuple(changed), outside)


def decoded_frame(dataset: FileDataset, frame: int, *, raw: bool) -> npt.NDArray[Any]:
    """A Frame as pydicom decodes it, (rows, columns[, samples]).

    Args:
        raw: Leave YBR as it is; else it becomes RGB.

    Raises:
        FrameDecodeError: It cannot be decoded.
    """
    with malformed(FrameDecodeError):
        return pixel_array(dataset, index=frame, raw=raw)


def changed_pixels(source: FileDataset, output: FileDataset, frame: int, tolerance: int = 0) -> npt.NDArray[np.bool_]:
    """Which pixels of a Frame differ: bool, (rows, columns)."""
    raw = source.PhotometricInterpretation == output.PhotometricInterpretation
    return _differing(decoded_frame(source, frame, raw=raw), decoded_frame(output, frame, raw=raw), tolerance)


def _differing(before: npt.NDArray[Any], after: npt.NDArray[Any], tolerance: int) -> npt.NDArray[np.bool_]:
    if before.dtype.kind == "f":
        differs = np.not_equal(before, after) & ~(np.isnan(before) & np.isnan(after))
    else:
        differs = np.abs(before.astype(np.int64) - after.astype(np.int64)) > tolerance
    return np.asarray(differs.any(axis=2) if differs.ndim == 3 else differs)


def _second_reading(
    source: FileDataset, output: FileDataset, frame: int, mask: npt.NDArray[np.bool_], tolerance: int
) -> SecondReading:
    if source.PhotometricInterpretation != output.PhotometricInterpretation:
        return SecondReading.NONE  # It converts no colours.
    try:
        before, after = (SecondReader(dataset).read_cells(frame) for dataset in (source, output))
    except Exception:  # Whatever a codec raises.
        return SecondReading.DISAGREES
    if before is None or after is None:
        return SecondReading.NONE
    is_same = np.array_equal(_differing(before[:], after[:], tolerance), mask)
    return SecondReading.AGREES if is_same else SecondReading.DISAGREES


def _boxes(mask: npt.NDArray[np.bool_]) -> Iterator[Box]:
    """Boxes around changed pixels, from top to bottom."""
    near = ndimage.binary_dilation(mask, np.ones((3, 3), bool), iterations=_NEAR_PX // 2)
    labels, _ = ndimage.label(near, np.ones((3, 3), bool))
    for rows, columns in ndimage.find_objects(np.where(mask, labels, 0)):
        yield Box(columns.start, rows.start, columns.stop, rows.stop)


def _encoded_pairs(source: FileDataset, output: FileDataset, keyword: str) -> Iterator[tuple[bytes, bytes]] | None:
    """The encoded bytes of each Frame in both, then what follows the last one; None where Frames share bytes."""
    frames, rows, columns, samples = _shape(source)
    values = (source[keyword].value, output[keyword].value)
    if source.file_meta.TransferSyntaxUID.is_encapsulated:
        with malformed(FrameDecodeError):
            before, after = (list(generate_frames(value, number_of_frames=frames)) for value in values)
        if not len(before) == len(after) == frames:
            raise FrameDecodeError("the pixel data has another number of frames than its header says")
        return zip(before, after, strict=True)
    bits, halved = rows * columns * samples * int(source.BitsAllocated), source.PhotometricInterpretation == "YBR_FULL_422"
    if bits % 8 or halved:
        return None
    ends = [(frame * bits // 8, (frame + 1) * bits // 8) for frame in range(frames)] + [(frames * bits // 8, None)]
    return ((values[0][start:end], values[1][start:end]) for start, end in ends)


def _outside_equal(dataset: FileDataset, before: bytes, after: bytes, mask: npt.NDArray[np.bool_]) -> bool:
    """Whether no byte of a Frame differs that is not of a changed pixel; of a compressed Frame that changed, all may."""
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return before == after or bool(mask.any())
    if len(before) != len(after) or int(dataset.BitsAllocated) % 8:
        return before == after
    differs = np.flatnonzero(np.frombuffer(before, np.uint8) != np.frombuffer(after, np.uint8))
    cells, samples = differs // (int(dataset.BitsAllocated) // 8), int(dataset.get("SamplesPerPixel") or 1)
    is_planar = samples > 1 and dataset.get("PlanarConfiguration") == 1
    return bool(mask.ravel()[cells % mask.size if is_planar else cells // samples].all())


_MODULE = ("PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PlanarConfiguration")


def _pixel_module(dataset: FileDataset) -> tuple[Any, ...]:
    """What decides how the bytes of a Frame are read, beside its size."""
    return tuple(dataset.get(name) for name in _MODULE)


def _shape(dataset: FileDataset) -> tuple[int, int, int, int]:
    """Frames, rows, columns, samples."""
    try:
        frames, samples = (int(dataset.get(name) or 1) for name in ("NumberOfFrames", "SamplesPerPixel"))
        return frames, int(dataset.Rows), int(dataset.Columns), samples
    except (AttributeError, TypeError, ValueError):
        raise FrameDecodeError("the size of the pixel data is not stated") from None
