"""`efface scan`: shows the text on frames that a run would redact or keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .command import Command
from .exit_codes import ExitCode
from .options import FILES, POLICY, Location, json_option
from .tables import print_table, printable

if TYPE_CHECKING:
    from efface.pipeline.scan import ScannedBox
    from efface.transforms.core.instance import Source

_EXIT_CODES = {
    ExitCode.OK: "every file is scanned",
    ExitCode.ERROR: "the text engine cannot start, or a picture cannot be written",
    ExitCode.USAGE: "wrong usage; nothing was done",
    ExitCode.QUARANTINED: "a run would quarantine a file, or publish none",
}


@click.command(
    cls=Command,
    short_help="show the text on frames that a run would redact or keep",
    examples=(
        "efface scan image.dcm",
        "efface scan DICOM/ --png pictures",
        'efface scan "gs://bucket/study/*.dcm" --policy tcia --json',
    ),
    exit_codes=_EXIT_CODES,
)
@FILES
@POLICY
@click.option(
    "--png",
    default="",
    type=Location(),
    metavar="DIR",
    help="Also write each frame, not redacted, with its boxes as a PNG file.",
)
@json_option("one line of JSON per box")
@click.option("--show-text", is_flag=True, help="Also print the recognized text, which may identify a patient.")
def command(files: tuple[str, ...], policy: str, png: str, as_json: bool, show_text: bool) -> int:
    """Find and judge the text on all frames of the files, as a run does. Publishes nothing.

    FILE is a file, a folder or a pattern, local or in a bucket (gs://, s3://, az://). A file that a run would not publish
    is reported on standard error with its reason code.
    """
    from efface.pipeline.policy import load_policy
    from efface.pipeline.scan import draw_boxes, scan_source
    from efface.transforms.dicom.configuration import configure
    from efface.transforms.instance.models import load_models

    from .files import look_at_files, make_folder, save_picture
    from .locations import list_input

    configure()
    settings = load_policy(policy)
    sources = list_input(files)
    if png:
        make_folder(Path(png))
    settings, _ = settings.resolve()
    load_models(settings.ocr, settings.phi.model)

    def scan(number: int, source: Source) -> list[ScannedBox]:
        boxes = scan_source(source, settings, with_text=show_text)
        if png:
            for frame, picture in draw_boxes(source, boxes):
                # Source names may identify a patient, so a picture is named after the position of its source.
                save_picture(picture, Path(png, f"{number:04d}-{frame:04d}.png"))
        return boxes

    return look_at_files(sources, scan, _print_json if as_json else _print_table)


def _print_json(_source: Source, boxes: list[ScannedBox]) -> None:
    for box in boxes:
        print(box.as_json())


def _print_table(source: Source, boxes: list[ScannedBox]) -> None:
    print(f"{printable(source.uri)}: {len(boxes)} boxes" if boxes else f"{printable(source.uri)}: no text")
    print_table([box.as_row() for box in boxes], indent="  ")
