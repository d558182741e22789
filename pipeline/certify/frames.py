"""Whether the lines in pixels are filled, the clinical ones are not, and nothing beside them changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .checks import Check
from .codes import CATEGORY, read_codes
from .manifest import Instance, Line
from .needles import Needle
from .outputs import Output
from .phrases import Fate

Pixels = npt.NDArray[Any]
ReadText = Callable[[npt.NDArray[np.uint8]], Sequence[str]]
"""Reads the lines of a picture, (rows, columns) or (rows, columns, 3)."""


@dataclass(frozen=True)
class FrameThresholds:
    """When pixels count as filled and as unchanged.

    Attributes:
        hidden_share: A line is hidden when this share of its letters is flat. A box cuts ends off now and then; one letter of
            ten names nobody.
        flat_levels: Letters are flat when their values differ by no more than this, in levels of 8 bits, in frames that are
            or were compressed with loss; elsewhere they have to be equal.
        margin_share, margin_px: Around an identifying line, so many heights of its letters and pixels more may be filled as
            well, on every frame: detectors find boxes with room around the ink, a cautious one adds a letter at each end,
            and a clip may be filled as a whole.
        kept_share: A clinical line is kept when this share of its pixels is unchanged.
    """

    hidden_share: float = 0.9
    flat_levels: int = 10
    margin_share: float = 1.5
    margin_px: int = 8
    kept_share: float = 0.98


THRESHOLDS = FrameThresholds()


def check_frames(instance: Instance, before: Output, after: Output, read: ReadText | None = None) -> Iterator[Check]:
    """Checks of the pixels of one instance.

    Args:
        before: The input, read as an output.
        read: An engine that confirms: what it still reads of an identifying line counts as a leak, whatever the pixels say.
    """
    original = before.frames
    if original is None:
        return
    shown = _frames(after)
    is_same_shape = shown is not None and shown.shape == original.shape
    yield _check(instance, "frames can be read", is_same_shape)
    if shown is None or not is_same_shape:
        return
    yield from compare_frames(instance, original, shown, read)


def compare_frames(instance: Instance, original: Pixels, shown: Pixels, read: ReadText | None = None) -> Iterator[Check]:
    """The same for decoded frames, (frames, rows, columns) or (frames, rows, columns, 3), of one shape."""
    reach = max(1, int(original.max()) - int(original.min()))
    tolerance = THRESHOLDS.flat_levels * reach / 255 if instance.is_lossy else 0
    texts = {frame: _read(shown[frame], read) for frame in range(len(shown))} if read and instance.lines else {}
    for line in instance.lines:
        if line.fate is Fate.GO:
            yield _hidden(instance, line, original, shown, tolerance, texts)
        else:
            yield _kept(instance, line, original, shown, tolerance)
    changed = _changed(original, shown, tolerance)
    for line in instance.lines:
        left, top, right, bottom = _with_margin(line)
        changed[:, top:bottom, left:right] = False
    boxes, filled_px = _split_boxes(changed, shown, tolerance)
    yield _check(
        instance, "no box without text", boxes == 0, detail=f"{boxes} boxes, {filled_px / changed.size:.2%} of the pixels"
    )
    count = int(changed.sum()) - filled_px
    yield _check(instance, "pixels outside unchanged", count == 0, detail=f"{count} of {changed.size} changed")


def _changed(original: Pixels, shown: Pixels, tolerance: float) -> npt.NDArray[np.bool_]:
    """(frames, rows, columns): where the frames differ, in any sample."""
    differs = np.abs(original.astype(np.int64) - shown.astype(np.int64)) > tolerance
    return np.asarray(differs.any(axis=3) if differs.ndim == 4 else differs, np.bool_)


def _split_boxes(changed: npt.NDArray[np.bool_], shown: Pixels, tolerance: float) -> tuple[int, int]:
    """How many boxes are filled with one value where nothing is written, and their pixels; a single pixel is no box."""
    boxes, filled_px = 0, 0
    for frame, where in enumerate(changed):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(where.astype(np.uint8), connectivity=4)
        for label in range(1, count):
            left, top, width, height, area_px = stats[label].tolist()
            place = np.s_[top : top + height, left : left + width]
            if min(width, height) > 1 and _spread(shown[frame][place][labels[place] == label]) <= tolerance:
                boxes, filled_px = boxes + 1, filled_px + area_px
    return boxes, filled_px


def _hidden(
    instance: Instance, line: Line, original: Pixels, shown: Pixels, tolerance: float, texts: dict[int, list[str]]
) -> Check:
    """The frame that shows most of the line decides."""
    shares = [_flat_share(original[frame], shown[frame], line, tolerance) for frame in line.frames]
    read = [text for frame in line.frames for text in texts.get(frame, ())]
    left, top, right, bottom = _with_margin(line)
    if line.category == CATEGORY:
        read += [text for frame in line.frames for text in read_codes(shown[frame, top:bottom, left:right])]
    is_read = any(Needle(needle).in_text(text) for needle in line.needles for text in read)
    is_hidden = min(shares) >= THRESHOLDS.hidden_share and not is_read
    detail = f"{line.text}: {min(shares):.0%} filled{', still read' if is_read else ''}"
    return _check(instance, f"{line.category} filled", is_hidden, line, detail)


def _flat_share(original: Pixels, shown: Pixels, line: Line, tolerance: float) -> float:
    """Which share of the letters that give a line away is flat: of the squares along them that had ink."""
    left, top, right, bottom = line.secret_box
    before, after = original[top:bottom, left:right], shown[top:bottom, left:right]
    if after.shape[0] > after.shape[1]:
        before, after = before.swapaxes(0, 1), after.swapaxes(0, 1)
    side = max(4, after.shape[0])
    starts = range(0, after.shape[1], side)
    inked = [start for start in starts if _spread(before[:, start : start + side]) > tolerance]
    flat = [start for start in inked if _spread(after[:, start : start + side]) <= tolerance]
    return len(flat) / len(inked) if inked else 1.0


def _spread(pixels: Pixels) -> float:
    """How far the values of a place are apart, in the sample where that is most."""
    samples = pixels.reshape(-1, pixels.shape[2] if pixels.ndim == 3 else 1).astype(np.int64)
    return float((samples.max(axis=0) - samples.min(axis=0)).max()) if samples.size else 0.0


def _kept(instance: Instance, line: Line, original: Pixels, shown: Pixels, tolerance: float) -> Check:
    left, top, right, bottom = line.box
    window = np.s_[list(line.frames), top:bottom, left:right]
    equal = np.abs(original[window].astype(np.int64) - shown[window].astype(np.int64)) <= tolerance
    return _check(instance, f"{line.category} kept", float(equal.mean()) >= THRESHOLDS.kept_share, line, line.text)


def _with_margin(line: Line) -> tuple[int, int, int, int]:
    left, top, right, bottom = line.box
    margin = THRESHOLDS.margin_px + round(THRESHOLDS.margin_share * line.size_px)
    return max(0, left - margin), max(0, top - margin), right + margin, bottom + margin


def _check(instance: Instance, category: str, is_right: bool, line: Line | None = None, detail: str = "") -> Check:
    if line is None:
        return Check("pixels", category, is_right, instance.file, "pixels", kind=instance.kind, detail=detail)
    look = f"{line.size_px} px, {line.contrast:.0%} contrast, {line.angle:g} degrees, {line.script}"
    return Check(
        "pixels",
        category,
        is_right,
        instance.file,
        f"frames {line.frames}",
        "pixels",
        line.culture,
        0,
        look,
        instance.kind,
        detail,
    )


def _frames(output: Output) -> Pixels | None:
    try:
        return output.frames
    except Exception:  # Whatever a decoder raises: the frames cannot be read.
        return None


def _read(frame: Pixels, read: ReadText | None) -> list[str]:
    if read is None:
        return []
    low, high = int(frame.min()), int(frame.max())
    scaled = (frame.astype(np.float32) - low) * (255 / max(1, high - low))
    return list(read(scaled.astype(np.uint8)))
