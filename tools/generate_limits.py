"""Writes `docs/limits.md` from the limits in the code: python -m tools.generate_limits."""

from __future__ import annotations

from pathlib import Path

from efface.transforms.core import file_bytes
from efface.transforms.core.inflation_limits import InflationLimits
from efface.transforms.dicom import inflate, parse, structure
from efface.transforms.dicom.codestreams import jpeg2000, packets
from efface.transforms.pixels.tiles import THRESHOLDS
from efface.transforms.storage.archives import LIMITS as ARCHIVES

DOCUMENT = Path(__file__).parents[1] / "docs" / "limits.md"
_ABOUT = """# Limits

Made by `python -m tools.generate_limits`. What lies beyond a limit is quarantined with the code. `make fuzz` bends small
objects at random and fails when one of them raises anything but a documented reason, hangs, takes more than 1 GiB or is
published with the patient's name; `tests/fuzz_corpus.zip` keeps an object of each ending, and `make test` tries them.
A data set of a million elements takes half a minute and 0.7 GB of one worker, and is published.
"""


def page() -> str:
    """The document."""
    frames, elements, tiles, blocks = parse.LIMITS, structure.LIMITS, jpeg2000.LIMITS, packets.LIMITS
    rows = [
        ("Depth of sequences", f"{elements.max_depth}", "structure"),
        ("Elements and items of a data set", f"{elements.max_elements:,}", "structure"),
        ("Length of an element, an item or a fragment", "what is there: a length beyond its parent is refused", "structure"),
        ("Frames", f"{frames.max_frames:,}", "pixel_facts"),
        (f"Frames of fewer than {frames.tiny_px} pixels", f"{frames.max_tiny_frames:,}", "pixel_facts"),
        ("Pixels of a Frame that is read for text", f"{THRESHOLDS.max_px:,}", "text_detection"),
        ("Deflated data set, inflated", _size(inflate.LIMITS), "inflation_limit"),
        ("Member of a ZIP archive, inflated", _size(ARCHIVES.member), "inflation_limit"),
        ("ZIP archive, inflated", _size(ARCHIVES.zip), "inflation_limit"),
        ("Compressed TAR archive, inflated", _size(ARCHIVES.tar), "inflation_limit"),
        ("Members of an archive", f"{ARCHIVES.max_members:,}", "archive"),
        ("Temporary file of a large instance", _bytes(file_bytes.LIMITS.max_bytes), "temporary_space"),
        ("Components of all tiles of a JPEG 2000 Frame", f"{tiles.max_tile_components:,}", "hidden_bytes"),
        (
            "Code-blocks of a JPEG 2000 tile",
            f"{blocks.max_blocks:,}, and {blocks.blocks_without_data:,} and {blocks.blocks_a_byte} a byte of the tile",
            "hidden_bytes",
        ),
    ]
    lines = [f"| {what} | {limit} | `{code}` |" for what, limit, code in rows]
    return "\n".join([_ABOUT, "| What | At most | Code |", "|---|---|---|", *lines, ""])


def _size(limits: InflationLimits) -> str:
    return f"{_bytes(limits.max_bytes)}; beyond {_bytes(limits.any_ratio_bytes)} {limits.max_ratio} times the deflated size"


def _bytes(size: int) -> str:
    """A power of 1024 in its unit."""
    unit = next(number for number in (4, 3, 2, 1, 0) if size >= 1024**number)
    return f"{size // 1024**unit} {('bytes', 'KiB', 'MiB', 'GiB', 'TiB')[unit]}"


def main() -> None:
    """Write the page."""
    DOCUMENT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
