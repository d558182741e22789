"""`efface diff`: compares a file with its output."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import KEY_FILE, Location, json_option
from .tables import print_table

if TYPE_CHECKING:
    from efface.pipeline.diff.attributes import AttributeChange
    from efface.pipeline.diff.pixels import PixelChange
    from efface.transforms.core.instance import Source


@click.command(
    cls=Command,
    short_help="compare a file with its output, attribute by attribute and pixel by pixel",
    examples=(
        "efface diff image.dcm deidentified.dcm",
        "efface diff DICOM/image.dcm OUT/ --vault VAULT/",
        "efface diff DICOM/image.dcm OUT/ --key-file efface.key --json",
        "efface diff image.dcm deidentified.dcm --png pictures",
    ),
    exit_codes={
        ExitCode.OK: "the files are compared",
        ExitCode.ERROR: "a file cannot be read, or a picture cannot be written",
        ExitCode.USAGE: "wrong usage; nothing was done",
        ExitCode.QUARANTINED: "a second reader sees other pixels changed than the first one",
    },
)
@click.argument("source", type=Location(), metavar="SOURCE")
@click.argument("output", type=Location(), metavar="OUTPUT")
@click.option("--vault", default="", type=Location(), metavar="PREFIX", help="Vault that tells which file of OUTPUT is meant.")
@KEY_FILE
@click.option("--show-values", is_flag=True, help="Also print the values of the source, which identify.")
@click.option(
    "--png",
    default="",
    type=Location(),
    metavar="DIR",
    help="Also write each changed frame before, after and what differs. It shows the source.",
)
@json_option("one JSON object")
def command(source: str, output: str, vault: str, key_file: str, show_values: bool, png: str, as_json: bool) -> int:
    """Compare SOURCE with OUTPUT: which attributes were removed, replaced, added and kept, and which pixels changed.

    Pixels are decoded by pydicom, and again by a second reader, and not by the reader of a run. SOURCE is one file.
    OUTPUT is its de-identified file; or the output of a run, where the key or the vault tells which file is meant.
    Values of the source are not printed.
    """
    import io

    from efface.pipeline.diff.attributes import compare_attributes
    from efface.pipeline.diff.pictures import difference_pictures
    from efface.pipeline.diff.pixels import compare_pixels
    from efface.transforms.dicom.configuration import configure
    from efface.transforms.dicom.parse import read_dataset
    from efface.transforms.instance.open import read_source

    from .files import make_folder, save_picture

    configure()
    before, after = (read_dataset(io.BytesIO(read_source(one))) for one in _pair(source, output, vault, key_file))
    attributes, pixels = compare_attributes(before, after), compare_pixels(before, after)
    if png:
        make_folder(Path(png))
        for frame, picture in difference_pictures(before, after, pixels) if pixels else ():
            save_picture(picture, Path(png, f"frame-{frame:04d}.png"))
    if as_json:
        shown = [one._asdict() if show_values else _without_source(one) for one in attributes]
        print(json.dumps({"pixels": _pixels_record(pixels) if pixels else None, "attributes": shown}))
    else:
        _print_pixels(pixels)
        _print_attributes(attributes, show_values=show_values)
    return ExitCode.QUARANTINED if pixels and not pixels.is_confirmed else ExitCode.OK


def _pair(source: str, output: str, vault: str, key_file: str) -> tuple[Source, Source]:
    """The source and its output, each as it is stored now."""
    from efface.pipeline.diff.pairing import output_by_key, output_by_vault
    from efface.transforms.core.errors import EffaceError
    from efface.transforms.instance.listing import find_source
    from efface.transforms.storage import reason_of
    from efface.transforms.storage.key_source import KeySource

    from .locations import has_audit

    pseudonyms = KeySource(key_file).pseudonyms() if has_audit(output) and not vault else None
    try:
        found = find_source(source)
        if pseudonyms:
            output = output_by_key(output, found, pseudonyms)
        elif vault:
            output = output_by_vault(output, found, vault)
        return found, find_source(output)
    except EffaceError:
        raise
    except Exception as error:  # Whatever a bucket's client raises.
        raise UsageError(f"a file cannot be read: {reason_of(error)}") from None


def _without_source(one: AttributeChange) -> dict[str, str]:
    return {name: value for name, value in one._asdict().items() if name != "source_value"}


def _pixels_record(pixels: PixelChange) -> dict[str, Any]:
    more = ("same_syntax", "changed_share", "is_confirmed")
    return dataclasses.asdict(pixels) | {name: getattr(pixels, name) for name in more}


def _print_pixels(pixels: PixelChange | None) -> None:
    if pixels is None:
        print("pixels: none")
        return
    syntaxes = pixels.source_syntax if pixels.same_syntax else f"{pixels.source_syntax} -> {pixels.output_syntax}"
    print(f"transfer syntax: {syntaxes}")
    if not pixels.same_shape:
        print("pixels: another number, size or kind of frames, so that they cannot be compared")
        return
    print(f"pixels: {len(pixels.changed)} of {pixels.frames} frames changed, {pixels.changed_share:.2%} of all pixels")
    if pixels.tolerance:
        print(f"differences up to {pixels.tolerance} do not count: the source is compressed with loss")
    if pixels.bytes_outside_equal is not None:
        print(f"bytes outside of what changed are equal: {'yes' if pixels.bytes_outside_equal else 'NO'}")
    rows = [
        (
            f"frame {one.frame}",
            f"{one.changed_px:,} pixels",
            f"second reader: {one.second_reading}",
            "; ".join(f"{box.left},{box.top} to {box.right},{box.bottom}" for box in one.boxes),
        )
        for one in pixels.changed
    ]
    if rows:
        print_table(rows, indent="  ")


def _print_attributes(attributes: Sequence[AttributeChange], *, show_values: bool) -> None:
    counts = Counter(one.change for one in attributes)
    print(f"attributes: {', '.join(f'{counts[change]} {change}' for change in sorted(counts)) or 'none'}")
    rows: list[tuple[str, ...]] = [("path", "keyword", "VR", "change", "in the output")]
    rows += [(one.path, one.keyword, one.vr, one.change, one.value) for one in attributes]
    if show_values:
        in_source = ("in the source", *(one.source_value for one in attributes))
        rows = [(*row, value) for row, value in zip(rows, in_source, strict=True)]
    print_table(rows, indent="  ")
