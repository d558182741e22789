"""How fast is each codec, and how much larger does an instance become in which a box is filled?

Decodes and encodes a drawn Frame in each transfer syntax by every codec at hand, in milliseconds of one core: the least of some
turns. Then it fills a box in each image of a transfer syntax (of pydicom, and of folders on the command line), and compares the
lengths of the pixel data. docs/codecs.md has the tables.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from efface.transforms.core.box import Box
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.evidence import Finding, Verdict
from efface.transforms.dicom.codecs import decode_frame
from efface.transforms.dicom.codestreams import blank, blank_units_of, strip_hidden_bytes
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.frame_encoder import encode_frame
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.instance.grow_boxes import grown_findings
from efface.transforms.instance.rewrite import redact_pixels
from efface.transforms.pixels.redact import boxes_by_frame
from support.frames import encapsulated_dataset, read, write
from support.samples import SAMPLES

LOSSLESS = (JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, HTJ2KLossless, HTJ2KLosslessRPCL, RLELossless)
BY_PYDICOM = ("pylibjpeg", "pyjpegls", "pydicom")
BY_IMAGECODECS: dict[UID, Callable[[bytes], Any]] = {
    JPEGBaseline8Bit: imagecodecs.jpeg8_decode,
    JPEGExtended12Bit: imagecodecs.jpeg8_decode,
    JPEGLosslessSV1: imagecodecs.jpeg8_decode,
    JPEGLSLossless: imagecodecs.jpegls_decode,
    JPEG2000Lossless: imagecodecs.jpeg2k_decode,
    JPEG2000: imagecodecs.jpeg2k_decode,
    HTJ2KLossless: imagecodecs.htj2k_decode,
    HTJ2KLosslessRPCL: imagecodecs.htj2k_decode,
    HTJ2K: imagecodecs.htj2k_decode,
    RLELossless: lambda frame: imagecodecs.dicomrle_decode(frame, "<u2"),
}
WANTED_GROWTH = 1.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--most-bytes", type=int, default=3_000_000, help="of an image that is filled")
    options = parser.parse_args()
    configure()
    print(
        "| Transfer syntax | Frame | Decode by efface | Other decoders | Strip | Encode or blank |\n|---|---|---|---|---|---|"
    )
    for row in speeds(options.turns):
        print(f"| {' | '.join(row)} |")
    print("\n| Transfer syntax | Images | Median | Most | Written as |\n|---|---|---|---|---|")
    for row in growths(options.folders, options.most_bytes):
        print(f"| {' | '.join(row)} |")


def picture(bits: int) -> np.ndarray:
    """512 x 512 like a CT: round shapes and noise, with dark around them."""
    down, across = np.mgrid[-1:1:512j, -1:1:512j]
    shape = np.clip(1.2 - (down**2 + across**2) ** 0.5, 0, 1) * (1 + 0.4 * np.sin(9 * down) * np.cos(7 * across))
    noise = np.random.default_rng(1).normal(0, 0.01, shape.shape)
    return (np.clip(0.5 * shape + noise * (shape > 0), 0, 1) * ((1 << bits) - 1)).astype(np.uint8 if bits <= 8 else np.uint16)


def about(frame: np.ndarray, bits: int, photometric: str) -> dict[str, Any]:
    return {
        "number_of_frames": 1,
        "rows": frame.shape[0],
        "columns": frame.shape[1],
        "samples_per_pixel": 1 if frame.ndim == 2 else 3,
        "photometric_interpretation": photometric,
        "bits_allocated": 8 * frame.dtype.itemsize,
        "bits_stored": bits,
        "pixel_representation": 0,
        "planar_configuration": 0,
        "pixel_keyword": "PixelData",
    }


def ms(call: Callable[[], object], turns: int) -> float:
    """The least time of a call on one core, in milliseconds."""
    took = []
    for _ in range(turns):
        start = time.process_time()
        call()
        took.append(time.process_time() - start)
    return 1000 * min(took)


def speeds(turns: int) -> Iterator[tuple[str, ...]]:
    grey, colour = picture(12), np.stack([picture(8)] * 3, axis=-1)
    dataset = Dataset()
    dataset.BitsStored, dataset.PixelRepresentation = 12, 0
    for syntax in LOSSLESS:
        encode = lambda syntax=syntax: encode_frame(grey, syntax, dataset, "MONOCHROME2")  # noqa: E731
        yield speed(syntax, grey, encode(), 12, "MONOCHROME2", encode, turns)
    jpegs = {
        (JPEGBaseline8Bit, "grey 8"): imagecodecs.jpeg8_encode(picture(8), level=90),
        (JPEGExtended12Bit, "grey 12"): imagecodecs.jpeg8_encode(grey, level=90, bitspersample=12),
        **{(JPEGBaseline8Bit, kind): imagecodecs.jpeg8_encode(colour, level=90, subsampling=kind) for kind in ("444", "422")},
    }
    for (syntax, kind), encoded in jpegs.items():
        frame = bytes(encoded)
        units = blank_units_of(frame)
        change = None
        if units:
            box = units.grown(Box(10, 10, 240, 40), 512, 512)
            change = lambda frame=frame, box=box: blank(frame, [box], (0, 128, 128))  # noqa: E731
        shown, photometric = (colour, "YBR_FULL") if kind in ("444", "422") else (picture(8) if units else grey, "MONOCHROME2")
        yield speed(syntax, shown, frame, 8 if units else 12, photometric, change, turns)


def speed(
    syntax: UID, shown: np.ndarray, frame: bytes, bits: int, photometric: str, change: Callable[[], object] | None, turns: int
) -> tuple[str, ...]:
    options = about(shown, bits, photometric)
    own = ms(lambda: decode_frame(frame, syntax, options), turns)
    others = {f"imagecodecs {ms(lambda: BY_IMAGECODECS[syntax](frame), turns):.1f}"}
    decoder, value = get_decoder(syntax), encapsulate([frame + b"\0" * (len(frame) % 2)])
    for plugin in sorted(set(BY_PYDICOM).intersection(decoder.available_plugins)):
        took = ms(lambda plugin=plugin: decoder.as_array(value, raw=True, decoding_plugin=plugin, **options), turns)
        others.add(f"{plugin} {took:.1f}")
    if syntax == JPEGBaseline8Bit:
        others.add(f"Pillow {ms(lambda: np.asarray(Image.open(io.BytesIO(frame))), turns):.1f}")
    size = {"rows": shown.shape[0], "columns": shown.shape[1], "samples_per_pixel": options["samples_per_pixel"]}
    strip = ms(lambda: strip_hidden_bytes(frame, syntax, bits_allocated=options["bits_allocated"], **size), turns)
    changed = "-" if change is None else f"{ms(change, turns):.1f}"
    kind = f"{photometric}, {bits} bit, {len(frame) // 1000} kB"
    return syntax.name, kind, f"{own:.1f}", ", ".join(sorted(others)), f"{strip:.1f}", changed


def drawn_high_throughput() -> Iterator[bytes]:
    """Images in the transfer syntaxes of which pydicom has none."""
    for syntax in (HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K):
        for frame in (picture(8), picture(16)):
            encoded = bytes(imagecodecs.htj2k_encode(frame, reversible=syntax != HTJ2K))
            dataset = encapsulated_dataset([encoded], frame, syntax, 0)
            dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3"
            yield write(dataset)


def growths(folders: list[Path], most_bytes: int) -> Iterator[tuple[str, ...]]:
    found: dict[str, list[tuple[float, str]]] = {}
    for data in drawn_high_throughput():
        name, growth, written_as = filled(data)
        found.setdefault(f"{name}, drawn", []).append((growth, written_as))
    for path in sorted({*SAMPLES.values(), *(path for folder in folders for path in folder.rglob("*") if path.is_file())}):
        if path.stat().st_size > most_bytes:
            continue
        try:
            name, growth, written_as = filled(path.read_bytes())
        except (EffaceError, KeyError, AttributeError, ValueError, OSError):
            continue
        found.setdefault(name, []).append((growth, written_as))
    for name, pairs in sorted(found.items()):
        values = [growth for growth, _ in pairs]
        mark = "" if max(values) <= WANTED_GROWTH else f" ({sum(value > WANTED_GROWTH for value in values)} above)"
        ways = ", ".join(sorted({written_as for _, written_as in pairs}))
        yield name, str(len(values)), f"{statistics.median(values):.2f}", f"{max(values):.2f}{mark}", ways


def filled(data: bytes) -> tuple[str, float, str]:
    """The transfer syntax of an object, how much larger its pixel data become with a box on each Frame, and as what."""
    dataset = read(data)
    reader = FrameReader(dataset)
    before, name = len(reader.pixel_value), reader.transfer_syntax.name
    width, height = reader.columns, reader.rows
    box = Box(width // 20, height // 20, max(width // 20 + 1, width // 3), max(height // 20 + 1, height // 8))
    findings = grown_findings(data, [Finding(tuple(range(len(reader))), box, Verdict.REDACT, "header_name", "name", 1.0)])
    method = redact_pixels(dataset, findings)
    out = read(write(dataset))
    verify_pixels(read(data), out, boxes_by_frame(findings))
    after = FrameReader(out)
    return name, len(after.pixel_value) / before, method if method != "transcoded" else f"to {after.transfer_syntax.name}"


if __name__ == "__main__":
    main()
