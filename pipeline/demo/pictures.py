"""Draws the instances of a demonstration before and after, side by side: python -m efface.pipeline.demo.pictures FOLDER."""

from __future__ import annotations

import csv
import io
import json
import shlex
import shutil
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
    written: list[Path] = []
    with Path(vault_uri(str(folder / "vault"), "instances")).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            source, output = Path(row["source"]), Path(instance_uri(str(folder / "out"), row["output"]))
            pairs = list(zip(frames(source), frames(output), strict=True))
            if pairs:
                written.append(pictures / f"{len(written) + 1:02d}.png")
                _side_by_side(pairs).save(written[-1])
    return written


def frames(path: Path) -> list[npt.NDArray[np.uint8]]:
    """The first frames of a file in the full range of their values; none if unreadable.

    Returns:
        uint8, (rows, columns) or (rows, columns, 3).
    """
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


def commands(folder: Path) -> list[str]:
    """Lines for a shell that look closer at a demonstration, with the interpreter and the script of this environment."""
    findings = json.dumps(table_prefix(str(folder / "out"), "findings"))
    count = (
        f'import pyarrow.parquet as pq; t = pq.read_table({findings}).group_by(["verdict", "reason"]); '
        'print(*t.aggregate([([], "count_all")]).sort_by([("count_all", "descending")]).to_pylist(), sep="\\n")'
    )
    efface = _efface()
    return [
        shlex.join([_from_here(sys.executable), "-c", count]),
        shlex.join([*efface, "explain", str(folder / "in" / "mr.dcm")]),
        shlex.join([*efface, "scan", str(folder / "in" / "us" / "still.dcm"), "--png", str(folder / "scan")]),
    ]


def _efface() -> list[str]:
    """The command of this environment, which need not be on the path."""
    script = shutil.which("efface", path=str(Path(sys.executable).parent))
    return [_from_here(script)] if script else [_from_here(sys.executable), "-m", "efface.runners.cli.main"]


def _from_here(file: str) -> str:
    """A shorter spelling of a path below the working directory."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def main() -> None:
    """Write the pictures of a demonstration and print where its files are."""
    folder = Path(sys.argv[1])
    written = write_pictures(folder)
    lines = "\n".join(f"  {line}" for line in commands(folder))
    print(f"""
The demonstration wrote:
  {folder}/in          the original data set: identifiers in headers, in pixels and in comments of compressed frames
  {folder}/out         the de-identified data set, and the audit: each attribute and each text region, with its reason
  {folder}/vault       the maps from originals to pseudonyms: identifying, and written only on request
  {folder}/pictures    {len(written)} pictures, before and after side by side

One source is truncated and one is not DICOM. Neither is published, and both are in the audit.
Count the findings in the audit, ask what happens to each attribute of a file, and draw the text that is found in one:
{lines}
""")


if __name__ == "__main__":
    main()
