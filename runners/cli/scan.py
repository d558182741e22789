"""`efface scan`: shows the text on frames that a run would redact or keep."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .command import Command
from .errors import PictureError, UsageError
from .exit_codes import ExitCode, exit_code_of_files
from .options import FILES, POLICY, Location, json_option

if TYPE_CHECKING:
    from PIL.Image import Image

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

    FILE is a file, a folder or a pattern; local or gs://. A file that a run would not publish is reported on standard
    error with its reason code.
    """
    from efface.pipeline.policy import load_policy
    from efface.pipeline.scan import draw_boxes, scan_source
    from efface.transforms.audit.rows import SKIPPED_CODES
    from efface.transforms.core.errors import ModelError
    from efface.transforms.dicom.configuration import configure
    from efface.transforms.instance.models import load_models
    from efface.transforms.step import NOT_FAILURES, explain_failure

    from ..direct.supervisor import WorkerStartError
    from .locations import list_input
    from .tables import print_table

    configure()
    settings = load_policy(policy)
    sources = list_input(files)
    scanned = quarantined = 0
    if png:
        try:
            Path(png).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the pictures cannot be written ({error.strerror})") from None
    try:
        settings, _ = settings.resolve()
        load_models(settings.ocr, settings.phi.model)
    except ModelError as error:
        raise WorkerStartError(str(error)) from None
    for number, source in enumerate(sources, 1):
        try:
            boxes = scan_source(source, settings, with_text=show_text)
            if png:
                for frame, picture in draw_boxes(source, boxes):
                    # Source names may identify a patient, so a picture is named after the position of its source.
                    _save_picture(picture, Path(png, f"{number:04d}-{frame:04d}.png"))
        except (*NOT_FAILURES, PictureError):
            raise
        except BaseException as error:
            code, reason = explain_failure(error)
            quarantined += code not in SKIPPED_CODES
            print(f"{source.uri}: {code} ({reason})", file=sys.stderr)
            continue
        scanned += 1
        if as_json:
            for box in boxes:
                print(box.as_json())
        else:
            print(f"{source.uri}: {len(boxes)} boxes" if boxes else f"{source.uri}: no text")
            print_table([box.as_row() for box in boxes], indent="  ")
    return exit_code_of_files(scanned, quarantined)


def _save_picture(picture: Image, path: Path) -> None:
    try:
        picture.save(path)
    except OSError as error:
        raise PictureError(f"the pictures cannot be written ({error.strerror or type(error).__name__})") from None
