"""Before and after, side by side, for every instance of a demonstration: python -m efface.pipeline.demo.pictures FOLDER."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.core.errors import EffaceError
from efface.transforms.core.instance import Source
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.parse import describe_instance, read_dataset, read_header
from efface.transforms.pixels.renderings import render_frame

_GAP_PX, _HEAD_PX = 12, 26
_MAX_FRAMES = 4


def write_pictures(folder: Path) -> list[Path]:
    """Write `pictures/*.png` in a folder that holds `out` and `vault` of a run.

    Returns:
        The pictures, one an instance that has frames.
    """
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    written = []
    with (folder / "vault" / "instances.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            source, output = Path(row["source"]), folder / "out" / "instances" / row["output"]
            pairs = list(zip(frames(source), frames(output), strict=True))
            if pairs:
                written.append(pictures / f"{number:02d}.png")
                _side_by_side(pairs).save(written[-1])
    return written


def frames(path: Path) -> list[np.ndarray]:
    """The first frames of a file as a viewer shows them: uint8, (rows, columns) or (rows, columns, 3)."""
    data = path.read_bytes()
    try:
        header = read_header(io.BytesIO(data))
        instance = describe_instance(header, Source(str(path), len(data), ""), "", ())
        if instance.pixels is None:
            return []
        reader = FrameReader(read_dataset(io.BytesIO(data)))
        shown = (render_frame(reader.display(index), instance.pixels, ()) for index in range(min(len(reader), _MAX_FRAMES)))
        return [view.image for view, *_ in shown]
    except EffaceError:
        return []


def _side_by_side(pairs: list[tuple[np.ndarray, np.ndarray]]) -> Image.Image:
    rows, columns = pairs[0][0].shape[:2]
    height = _HEAD_PX + len(pairs) * (rows + _GAP_PX)
    picture = Image.new("RGB", (2 * columns + 3 * _GAP_PX, height), (24, 40, 72))
    draw = ImageDraw.Draw(picture)
    for left, title in ((_GAP_PX, "before"), (columns + 2 * _GAP_PX, "after")):
        draw.text((left, 4), title, fill="white", font=ImageFont.load_default(16))
    for place, (before, after) in enumerate(pairs):
        top = _HEAD_PX + place * (rows + _GAP_PX)
        picture.paste(Image.fromarray(before).convert("RGB"), (_GAP_PX, top))
        picture.paste(Image.fromarray(after).convert("RGB"), (columns + 2 * _GAP_PX, top))
    return picture


def main() -> None:
    """Write the pictures of a demonstration and say where everything is."""
    folder = Path(sys.argv[1])
    written = write_pictures(folder)
    print(f"""
Where to look:
  {folder}/in          the data set as it came: names in headers, in pixels, in comments of compressed frames
  {folder}/out         the same without them, and the audit: every attribute and every text region, with its reason
  {folder}/vault       which source became which output; identifying, and written only because the demonstration asks for it
  {folder}/pictures    {len(written)} pictures, before and after side by side

One source was cut off on purpose and one is no DICOM: neither is published, and both are listed.
Ask the audit:
  .venv/bin/python -c "import duckdb; print(duckdb.sql(\\"select reason, verdict, count(*) n from '{folder}/out/audit/findings/*/*.parquet' group by all order by n desc\\"))"
""")  # noqa: E501  # a command to copy stays on one line


if __name__ == "__main__":
    main()
