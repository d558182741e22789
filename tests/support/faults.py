"""Faults of the redactor, the reader, the judge and the verification, and small instances to try them on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut
from pydicom.pixels.utils import pack_bits
from pydicom.uid import RLELossless

from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Finding, Verdict
from efface.transforms.core.text_line import TextLine
from efface.transforms.dicom import frame_writer
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.instance import deidentify, judge_text, read_text, rewrite, second_look, verify
from efface.transforms.ocr.two_stage import TwoStageDetector
from efface.transforms.phi import places
from efface.transforms.phi.judge import Judgement
from efface.transforms.phi.rules import Rule
from support.steps import pictured
from support.text_images import DrawnLine, TextImage, blank

NAME, ID, KEPT = "PLANTAGENET ZEBULON", "PLNT-770143", "LIVER"
_ROWS, _COLUMNS = 112, 320
_LEGIBLE_SHARE = 0.25
"""Share of the contrast of a third of a line from which on it is legible."""
Patch = pytest.MonkeyPatch
Boxes = Sequence[Box]


def _written(only: tuple[str, ...] = (NAME, ID, KEPT)) -> TextImage:
    image = blank(_ROWS, _COLUMNS, 0)
    for text, left, top in ((NAME, 20, 14), (ID, 20, 78), (KEPT, 220, 78)):
        if text in only:
            image.write(text, left, top, size_px=20, value=255)
    return image


def _frames(count: int, only: tuple[str, ...] = (NAME, ID, KEPT)) -> np.ndarray:
    """(frames, rows, columns) of uint8: noise with the text on it, every Frame with another noise."""
    ink = _written(only).pixels.astype(np.float32) / 255
    noise = np.random.default_rng(5).uniform(30, 60, (count, _ROWS, _COLUMNS)).astype(np.float32)
    return np.asarray(noise * (1 - ink) + 230 * ink, np.uint8)


def grey() -> Dataset:
    """Two Frames of 8 bits."""
    return pictured(_frames(2))


def still() -> Dataset:
    """Two equal Frames."""
    return pictured(np.repeat(_frames(1), 2, axis=0))


def late() -> Dataset:
    """Three Frames, of which the last one alone shows text."""
    return pictured(np.concatenate([_frames(2, only=()), _frames(3)[2:]]))


def words() -> Dataset:
    """One Frame of 16 bits."""
    dataset = pictured(_frames(1)[0])
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelData = (_frames(1)[0].astype("<u2") * 200).tobytes()
    return dataset


def colour() -> Dataset:
    """One Frame of RGB, pixel by pixel."""
    dataset = pictured(_frames(1)[0], SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0)
    dataset.PixelData = np.repeat(_frames(1)[0][..., None], 3, axis=2).tobytes()
    return dataset


def planar() -> Dataset:
    """One Frame of RGB, plane by plane; the planes differ."""
    dataset = pictured(_frames(1)[0], SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=1)
    dataset.PixelData = np.stack([_frames(1)[0], _frames(2)[1], _frames(3)[2]]).tobytes()
    return dataset


def palette() -> Dataset:
    """One Frame of indices; a higher index is a darker colour."""
    dataset = pictured(255 - _frames(1)[0], PhotometricInterpretation="PALETTE COLOR")
    values = (257 * np.arange(255, -1, -1)).astype("<u2").tobytes()
    for name in ("Red", "Green", "Blue"):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(dataset, f"{name}PaletteColorLookupTableData", values)
    return dataset


def run_lengths() -> Dataset:
    """Two Frames, RLE Lossless."""
    dataset = grey()
    dataset.compress(RLELossless, generate_instance_uid=False)
    return dataset


def overlaid() -> Dataset:
    """One Frame without text, and an overlay plane with it."""
    dataset = pictured(_frames(1, only=())[0])
    for element, vr, value in (
        (0x0010, "US", _ROWS),
        (0x0011, "US", _COLUMNS),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", pack_bits((_written().pixels > 127).astype(np.uint8).ravel())),
    ):
        dataset.add_new((0x6000, element), vr, value)
    return dataset


def legible_lines(dataset: Dataset) -> set[str]:
    """Which of the lines that were planted can be read on an instance, by the contrast of their ink. No engine is asked."""
    lines, ink = _written().lines, _written().pixels
    return {line.text for picture in _pictures(dataset) for line in lines if _is_legible(line, ink, picture)}


def _pictures(dataset: Dataset) -> list[np.ndarray]:
    """(rows, columns) of each Frame and overlay plane, in units of the contrast of the text."""
    values = dataset.pixel_array
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        values = apply_color_lut(values, dataset)
    values = values.astype(np.float32)
    if dataset.get("SamplesPerPixel", 1) == 3 or dataset.PhotometricInterpretation == "PALETTE COLOR":
        values = np.moveaxis(values, -1, 0)  # A line that one plane alone shows is legible.
    contrast = 185.0 * {16: 200, 8: 1}[dataset.BitsAllocated] * (257 if dataset.PhotometricInterpretation[0] == "P" else 1)
    shown = [frame / contrast for frame in values.reshape(-1, *values.shape[-2:])]
    return [*shown, *([dataset.overlay_array(0x6000).astype(np.float32)] if (0x6000, 0x3000) in dataset else [])]


def _is_legible(line: DrawnLine, ink: np.ndarray, picture: np.ndarray) -> bool:
    left, top, right, bottom = line.box
    letters, there = ink[top:bottom, left:right], picture[top:bottom, left:right]
    for third in np.array_split(np.arange(right - left), 3):
        drawn, shown = letters[:, third], there[:, third]
        if abs(float(shown[drawn > 200].mean() - shown[drawn < 20].mean())) > _LEGIBLE_SHARE:
            return True
    return False


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong in the process.

    Attributes:
        about: What, for the table of `docs/verification.md`.
        place: In which part.
        inject: Makes it go wrong.
        ends_as: The code of the failure; "harmless": published, and nothing that must go is legible; "not caught": it is.
        instance: What it is tried on.
        share: `ocr.second_look`.
    """

    about: str
    place: str
    inject: Callable[[Patch], None]
    ends_as: str
    instance: Callable[[], Dataset] = grey
    share: float = 0.0


def _boxes(change: Callable[[Box], Box]) -> Callable[[Patch], None]:
    """The redactor fills other boxes than those that it is given."""

    def redact(frame: np.ndarray, boxes: Boxes, value: np.ndarray) -> np.ndarray:
        return _redact_frame(frame, [change(box).clip(frame.shape[1], frame.shape[0]) for box in boxes], value)

    return lambda patch: patch.setattr(rewrite, "redact_frame", redact)


_redact_frame, _replace_frames, _boxes_by_frame = rewrite.redact_frame, rewrite.replace_frames, rewrite.boxes_by_frame
_patched_native, _encode, _serialize = frame_writer._patched_native, frame_writer.encode_frame, rewrite.serialize
_verify_pixels, _find_tiles, _read_pictures = verify.verify_pixels, read_text.find_tiles, read_text.read_pictures
_detect, _decode, _judge_readings = TwoStageDetector.detect, FrameReader._decode, places.judge_readings
_padded, _classify_lines, _read_dataset = places._padded, judge_text.classify_lines, rewrite.read_dataset
Changed = dict[int, np.ndarray]


def _changed(change: Callable[[Changed], Changed]) -> Callable[[Patch], None]:
    """The writer gets other Frames than those that were redacted."""
    return lambda patch: patch.setattr(
        rewrite, "replace_frames", lambda data, frames, boxes: _replace_frames(data, change(frames), boxes)
    )


def _native(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Patch], None]:
    """Native values are written in another way than the header says."""

    def write(dataset: Dataset, reader: FrameReader, changed: Changed) -> bytes:
        return _patched_native(dataset, reader, {index: change(frame) for index, frame in changed.items()})

    return lambda patch: patch.setattr(frame_writer, "_patched_native", write)


def _lines(change: Callable[[TextLine], TextLine | None]) -> Callable[[Patch], None]:
    """The engine finds something else, whenever it is asked."""

    def detect(self: TwoStageDetector, images: Sequence[np.ndarray], **about: Any) -> list[list[TextLine]]:
        found = _detect(self, images, **about)
        return [[new for line in lines if (new := change(line)) is not None] for lines in found]

    return lambda patch: patch.setattr(TwoStageDetector, "detect", detect)


def _first_lines(change: Callable[[TextLine], TextLine | None]) -> Callable[[Patch], None]:
    """The first look finds something else; the second one does not."""

    def read(*about: Any) -> list[list[TextLine]]:
        return [[new for line in lines if (new := change(line)) is not None] for lines in _read_pictures(*about)]

    return lambda patch: patch.setattr(read_text, "read_pictures", read)


def _findings(change: Callable[[Finding], Finding]) -> Callable[[Patch], None]:
    """The judge gives other findings, whenever it is asked."""

    def classify(*about: Any) -> tuple[Finding, ...]:
        return tuple(change(finding) for finding in _classify_lines(*about))

    return lambda patch: patch.setattr(judge_text, "classify_lines", classify)


def _both(*faults: Callable[[Patch], None]) -> Callable[[Patch], None]:
    def inject(patch: Patch) -> None:
        for fault in faults:
            fault(patch)

    return inject


def _half_transparent(patch: Patch) -> None:
    def redact(frame: np.ndarray, boxes: Boxes, value: np.ndarray) -> np.ndarray:
        return np.asarray((frame.astype(float) + _redact_frame(frame, boxes, value)) / 2, frame.dtype)

    patch.setattr(rewrite, "redact_frame", redact)


def _first_plane(patch: Patch) -> None:
    def redact(frame: np.ndarray, boxes: Boxes, value: np.ndarray) -> np.ndarray:
        filled = frame.copy()
        filled[..., 0] = _redact_frame(frame, boxes, value)[..., 0]
        return filled

    patch.setattr(rewrite, "redact_frame", redact)


def _first_box(patch: Patch) -> None:
    patch.setattr(rewrite, "redact_frame", lambda frame, boxes, value: _redact_frame(frame, boxes[:1], value))


def _nothing_filled(patch: Patch) -> None:
    patch.setattr(rewrite, "redact_frame", lambda frame, boxes, value: frame.copy())


def _other_frame(patch: Patch) -> None:
    def boxes_by_frame(*about: Any) -> dict[int, tuple[Box, ...]]:
        return {frame + 1: boxes for frame, boxes in _boxes_by_frame(*about).items() if frame == 0}

    patch.setattr(rewrite, "boxes_by_frame", boxes_by_frame)


def _brightest(patch: Patch) -> None:
    patch.setattr(rewrite, "fill_value", lambda stored, brightness: stored.max(axis=(0, 1)))


def _other_index(patch: Patch) -> None:
    patch.setattr(rewrite, "fill_value", lambda stored, brightness: stored.dtype.type(25))


def _planes_mixed(patch: Patch) -> None:
    def write(dataset: Dataset, reader: FrameReader, changed: Changed) -> bytes:
        reader.is_planar = False
        return _patched_native(dataset, reader, changed)

    patch.setattr(frame_writer, "_patched_native", write)


def _stale_codestream(patch: Patch) -> None:
    written: list[bytes] = []

    def encode(*about: Any) -> bytes:
        written.append(_encode(*about))
        return written[0]

    patch.setattr(frame_writer, "encode_frame", encode)


def _frame_lost(patch: Patch) -> None:
    def replace_frames(dataset: Dataset, changed: Changed, boxes: Any) -> str:
        method = _replace_frames(dataset, changed, boxes)
        dataset.NumberOfFrames, dataset.PixelData = 1, dataset.PixelData[: _ROWS * _COLUMNS]
        return method

    patch.setattr(rewrite, "replace_frames", replace_frames)


def _pixels_restored(patch: Patch) -> None:
    kept: list[bytes] = []

    def read_dataset(file: Any) -> Dataset:
        dataset = _read_dataset(file)
        kept.append(dataset.PixelData)
        return dataset

    def serialize(dataset: Dataset, **about: Any) -> bytes:
        dataset.PixelData = kept[-1]
        return _serialize(dataset, **about)

    patch.setattr(rewrite, "read_dataset", read_dataset)
    patch.setattr(rewrite, "serialize", serialize)


def _overlay_left(patch: Patch) -> None:
    patch.setattr(rewrite, "replace_overlay", lambda dataset, plane, values: None)


def _tiles(change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Callable[[Patch], None]:
    """The first look reads other tiles than those that were planned."""

    def find_tiles(*about: Any) -> tuple[Any, tuple[Any, ...]]:
        search, tiles = _find_tiles(*about)
        return search, change(tiles)

    return lambda patch: patch.setattr(read_text, "find_tiles", find_tiles)


def _next_frames(tiles: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(tile, frames=(tile.frames[0] + 1,)) for tile in tiles[:-1])


def _stale_frame(patch: Patch) -> None:
    patch.setattr(FrameReader, "_decode", lambda self, index: _decode(self, 0))


def _keeps(is_kept: Callable[[Sequence[TextLine]], bool]) -> Callable[[Patch], None]:
    def judge(lines: Sequence[TextLine], *about: Any) -> Judgement:
        return Judgement(Verdict.KEEP, Rule.TERM, 1.0) if is_kept(lines) else _judge_readings(lines, *about)

    return lambda patch: patch.setattr(places, "judge_readings", judge)


def _shows_name(lines: Sequence[TextLine]) -> bool:
    return any("ZEB" in line.text for line in lines)


def _other_verdict(finding: Finding) -> Finding:
    verdict = Verdict.KEEP if finding.verdict is Verdict.REDACT else Verdict.REDACT
    return replace(finding, verdict=verdict)


def _half_boxes(patch: Patch) -> None:
    def padded(line: TextLine, settings: Any) -> Box:
        box = _padded(line, settings)
        return box._replace(right=(box.left + box.right) // 2)

    patch.setattr(places, "_padded", padded)


def _negative_padding(patch: Patch) -> None:
    patch.setattr(places, "_padded", lambda line, settings: line.box.pad(-line.box.height // 3))


def _no_verification(patch: Patch) -> None:
    for module in (deidentify, second_look):
        patch.setattr(module, "verify_instance", lambda *about: None)


def _compared(which: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[[Patch], None]:
    """The verification compares other data sets than source and output."""

    def verify_pixels(original: Any, written: Any, boxes: Any) -> None:
        _verify_pixels(*which(original, written), boxes)

    return lambda patch: patch.setattr(verify, "verify_pixels", verify_pixels)


def _no_second_look(patch: Patch) -> None:
    patch.setattr(deidentify, "verify_text", lambda source, rewritten, evidence, *about: (evidence, rewritten))


def _without_id(line: TextLine) -> TextLine | None:
    return None if "770143" in line.text else line


def _name_as_term(line: TextLine) -> TextLine:
    return replace(line, text=KEPT, letters=()) if "ZEB" in line.text else line


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)


def _first_frame(finding: Finding) -> Finding:
    return replace(finding, frames=finding.frames[:1])


def _nothing(line: TextLine) -> None:
    return None


_shifted = _boxes(lambda box: box.shift(90, 0))
_of_source, _of_output = (_compared(which) for which in (lambda one, other: (one, one), lambda one, other: (other, other)))
FAULTS = (
    Fault("boxes are shifted to the right", "redactor", _shifted, "verification"),
    Fault("boxes are one row too low", "redactor", _boxes(lambda box: box.shift(0, 1)), "verification"),
    Fault("boxes have half their scale", "redactor", _boxes(lambda box: box.reduced(2)), "verification"),
    Fault("rows and columns are exchanged", "redactor", _boxes(_turned), "verification"),
    Fault("nothing is filled", "redactor", _nothing_filled, "verification"),
    Fault("one box of several is filled", "redactor", _first_box, "verification"),
    Fault("another frame is filled", "redactor", _other_frame, "verification"),
    Fault("the fill is half transparent", "redactor", _half_transparent, "verification"),
    Fault("one plane of three is filled", "redactor", _first_plane, "verification", colour),
    Fault("boxes have the value of the text", "redactor", _brightest, "harmless"),
    Fault("boxes have another index of the palette", "redactor", _other_index, "harmless", palette),
    Fault("the last frame is not filled", "writer", _changed(lambda frames: dict(list(frames.items())[:-1])), "verification"),
    Fault("frames are exchanged", "writer", _changed(lambda frames: {0: frames[1], 1: frames[0]}), "verification"),
    Fault("source frames are written", "writer", _changed(lambda frames: {}), "verification"),
    Fault("the pixels of the source come back when the object is written", "writer", _pixels_restored, "verification"),
    Fault("a frame is lost", "writer", _frame_lost, "verification"),
    Fault("planes are written pixel by pixel", "writer", _planes_mixed, "verification", planar),
    Fault("bytes are exchanged", "writer", _native(lambda frame: frame.byteswap()), "verification", words),
    Fault("the higher byte is lost", "writer", _native(lambda frame: frame & 0xFF), "verification", words),
    Fault("the codec writes an earlier frame", "writer", _stale_codestream, "verification", run_lengths),
    Fault("an overlay plane is not cleared", "writer", _overlay_left, "verification", overlaid),
    Fault("boxes of lines are too low", "reader", _lines(lambda line: replace(line, box=line.box.shift(0, 30))), "text_left"),
    Fault(
        "boxes of lines have half their scale",
        "reader",
        _lines(lambda line: replace(line, box=line.box.reduced(2))),
        "text_left",
    ),
    Fault("boxes are those of a turned copy", "reader", _lines(lambda line: replace(line, box=_turned(line.box))), "text_left"),
    Fault("lines count for the next frame", "reader", _tiles(_next_frames), "text_left"),
    Fault("the last frame is not read", "reader", _tiles(lambda tiles: tiles[:-1]), "text_left"),
    Fault("a line is missed", "reader", _first_lines(_without_id), "text_left"),
    Fault("a name is read as a term", "reader", _first_lines(_name_as_term), "text_left"),
    Fault("nothing is found at the first look, in the sample", "reader", _first_lines(_nothing), "text_left", share=1.0),
    Fault("the codec reads an earlier frame, and something is filled", "reader", _stale_frame, "readers_disagree"),
    Fault("the codec reads an earlier frame, and nothing is filled", "reader", _stale_frame, "not caught", late),
    Fault("nothing is found at the first look, outside of the sample", "reader", _first_lines(_nothing), "not caught"),
    Fault("nothing is ever found", "reader", _lines(_nothing), "not caught", share=1.0),
    Fault("names stay, and something else is filled", "judge", _keeps(_shows_name), "text_left"),
    Fault("everything stays, in the sample", "judge", _keeps(lambda lines: True), "text_left", share=1.0),
    Fault("everything stays, outside of the sample", "judge", _keeps(lambda lines: True), "not caught"),
    Fault("what goes and what stays are exchanged", "judge", _findings(_other_verdict), "text_left"),
    Fault("findings hold for the first frame", "judge", _findings(_first_frame), "text_left", still),
    Fault("boxes end in the middle of a line", "judge", _half_boxes, "text_left"),
    Fault("boxes are smaller than the letters", "judge", _negative_padding, "text_left"),
    Fault("the source is compared with itself", "verification", _of_source, "verification"),
    Fault(
        "the output is compared with itself, and boxes are shifted", "verification", _both(_of_output, _shifted), "verification"
    ),
    Fault("nothing is compared, and nothing is filled", "verification", _both(_no_verification, _nothing_filled), "text_left"),
    Fault("nothing is compared, and boxes are shifted", "verification", _both(_no_verification, _shifted), "text_left"),
    Fault(
        "there is no second look, and a line was missed",
        "verification",
        _both(_no_second_look, _first_lines(_without_id)),
        "not caught",
    ),
)
