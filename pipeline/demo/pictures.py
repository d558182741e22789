"""Draws the instances of a demonstration before and after, side by side: python -m efface.pipeline.demo.pictures FOLDER."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.audit.layout import instance_uri, table_prefix, vault_uri
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.instance import Source
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.parse import describe_instance, read_dataset, read_header
from efface.transforms.pixels.renderings import render_frame

_GAP_PX, _HEAD_PX = 12, 26
_MAX_FRAMES = 4


def write_pictures(folder: Path) -> list[Path]:
    """Write `pictures/*.png` in a folder that contains `out` and `vault` of a run.

    Returns:
        The pictures, one per instance with frames.
    """
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    written = []
    with Path(vault_uri(str(folder / "vault"), "instances")).open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            source, output = Path(row["source"]), Path(instance_uri(str(folder / "out"), row["output"]))
            pairs = list(zip(frames(source), frames(output), strict=True))
            if pairs:
                written.append(pictures / f"{number:02d}.png")
                _side_by_side(pairs).save(written[-1])
    return written


def frames(path: Path) -> list[npt.NDArray[np.uint8]]:
    """The first frames of a file as a viewer shows them: uint8, (rows, columns) or (rows, columns, 3); none if unreadable."""
    data = path.read_bytes()
    try:
        header = read_header(io.BytesIO(data))
        instance = describe_instance(header, Source(str(path), len(data), ""), "", ())
        if instance.pixels is None:
            return []
        reader = FrameReader(read_dataset(io.BytesIO(data)))
        indices = range(min(len(reader), _MAX_FRAMES))
        return [render_frame(reader.display(index), instance.pixels, ())[0].image for index in indices]
    except EffaceError:
        return []


def _side_by_side(pairs: list[tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]]) -> Image.Image:
    rows, columns = pairs[0][0].shape[:2]
    height = _HEAD_PX + len(pairs) * (rows + _GAP_PX)
    picture = Image.new("RGB", (2 * columns + 3 * _GAP_PX, height), (24, 40, 72))
    draw = ImageDraw.Draw(picture)
    for left, title in ((_GAP_PX, "before"), (columns + 2 * _GAP_PX, "after")):
        draw.text((left, 4), title, fill="white", font=ImageFont.load_default(16))
    for position, (before, after) in enumerate(pairs):
        top = _HEAD_PX + position * (rows + _GAP_PX)
        picture.paste(Image.fromarray(before).convert("RGB"), (_GAP_PX, top))
        picture.paste(Image.fromarray(after).convert("RGB"), (columns + 2 * _GAP_PX, top))
    return picture


def main() -> None:
    """Write the pictures of a demonstration and print where its files are."""
    folder = Path(sys.argv[1])
    written = write_pictures(folder)
    findings = f"{table_prefix(str(folder / 'out'), 'findings')}/*/*.parquet"
    query = f"select reason, verdict, count(*) n from '{findings}' group by all order by n desc"
    print(f"""
The demonstration wrote:
  {folder}/in          the original data set: identifiers in headers, in pixels and in comments of compressed frames
  {folder}/out         the de-identified data set, and the audit: each attribute and each text region, with its reason
  {folder}/vault       the maps from originals to pseudonyms: identifying, and written only on request
  {folder}/pictures    {len(written)} pictures, before and after side by side

One source is truncated and one is not DICOM. Neither is published, and both are in the audit.
Query the audit:
  .venv/bin/python -c "import duckdb; print(duckdb.sql(\\"{query}\\"))"
""")


if __name__ == "__main__":
    main()
